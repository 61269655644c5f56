// Path building after RFC 4158: depth first from the leaf, anchors first, the likeliest candidate
// first, no name and key twice. One walk does both: strictly, until a path passes everything; and
// tolerantly, after that has failed, to learn what is wrong with each path there is.
import { quoteForeign } from '../base/text.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { formatDn } from '../name/dn.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Budget } from './budget.ts';
import type { IssuerPool } from './candidates.ts';
import { checkPathLength, sameHolder } from './checks.ts';
import { runChecks, type Check, type CheckContext } from './context.ts';
import { inheritParameters, lacksParameters } from './dsa-parameters.ts';
import { describePlaced, faultOf, type PathFault, type Placed } from './fault.ts';
import { isSelfIssued } from './names.ts';
import { isSignedBy } from './signatures.ts';
import type { PathAttempt, TrustAnchor, VerifiedPath } from './types.ts';

/** A check of a whole path. */
export type PathCheck = (
  path: readonly Certificate[],
  anchor: TrustAnchor,
  budget: Budget,
) => readonly PathFault[];

/** What a search needs besides the leaf. */
export interface SearchInput {
  readonly pool: IssuerPool;
  readonly context: CheckContext;
  readonly intermediateChecks: readonly Check[];
  readonly anchorChecks: readonly Check[];
  /** Name constraints, policies, revocation. */
  readonly pathChecks: readonly PathCheck[];
}

/** Finds the first path that passes every check; throws BudgetExhausted. */
export function findPath(
  leaf: Certificate,
  input: SearchInput,
  budget: Budget,
): VerifiedPath | undefined {
  let found: VerifiedPath | undefined;
  walk({ path: [leaf], faults: [], waiting: [] }, input, budget, {
    tolerant: false,
    reached: (path, anchor, faults) => {
      if (faults.length > 0) return false;
      found = { certificates: [...path], anchor };
      return true;
    },
    ended: () => undefined,
  });
  return found;
}

/** Walks every path that signatures allow and notes its faults; throws BudgetExhausted. */
export function explainPaths(
  leaf: Certificate,
  input: SearchInput,
  budget: Budget,
  note: (attempt: PathAttempt) => void,
): void {
  walk({ path: [leaf], faults: [], waiting: [] }, input, budget, {
    tolerant: true,
    reached: (path, anchor, faults) => {
      note({ certificates: [...path], anchor, faults });
      return false;
    },
    ended: (path, faults) => {
      note({ certificates: [...path], faults });
    },
  });
}

interface Visitor {
  /** Whether to follow candidates that have faults. */
  readonly tolerant: boolean;
  /** A path that ends in an anchor; true ends the walk. */
  readonly reached: (
    path: readonly Certificate[],
    anchor: TrustAnchor,
    faults: readonly PathFault[],
  ) => boolean;
  /** A path that leads nowhere. */
  readonly ended: (path: readonly Certificate[], faults: readonly PathFault[]) => void;
}

/** Where a walk stands. */
interface Step {
  readonly path: readonly Certificate[];
  readonly faults: readonly PathFault[];
  /** Certificates at the end of the path whose issuers' keys still lack their parameters. */
  readonly waiting: readonly { readonly child: Certificate; readonly key: PublicKey }[];
}

function walk(step: Step, input: SearchInput, budget: Budget, visitor: Visitor): boolean {
  const { path, faults } = step;
  const child = path[path.length - 1] as Certificate;
  const position = path.length;
  // The anchor may be the certificate itself.
  if (position === 1) {
    const itself = input.pool.anchorThatIs(child);
    if (itself && visitor.reached(path, itself, wholePath(path, itself, input, budget)))
      return true;
  }
  let tried = 0;
  for (const issuer of input.pool.issuersOf(child, input.context.at)) {
    budget.build();
    const certificate = 'der' in issuer ? issuer : issuer.certificate;
    const anchor = 'der' in issuer ? undefined : issuer;
    if (!anchor && path.some((one) => sameHolder(one, issuer as Certificate))) continue;
    tried++;
    const role = anchor ? 'anchor' : 'intermediate';
    const placed: Placed | undefined = certificate && { certificate, position, role };
    const own = placed ? issuerFaults(placed, path, input, budget) : [];
    if (own.length > 0 && !visitor.tolerant) continue;
    const waiting = afterSignature(step, child, issuer.publicKey, budget);
    if (!waiting || (anchor && waiting.length > 0)) {
      // What no program here can check is no forgery: the checks of the two certificates say so
      const unknown = !child.signatureAlgorithm || placed?.certificate.publicKey.kind === 'other';
      if (visitor.tolerant && unknown) visitor.ended(path, [...faults, ...own]);
      else if (visitor.tolerant) visitor.ended(path, [...faults, notSigned(path, placed)]);
      continue;
    }
    const all = own.length > 0 ? [...faults, ...own] : faults;
    if (anchor) {
      const whole = wholePath(path, anchor, input, budget);
      if (visitor.reached(path, anchor, [...all, ...whole])) return true;
    } else if (placed && isTooDeep(placed, path, budget.limits.depth))
      visitor.ended([...path, placed.certificate], all);
    else {
      const next = { path: [...path, issuer as Certificate], faults: all, waiting };
      if (walk(next, input, budget, visitor)) return true;
    }
  }
  if (tried === 0 && visitor.tolerant) visitor.ended(path, [...faults, deadEnd(path)]);
  return false;
}

