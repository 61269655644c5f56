// Certification path validation (RFC 5280 §6): a verdict, never an exception, for bad certificates.
import { invariant } from '../base/assert.ts';
import type { Certificate } from '../x509/certificate.ts';
import { Budget, BudgetExhausted, DEFAULT_LIMITS, type Limits } from './budget.ts';
import { explainPaths, findPath, type PathCheck, type SearchInput } from './builder.ts';
import { IssuerPool } from './candidates.ts';
import {
  ANCHOR_CHECKS,
  checkPoint,
  checkRequiredUsages,
  CRL_ISSUER_CHECKS,
  INTERMEDIATE_CHECKS,
  LEAF_CHECKS,
} from './checks.ts';
import { checkConstraints } from './constraints.ts';
import { runChecks, type Check, type CheckContext } from './context.ts';
import { compareFaults, FAULT_RANKS, faultOf, type PathFault, type Placed } from './fault.ts';
import { identityCheck } from './identity.ts';
import { checkPolicies } from './policies.ts';
import { PROFILES, type Profile } from './profile.ts';
import { Revocation } from './revocation.ts';
import { RFC5280_CHECKS } from './rfc5280.ts';
import type { Identity, PathAttempt, VerifyRequest, VerifyResult } from './types.ts';
import { WEBPKI_ANCHOR_CHECKS, WEBPKI_CA_CHECKS, WEBPKI_LEAF_CHECKS } from './webpki.ts';

/** As many failed paths as an answer holds. */
const MAX_ATTEMPTS = 16;

/** For finding out why, after the verdict: a fraction of what the verdict may cost. */
const EXPLAIN_LIMITS = { signatures: 100, builds: 256, nameComparisons: 25_000 };

/** What stays the same from leaf to leaf. */
export type VerifierInput = Omit<VerifyRequest, 'leaf'>;

/**
 * Judges one leaf; the CA certificates that came with it are used besides those of all. Whether the
 * leaf's own key is one is not looked at: no path hangs on it, and it would cost more than the rest.
 */
export type Verifier = (leaf: Certificate, untrusted?: readonly Certificate[]) => VerifyResult;

/**
 * Prepares anchors and CA certificates once; the answer judges one leaf after the other.
 *
 * @example
 * const verify = verifierOf({ anchors: [anchorOf(root)], untrusted: [intermediate], at });
 * const { ok, fault } = verify(leaf);
 */
export function verifierOf(input: VerifierInput): Verifier {
  const context: CheckContext = {
    // RFC 5280 §4.1.2.5 counts whole seconds; what is left of one is dropped.
    at: Math.floor(input.at.getTime() / 1000) * 1000,
    purpose: input.purpose ?? 'any',
    profile: PROFILES[input.profile ?? 'internal'],
  };
  const limits: Limits = { ...DEFAULT_LIMITS, ...input.limits };
  const common = input.untrusted ?? [];
  const pool = new IssuerPool(input.anchors, common);
  const search = searchInput(context, input, pool, common);
  const checks = leafChecks(input, context);
  return (leaf, untrusted = []) => {
    const placed: Placed = { certificate: leaf, position: 0, role: 'leaf' };
    const faults = runChecks(checks, placed, context);
    if (untrusted.length === 0) return judge(leaf, search, faults, limits);
    const all = common.length === 0 ? untrusted : [...common, ...untrusted];
    const own = searchInput(context, input, new IssuerPool(pool, all), all);
    return judge(leaf, own, faults, limits);
  };
}

/**
 * Builds and checks the path of one certificate. Every certificate, however bad, gets an answer;
 * where no path passes, `fault` is the most specific thing wrong with the best one.
 */
export function verifyCertificate(request: VerifyRequest): VerifyResult {
  const { leaf } = request;
  const result = verifierOf(request)(leaf);
  const fault = result.ok && checkPoint({ certificate: leaf, position: 0, role: 'leaf' });
  if (!result.ok || !fault) return result;
  const attempt = { ...result.path, faults: [fault] };
  return { ok: false, fault, attempts: [attempt], spent: result.spent };
}

function judge(
  leaf: Certificate,
  search: SearchInput,
  ownFaults: readonly PathFault[],
  limits: Limits,
): VerifyResult {
  const budget = new Budget(limits);
  try {
    const path = findPath(leaf, search, budget);
    if (path && ownFaults.length === 0)
      return { ok: true, path, attempts: [], spent: budget.spent };
    if (path) return refused([{ ...path, faults: ownFaults }], budget);
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error;
    const fault = exhausted(leaf, error);
    // With what was learnt before the end, a sound path may come to light: too late for a verdict
    const attempts = explain(leaf, search, ownFaults, limits).map((attempt) =>
      attempt.faults.length > 0 ? attempt : { ...attempt, faults: [fault] },
    );
    return { ...refused(attempts, budget), fault };
  }
  return refused(explain(leaf, search, ownFaults, limits), budget);
}

