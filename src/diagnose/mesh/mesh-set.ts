// What one folder, Secret or ConfigMap hands to a mesh: its files by name.
import { MtlsError } from '../../base/errors.ts';
import type { EncodedKey } from '../../codec/part.ts';
import type { PrivateKey } from '../../crypto/key.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { FindingCode } from '../codes.ts';
import type { Document } from '../document.ts';
import type { Evidence, Finding, Severity } from '../finding.ts';

export type MeshFinding = Finding<FindingCode>;

export interface MeshSet {
  /** As messages call it: the folder, or the object in its manifest. */
  readonly place: string;
  readonly object: Document['object'];
  readonly files: ReadonlyMap<string, Document>;
}

/** Documents by the folder or object that they stand in. */
export function setsOf(documents: readonly Document[]): readonly MeshSet[] {
  const sets = new Map<string, Document[]>();
  for (const document of documents)
    sets.set(document.container, [...(sets.get(document.container) ?? []), document]);
  return [...sets].map(([place, held]) => ({
    place,
    object: held.find(({ object }) => object !== undefined)?.object,
    files: new Map(held.map((document) => [document.name, document])),
  }));
}

interface Said {
  readonly severity?: Severity;
  readonly clause?: string | undefined;
  readonly evidence?: readonly Evidence[];
  /** What to do, lower case, no full stop. */
  readonly mend?: string;
  /** Programs that do it. */
  readonly commands?: readonly (readonly string[])[];
}

/** A finding; an error unless it says otherwise. */
export function found(
  code: FindingCode,
  subject: string,
  cause: string,
  { severity = 'error', clause, evidence = [], mend, commands = [] }: Said = {},
): MeshFinding {
  return {
    code,
    severity,
    subject,
    cause,
    ...(clause !== undefined && { clause }),
    evidence,
    ...(mend !== undefined && { remedy: { text: mend, commands } }),
    consequences: [],
  };
}

/** Why a document cannot be read, each trouble a finding. */
export function troublesOf({ place, troubles }: Document): readonly MeshFinding[] {
  return troubles.map(({ code, message, hint }) =>
    found(code, place, message, hint === undefined ? {} : { mend: hint }),
  );
}

/** The certificates of a document in their order. */
export function certificatesOf(document: Document | undefined): readonly Certificate[] {
  return (document?.parts ?? []).flatMap((part) =>
    part.kind === 'certificate' ? part.certificate : [],
  );
}

/** The only key of a document, or what is wrong with it. */
export function keyOf(document: Document): PrivateKey | MeshFinding {
  const { place, parts } = document;
  const keys = parts.flatMap((part): readonly EncodedKey[] =>
    part.kind === 'key' ? [part.key] : [],
  );
  const [key] = keys;
  if (!key) return found('NOTHING_FOUND', place, 'it holds no private key');
  if (key.encrypted)
    return found(
      'KEY_ENCRYPTED',
      place,
      'the key is encrypted, and a mesh asks for no passphrase',
      {
        mend: 'write it without one: the Secret protects it',
      },
    );
  try {
    return key.decode();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return found(error.code, place, error.message);
  }
}
