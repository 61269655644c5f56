// The suites of SPIFFE: IDs, trust domains, and X509-SVIDs with their keys.
import { MtlsError } from '../../src/base/errors.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { sameKey } from '../../src/match/match.ts';
import { parseSpiffeId, parseTrustDomain } from '../../src/name/spiffe.ts';
import { svidFaults } from '../../src/verify/spiffe.ts';

export interface SpiffeCase {
  /** The input of an ID, the name of an SVID. */
  readonly id: string;
  readonly expected: 'valid' | 'invalid';
  readonly actual: 'valid' | 'invalid';
  /** Why somebody else judges it otherwise. */
  readonly contested: string | null;
}

interface IdVector {
  readonly input: string;
  readonly expected: 'valid' | 'invalid';
  readonly contested: string | null;
}

/** spiffe-id-vectors.json. */
export interface IdVectors {
  readonly spiffe_ids: readonly IdVector[];
  readonly trust_domains: readonly IdVector[];
}

/** x509svid-cases.json. */
export interface SvidCases {
  readonly cases: readonly {
    readonly name: string;
    readonly expected: 'valid' | 'invalid';
    readonly certs_pem: string;
    readonly key_pem: string;
  }[];
}

export function judgeIds(vectors: readonly IdVector[]): readonly SpiffeCase[] {
  return judgeVectors(vectors, parseSpiffeId);
}

export function judgeTrustDomains(vectors: readonly IdVector[]): readonly SpiffeCase[] {
  return judgeVectors(vectors, parseTrustDomain);
}

function judgeVectors(
  vectors: readonly IdVector[],
  parse: (text: string) => unknown,
): readonly SpiffeCase[] {
  return vectors.map(({ input, expected, contested }) => ({
    id: input,
    expected,
    contested,
    actual: holds(() => {
      parse(input);
      return true;
    }),
  }));
}

/** Certificates and key make an X509-SVID, as go-spiffe's x509svid.Parse decides. */
export function judgeSvids({ cases }: SvidCases): readonly SpiffeCase[] {
  return cases.map(({ name, expected, certs_pem: certs, key_pem: keyPem }) => ({
    id: name,
    expected,
    contested: null,
    actual: holds(() => {
      const { certificates } = readBundle(Buffer.from(certs));
      const key = readBundle(Buffer.from(keyPem)).keys[0]?.decode();
      const [leaf] = certificates;
      if (!leaf || !key) return false;
      return sameKey(leaf.publicKey, key.publicKey) && svidFaults(certificates).length === 0;
    }),
  }));
}

function holds(check: () => boolean): 'valid' | 'invalid' {
  try {
    return check() ? 'valid' : 'invalid';
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return 'invalid';
    throw error;
  }
}
