// Cases of x509-limbo's schema, with the fields that ours adds, turned into requests and verdicts.
import { MtlsError } from '../../src/base/errors.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { parseCrl, type Crl } from '../../src/x509/crl.ts';
import { KEY_USAGES, type KeyUsage } from '../../src/x509/extension-names.ts';
import type { ProfileName } from '../../src/verify/profile.ts';
import { anchorOf, type Identity, type VerifyRequest } from '../../src/verify/types.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';

export type Verdict = 'SUCCESS' | 'FAILURE' | 'SKIPPED';

interface PeerName {
  readonly kind: 'RFC822' | 'DNS' | 'IP';
  readonly value: string;
}

/** One case as the file states it. */
export interface LimboCase {
  readonly id: string;
  readonly validation_kind: 'SERVER' | 'CLIENT' | 'ANY';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time?: string | null;
  readonly key_usage: readonly string[];
  readonly extended_key_usage: readonly string[];
  readonly expected_result: Exclude<Verdict, 'SKIPPED'>;
  readonly expected_peer_name?: PeerName | null;
  readonly expected_peer_names?: readonly PeerName[];
  readonly max_chain_depth?: number | null;
  readonly crls?: readonly string[];
  readonly revocation?: 'required';
  readonly policy?: {
    readonly initial_policy_set: readonly string[];
    readonly explicit_policy: boolean;
    readonly policy_mapping_inhibit: boolean;
    readonly inhibit_any_policy: boolean;
  };
  /** What other validators answered, by name and version. */
  readonly peers?: Readonly<Record<string, Verdict | 'HANG'>>;
  /** Reasons of validators that say in their own repository that they differ. */
  readonly published_divergence?: Readonly<Record<string, string>>;
}

export interface CaseOutcome {
  readonly id: string;
  readonly expected: Verdict;
  readonly actual: Verdict;
  /** What was wrong, where something was. */
  readonly fault: {
    readonly code: string;
    readonly message: string;
    readonly position?: number;
    readonly clause?: string;
  } | null;
}

export interface Totals {
  readonly cases: number;
  readonly right: number;
  readonly falseAccepts: number;
  readonly falseRejects: number;
  readonly skipped: number;
}

/**
 * The profile that a case asks for. Limbo's namespaces are profiles: `webpki::` cases hold under
 * the Baseline Requirements, the rest under RFC 5280; where the two collide the cases name each
 * other in `conflicts_with`. Cases of other origin (PKITS) judge path validation alone.
 */
function profileOf(testcase: LimboCase): ProfileName {
  if (testcase.validation_kind === 'ANY') return 'legacy';
  return testcase.id.startsWith('webpki::') ? 'webpki' : 'rfc5280';
}

/** Runs one case. */
export function runCase(testcase: LimboCase, profile = profileOf(testcase)): CaseOutcome {
  const { id, expected_result: expected } = testcase;
  try {
    const { ok, fault } = verifyCertificate(requestOf(testcase, profile));
    return {
      id,
      expected,
      actual: ok ? 'SUCCESS' : 'FAILURE',
      fault: fault
        ? {
            code: fault.code,
            message: fault.message,
            position: fault.position,
            clause: fault.clause,
          }
        : null,
    };
  } catch (error) {
    // A certificate that cannot be read at all is refused before there is anything to verify.
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return {
      id,
      expected,
      actual: 'FAILURE',
      fault: { code: error.code, message: error.message },
    };
  }
}

/** Counts what is right and what is wrong which way. */
export function countVerdicts(
  verdicts: readonly { readonly expected: Verdict; readonly actual: Verdict }[],
): Totals {
  const count = (actual: Verdict, expected?: Verdict) =>
    verdicts.filter((one) => one.actual === actual && (!expected || one.expected === expected))
      .length;
  return {
    cases: verdicts.length,
    right: verdicts.filter((one) => one.actual === one.expected).length,
    falseAccepts: count('SUCCESS', 'FAILURE'),
    falseRejects: count('FAILURE', 'SUCCESS'),
    skipped: count('SKIPPED'),
  };
}

function requestOf(testcase: LimboCase, profile: ProfileName): VerifyRequest {
  const names = [
    ...(testcase.expected_peer_name ? [testcase.expected_peer_name] : []),
    ...(testcase.expected_peer_names ?? []),
  ];
  const { policy, max_chain_depth: depth, validation_time: time } = testcase;
  const purposes = { SERVER: 'server', CLIENT: 'client', ANY: 'any' } as const;
  return {
    leaf: parseCertificate(bytesOf(testcase.peer_certificate)),
    anchors: readable(testcase.trusted_certs).map(anchorOf),
    untrusted: readable(testcase.untrusted_intermediates),
    at: time ? new Date(time) : new Date(),
    purpose: purposes[testcase.validation_kind],
    identity: names.map(identityOf),
    keyUsage: testcase.key_usage.map(usageOf),
    crls: (testcase.crls ?? []).map((pem): Crl => parseCrl(bytesOf(pem))),
    requireRevocation: testcase.revocation === 'required',
    profile,
    ...(typeof depth === 'number' && { limits: { depth } }),
    ...(policy && {
      policy: {
        initialPolicySet: policy.initial_policy_set,
        requireExplicitPolicy: policy.explicit_policy,
        inhibitPolicyMapping: policy.policy_mapping_inhibit,
        inhibitAnyPolicy: policy.inhibit_any_policy,
      },
    }),
  };
}

function bytesOf(pem: string): Uint8Array {
  const [block] = parsePem(pem);
  if (!block) throw new MtlsError('PEM_MALFORMED', 'a case without a PEM block');
  return block.bytes;
}

/** Certificates that can be read; the others cannot be part of a path. */
function readable(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    try {
      return [parseCertificate(bytesOf(pem))];
    } catch (error) {
      if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
      throw error;
    }
  });
}

function identityOf({ kind, value }: PeerName): Identity {
  const kinds = { RFC822: 'email', DNS: 'dns', IP: 'ip' } as const;
  return { kind: kinds[kind], value };
}

function usageOf(name: string): KeyUsage {
  // Limbo calls it by the name that X.509 gave it later.
  const found = KEY_USAGES.find((usage) => usage === name);
  return found ?? 'nonRepudiation';
}