function searchInput(
  context: CheckContext,
  input: VerifierInput,
  pool: IssuerPool,
  untrusted: readonly Certificate[],
): SearchInput {
  const { profile } = context;
  const building = {
    pool,
    context,
    intermediateChecks: withProfile(INTERMEDIATE_CHECKS, profile, WEBPKI_CA_CHECKS),
    anchorChecks: withProfile(ANCHOR_CHECKS, profile, WEBPKI_ANCHOR_CHECKS),
  };
  const policies: PathCheck = (path, _, budget) => policyFaults(path, input, budget);
  const { crls = [], requireRevocation: required = false } = input;
  if (crls.length === 0 && !required)
    return { ...building, pathChecks: [checkConstraints, policies] };
  const revocation = new Revocation({
    context,
    crls,
    required,
    issuersNamed: (name) => pool.untrustedNamed(name),
    pathTo: (certificate, anchor, budget) => {
      const placed: Placed = { certificate, position: 0, role: 'leaf' };
      if (runChecks(CRL_ISSUER_CHECKS, placed, context).length > 0) return undefined;
      const toAnchor = new IssuerPool([anchor], untrusted);
      const search = { ...building, pool: toAnchor, pathChecks: [checkConstraints] };
      return findPath(certificate, search, budget);
    },
  });
  return {
    ...building,
    pathChecks: [
      checkConstraints,
      policies,
      (path, anchor, budget) => revocation.check(path, anchor, budget),
    ],
  };
}

function withProfile(
  checks: readonly Check[],
  profile: Profile,
  webpki: readonly Check[],
): readonly Check[] {
  if (!profile.rfc5280) return checks;
  return [...checks, ...RFC5280_CHECKS, ...(profile.webpki ? webpki : [])];
}

/** What can be wrong with the leaf on whatever path. */
function leafChecks(input: VerifierInput, context: CheckContext): readonly Check[] {
  return [
    ...withProfile(LEAF_CHECKS, context.profile, WEBPKI_LEAF_CHECKS),
    ...(input.keyUsage?.length ? [checkRequiredUsages(input.keyUsage)] : []),
    ...identities(input.identity).map(identityCheck),
  ];
}

function identities(given: VerifierInput['identity']): readonly Identity[] {
  if (!given) return [];
  return 'kind' in given ? [given] : given;
}

function policyFaults(
  path: readonly Certificate[],
  input: VerifierInput,
  budget: Budget,
): PathFault[] {
  const violation = checkPolicies(path, input.policy, budget);
  if (!violation) return [];
  const { position, message, clause } = violation;
  const certificate = path[position] as Certificate;
  const role = position === 0 ? 'leaf' : 'intermediate';
  return [faultOf({ certificate, position, role }, 'POLICY', message, clause)];
}

function explain(
  leaf: Certificate,
  search: SearchInput,
  ownFaults: readonly PathFault[],
  limits: Limits,
): PathAttempt[] {
  const attempts: PathAttempt[] = [];
  const note = (attempt: PathAttempt) => {
    attempts.push({ ...attempt, faults: [...ownFaults, ...attempt.faults] });
  };
  try {
    explainPaths(leaf, search, new Budget({ ...limits, ...EXPLAIN_LIMITS }), note);
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error;
    if (attempts.length === 0) note({ certificates: [leaf], faults: [exhausted(leaf, error)] });
  }
  return attempts;
}

function refused(
  attempts: readonly PathAttempt[],
  budget: Budget,
): Extract<VerifyResult, { ok: false }> {
  const ranked = attempts
    .map((attempt) => ({ ...attempt, faults: [...attempt.faults].sort(compareFaults) }))
    .sort(compareAttempts)
    .slice(0, MAX_ATTEMPTS);
  const fault = ranked[0]?.faults[0];
  invariant(fault, 'a certificate is refused for a reason');
  return { ok: false, fault, attempts: ranked, spent: budget.spent };
}

/** The attempt that says most: it reaches an anchor, little is wrong with it, and that is clear. */
function compareAttempts(a: PathAttempt, b: PathAttempt): number {
  const anchored = (attempt: PathAttempt) => (attempt.anchor ? 1 : 0);
  const rank = (attempt: PathAttempt) => {
    const [fault] = attempt.faults;
    return fault ? FAULT_RANKS[fault.code] : 0;
  };
  return (
    anchored(b) - anchored(a) ||
    a.faults.length - b.faults.length ||
    rank(b) - rank(a) ||
    b.certificates.length - a.certificates.length
  );
}

function exhausted(leaf: Certificate, error: BudgetExhausted): PathFault {
  return faultOf(
    { certificate: leaf, position: 0, role: 'leaf' },
    'BUDGET_EXCEEDED',
    `has no path that can be found with reasonable effort: ${error.message} were needed`,
    'RFC 4158 §8.1',
    { exceeded: error.what, limit: error.limit },
  );
}