/** RFC 5280 §6.1.3 (a)(1): undefined for a bad signature, else those that cannot be judged yet. */
function afterSignature(
  { waiting }: Step,
  child: Certificate,
  key: PublicKey,
  budget: Budget,
): Step['waiting'] | undefined {
  if (lacksParameters(key)) return [...waiting, { child, key }];
  if (!isSignedBy(child, key, budget)) return undefined;
  for (const one of waiting) {
    const whole = inheritParameters(one.key, key);
    if (!whole || !isSignedBy(one.child, whole, budget)) return undefined;
  }
  return [];
}

function issuerFaults(
  placed: Placed,
  path: readonly Certificate[],
  input: SearchInput,
  budget: Budget,
): PathFault[] {
  const checks = placed.role === 'anchor' ? input.anchorChecks : input.intermediateChecks;
  const faults = runChecks(checks, placed, input.context);
  const { basicConstraints } = placed.certificate;
  const limit = budget.limits.depth;
  // Counting needs names compared, so only where the count can matter.
  if (path.length - 1 > (basicConstraints?.pathLength ?? limit)) {
    const fault = checkPathLength(placed, countIssuers(path));
    if (fault) faults.push(fault);
  }
  if (isTooDeep(placed, path, limit))
    faults.push(
      faultOf(
        placed,
        'PATH_LENGTH_EXCEEDED',
        `is further from the leaf than the ${limit} CA certificates that are allowed`,
        'RFC 5280 §6.1',
        { limit },
      ),
    );
  return faults;
}

/** CA certificates of a path that count: the leaf and self-issued ones do not. */
function countIssuers(path: readonly Certificate[]): number {
  return path.slice(1).filter((one) => !isSelfIssued(one)).length;
}

function isTooDeep(
  { certificate, role }: Placed,
  path: readonly Certificate[],
  limit: number,
): boolean {
  if (path.length - 1 < limit) return false;
  const own = role === 'anchor' || isSelfIssued(certificate) ? 0 : 1;
  return countIssuers(path) + own > limit;
}

function wholePath(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  input: SearchInput,
  budget: Budget,
): PathFault[] {
  const faults: PathFault[] = [];
  for (const check of input.pathChecks) faults.push(...check(path, anchor, budget));
  return faults;
}

function last(path: readonly Certificate[]): Placed {
  const position = path.length - 1;
  const certificate = path[position] as Certificate;
  return { certificate, position, role: position === 0 ? 'leaf' : 'intermediate' };
}

function notSigned(path: readonly Certificate[], issuer: Placed | undefined): PathFault {
  // A root of another key under a trusted name is no forgery, it is another root.
  if (path.length > 1 && isSelfIssued(last(path).certificate)) return deadEnd(path);
  const by = issuer ? describePlaced(issuer) : 'the trusted key';
  return faultOf(
    last(path),
    'BAD_SIGNATURE',
    `is not signed by the key of ${by}, which has the name of its issuer`,
    'RFC 5280 §6.1.3 (a)(1)',
    {
      issuer: issuer && formatDn(issuer.certificate.subject),
      trusted: issuer?.role !== 'intermediate',
    },
  );
}

function deadEnd(path: readonly Certificate[]): PathFault {
  const end = last(path);
  const { issuer } = end.certificate;
  if (isSelfIssued(end.certificate))
    return faultOf(
      end,
      'UNTRUSTED_ROOT',
      end.position === 0
        ? 'is self-signed and not trusted itself'
        : 'is a root that is not among the trusted ones',
      'RFC 5280 §6.1.1 (d)',
    );
  return faultOf(
    end,
    'ISSUER_NOT_FOUND',
    `was issued by ${quoteForeign(formatDn(issuer))}, which is neither given nor trusted`,
    'RFC 5280 §6.1.3 (a)(4)',
    { issuer: formatDn(issuer) },
  );
}
