// What a handshake is judged by: our side of it, and what its findings are made of.
import type { Identity, TrustAnchor } from '../verify/types.ts';
import type { FaultCode } from '../verify/fault.ts';
import type { Certificate } from '../x509/certificate.ts';
import { FAULTS } from './catalogue.ts';
import type { Evidence, Finding, Remedy, Severity } from './finding.ts';
import { HANDSHAKES, type HandshakeCode } from './handshake-codes.ts';

/** What we show. */
export interface ClientIdentity {
  /** As the file holds them: the leaf first, where it is right. */
  readonly certificates: readonly Certificate[];
  /** The file, by its path as given. */
  readonly source: string;
  readonly keySource: string;
}

export interface HandshakeQuestion {
  /** `host:port` */
  readonly target: string;
  /** By our clock. */
  readonly at: Date;
  /** Whom we trust. */
  readonly anchors: readonly TrustAnchor[];
  /** How they were named, for messages: `ca.crt`, `the CAs of the home`. */
  readonly trustedAs: string;
  /** CA certificates that came with the anchors: programs that read the same file have them too. */
  readonly besideAnchors: readonly Certificate[];
  /** CA certificates known from elsewhere; they only help to see what is missing. */
  readonly known: readonly Certificate[];
  /** Whom the server must be. */
  readonly identity: Identity;
  readonly client: ClientIdentity | undefined;
}

/** Codes of files that a handshake shows as well, as doctor names them. */
type SharedCode =
  | 'KEY_MISMATCH'
  | 'CERT_MALFORMED'
  | 'CHAIN_ORDER'
  | 'ROOT_IN_CHAIN'
  | 'INTERMEDIATE_MISSING'
  | 'CLOCK_BEHIND';

export type HandshakeFindingCode = HandshakeCode | FaultCode | SharedCode;

export type HandshakeFinding = Finding<HandshakeFindingCode>;

interface Told {
  readonly subject: string;
  readonly cause: string;
  readonly severity?: Severity;
  readonly clause?: string | undefined;
  readonly evidence?: readonly Evidence[];
  /** What to do where the catalogue does not say it, or not for this case. */
  readonly remedy?: string | undefined;
  readonly commands?: Remedy['commands'];
  readonly consequences?: readonly Finding[];
}

/** A finding; its remedy comes from the catalogue unless told. */
export function finding(code: HandshakeFindingCode, told: Told): HandshakeFinding {
  const { subject, cause, severity = 'error', clause, evidence = [], consequences = [] } = told;
  const text = told.remedy ?? remedyText(code);
  return {
    code,
    severity,
    subject,
    cause,
    ...(clause !== undefined && { clause }),
    evidence,
    ...(text !== undefined && { remedy: { text, commands: told.commands ?? [] } }),
    consequences,
  };
}

function remedyText(code: HandshakeFindingCode): string | undefined {
  if (code in HANDSHAKES) return HANDSHAKES[code as HandshakeCode].remedy;
  return code in FAULTS ? FAULTS[code as FaultCode].remedy : undefined;
}
