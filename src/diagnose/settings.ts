// What a diagnosis is told besides the pile.
import type { Identity } from '../verify/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { HomeCa } from './home-ca.ts';

export interface DoctorSettings {
  /** The moment to judge for. */
  readonly at: Date;
  /** The clock of this machine, where `at` was not chosen: it may be wrong itself. */
  readonly clock?: Date | undefined;
  /** The side that the certificates are on, where it is known. */
  readonly side?: 'server' | 'client' | undefined;
  /** Whom servers' certificates must name. */
  readonly identities: readonly Identity[];
  /** Who is trusted, where that was said; else the roots of the pile. */
  readonly trusted?: readonly Certificate[] | undefined;
  /** The trusted ones were chosen: what was issued under others is to blame, and not they. */
  readonly trustChosen?: boolean | undefined;
  /** CAs that are known from elsewhere: they help to tell what is missing. */
  readonly known?: readonly Certificate[] | undefined;
  /** The paths, as given: commands name them again. */
  readonly sources: readonly string[];
  /** CAs at hand, by which commands that mend can name them; asked for when first needed. */
  readonly homeCas: () => readonly HomeCa[];
  /** Whether something lies at a path already: what is written anew goes elsewhere. */
  readonly isTaken?: ((path: string) => boolean) | undefined;
  /** The file of the passphrase, where one was named: commands name it again. */
  readonly passphraseFile?: string | undefined;
}
