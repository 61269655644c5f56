// What an audit looks at, and what it has found so far.
import type { PassphraseSource } from '../../codec/pkcs8.ts';
import type { CaName, CaPaths, HomePaths } from '../../store/layout.ts';
import type { AuditCode } from '../audit-codes.ts';
import { AUDITS } from '../audit-codes.ts';
import { PILE } from '../catalogue.ts';
import { bySeverity, type Evidence, type Finding, type Severity } from '../finding.ts';

/** A CA of a home, and who looks at it. */
export interface Scene {
  readonly home: HomePaths;
  readonly name: CaName;
  readonly paths: CaPaths;
  /** `--home FOLDER`, where commands would not find it by themselves. */
  readonly naming: readonly string[];
  readonly now: Date;
  /** Of whoever audits; undefined on Windows, where modes and owners are not looked at. */
  readonly uid: number | undefined;
  /** Of the CA's key, where one was given. */
  readonly passphrase: PassphraseSource | undefined;
  /** A passphrase that does not open the key is an error; else the key stays closed. */
  readonly insists: boolean;
  /** Hash of a head that was kept, base64url: the journal must have it. */
  readonly head: string | undefined;
}

/** Codes of keys and CRLs stand for the same as with `mtls doctor`. */
type SharedCode = 'KEY_MODE' | 'CRL_STALE' | 'CRL_OTHER_CA';
export type AuditFindingCode = AuditCode | SharedCode | 'KEY_MISMATCH';

/** One thing wrong. */
export interface Trouble {
  readonly code: AuditFindingCode;
  readonly path: string;
  readonly cause: string;
  /** `error` unless said otherwise. */
  readonly severity?: Severity;
  readonly evidence?: readonly Evidence[];
  readonly commands?: readonly (readonly string[])[];
}

/** More of one kind in one file are counted. */
const MOST_EVIDENCE = 10;

/** Findings as they come: one for each kind in each file. */
export class Findings {
  readonly #kinds = new Map<string, { first: Trouble; evidence: Evidence[]; count: number }>();

  add(trouble: Trouble): void {
    const kind = `${trouble.code} ${trouble.path}`;
    const known = this.#kinds.get(kind);
    const evidence = trouble.evidence ?? [];
    if (known === undefined)
      this.#kinds.set(kind, { first: trouble, evidence: [...evidence], count: 1 });
    else {
      known.count++;
      if (known.evidence.length < MOST_EVIDENCE) known.evidence.push(...evidence);
    }
  }

  /** Worst first; equals in the order in which they were found. */
  list(): readonly Finding<AuditFindingCode>[] {
    return [...this.#kinds.values()]
      .map(({ first, evidence, count }) => ({
        code: first.code,
        severity: first.severity ?? 'error',
        subject: first.path,
        cause: count === 1 ? first.cause : `${first.cause}, and ${count - 1} more like it`,
        evidence,
        remedy: { text: remedyOf(first.code), commands: first.commands ?? [] },
        consequences: [],
      }))
      .sort(bySeverity);
  }
}

function remedyOf(code: AuditFindingCode): string {
  switch (code) {
    case 'KEY_MISMATCH':
      return 'bring the key back that belongs to ca.crt: mtls match says which does';
    case 'KEY_MODE':
    case 'CRL_STALE':
    case 'CRL_OTHER_CA':
      return PILE[code].remedy;
    default:
      return AUDITS[code].remedy;
  }
}
