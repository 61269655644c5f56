// The answer of a verification in plain data.
import { toHex } from '../../base/bytes.ts';
import type { Origin } from '../../codec/origin.ts';
import { describeKey } from '../../crypto/key.ts';
import { formatDn } from '../../name/dn.ts';
import { serialText } from '../../store/records.ts';
import type { FaultCode, PathFault } from '../../verify/fault.ts';
import type { Identity, Purpose, TrustAnchor, VerifyResult } from '../../verify/types.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { fingerprint } from '../../x509/fingerprint.ts';
import { isTestFixture } from '../../x509/test-mark.ts';

/** A certificate in a path, in short. */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: string;
  readonly sha256: string;
  /** Made for tests from a public seed: anybody can make its key. */
  readonly testFixture: boolean;
  /** Which input it came from and where in it, as far as that is known. */
  readonly origin: Origin | null;
}

/** A certificate at its place in a path; the last of a whole path is the trusted one. */
export interface PathMember extends CertificateSummary {
  readonly trusted: boolean;
}

/** One thing wrong with one certificate of a path. */
export interface FaultInfo {
  readonly code: FaultCode;
  /** Place in the path: 0 is the leaf, the trusted CA comes last. */
  readonly position: number;
  /** A plain sentence, lower case, no full stop. */
  readonly message: string;
  /** The rule that is broken, such as `RFC 5280 §6.1.3 (a)(2)`. */
  readonly clause: string;
  readonly certificate: CertificateSummary | null;
  /** Facts behind the message. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A path that was tried, and what is wrong with it. */
export interface AttemptInfo {
  readonly path: readonly PathMember[];
  readonly faults: readonly FaultInfo[];
}

/** Good: the path that was found. */
export interface GoodVerdict {
  readonly ok: true;
  /** Leaf first, the trusted CA last. */
  readonly path: readonly PathMember[];
  readonly fault: null;
  readonly attempts: readonly [];
}

/** Bad: the most telling fault, and every path that was tried, the best first. */
export interface BadVerdict {
  readonly ok: false;
  readonly path: readonly [];
  readonly fault: FaultInfo;
  readonly attempts: readonly AttemptInfo[];
}

/** What was asked. */
export interface Question {
  readonly at: Date;
  readonly purpose: Purpose;
  /** Whom the certificate had to name. */
  readonly identities: readonly Identity[];
  /** How many revocation lists were given. */
  readonly crls: number;
}

/** Where certificates came from, as far as that is known. */
export type Origins = ReadonlyMap<Certificate, Origin>;

export function verdictInfo(result: VerifyResult, origins: Origins): GoodVerdict | BadVerdict {
  if (result.ok) {
    const { certificates, anchor } = result.path;
    return {
      ok: true,
      path: pathInfo(certificates, anchor, origins),
      fault: null,
      attempts: [],
    };
  }
  return {
    ok: false,
    path: [],
    fault: faultInfo(result.fault, origins),
    attempts: result.attempts.map(({ certificates, anchor, faults }) => ({
      path: pathInfo(certificates, anchor, origins),
      faults: faults.map((one) => faultInfo(one, origins)),
    })),
  };
}

function pathInfo(
  certificates: readonly Certificate[],
  anchor: TrustAnchor | undefined,
  origins: Origins,
): readonly PathMember[] {
  const listed = certificates.map((certificate) => ({
    ...summaryOf(certificate, origins),
    trusted: false,
  }));
  return anchor?.certificate === undefined
    ? listed
    : [...listed, { ...summaryOf(anchor.certificate, origins), trusted: true }];
}

function faultInfo(fault: PathFault, origins: Origins): FaultInfo {
  const { code, position, certificate, message, clause, data } = fault;
  return {
    code,
    position,
    message,
    clause,
    certificate: certificate === undefined ? null : summaryOf(certificate, origins),
    data,
  };
}

function summaryOf(certificate: Certificate, origins: Origins): CertificateSummary {
  return {
    subject: formatDn(certificate.subject),
    issuer: formatDn(certificate.issuer),
    serial: serialText(certificate.serial),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    key: describeKey(certificate.publicKey),
    sha256: toHex(fingerprint(certificate, 'sha256')),
    testFixture: isTestFixture(certificate),
    origin: origins.get(certificate) ?? null,
  };
}
