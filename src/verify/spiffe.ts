// X509-SVIDs (SPIFFE X509-SVID §2, §4, §5): one URI, a leaf that signs nothing, the right identity.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { memberOf, parseSpiffeId, parseTrustDomain, type SpiffeId } from '../name/spiffe.ts';
import type { Certificate } from '../x509/certificate.ts';
import { faultOf, type PathFault, type Placed } from './fault.ts';

/** Reads the SPIFFE ID of a leaf, or says why it has none (X509-SVID §2). */
function readSvidId(leaf: Placed): SpiffeId | PathFault {
  const uris = leaf.certificate.names.flatMap((name) => (name.kind === 'uri' ? [name.value] : []));
  const [uri] = uris;
  const clause = 'X509-SVID §2';
  if (uri === undefined)
    return faultOf(leaf, 'SPIFFE_NO_ID', 'has no URI name, so no SPIFFE ID', clause);
  if (uris.length > 1)
    return faultOf(
      leaf,
      'SPIFFE_MANY_URIS',
      `has ${uris.length} URI names; an X509-SVID has exactly one`,
      clause,
      { uris },
    );
  try {
    return parseSpiffeId(uri);
  } catch (error) {
    if (!(error instanceof MtlsError)) throw error;
    return faultOf(
      leaf,
      'SPIFFE_BAD_ID',
      `has a URI name that is no SPIFFE ID: ${error.message}`,
      'SPIFFE-ID §2',
      { uri },
    );
  }
}

/** X509-SVID §4, §5.2: what the leaf's key may do. */
function checkSvidLeaf(leaf: Placed): PathFault | undefined {
  const { basicConstraints, keyUsage } = leaf.certificate;
  const fail = (why: string, clause: string) =>
    faultOf(leaf, 'SPIFFE_NOT_A_LEAF', `is no X509-SVID of a workload: ${why}`, clause);
  if (basicConstraints?.ca) return fail('it is a CA', 'X509-SVID §4.1');
  if (keyUsage?.has('keyCertSign')) return fail('it may sign certificates', 'X509-SVID §4.3');
  if (keyUsage?.has('cRLSign')) return fail('it may sign CRLs', 'X509-SVID §4.3');
  if (!keyUsage?.has('digitalSignature'))
    return fail('its key usage lacks digitalSignature', 'X509-SVID §4.3');
  return undefined;
}

/**
 * What keeps certificates, leaf first, from being an X509-SVID in form: the ID and use of the
 * leaf, and the right of the others to sign. No path is built and no date is looked at.
 */
export function svidFaults(certificates: readonly Certificate[]): readonly PathFault[] {
  return certificates.flatMap((certificate, position) => {
    const role = position === 0 ? 'leaf' : 'intermediate';
    const placed: Placed = { certificate, position, role };
    if (role === 'leaf') {
      const id = readSvidId(placed);
      const named = 'code' in id ? id : checkWorkloadPath(placed, id);
      return [named, checkSvidLeaf(placed)].filter(isFault);
    }
    return signingFaults(placed);
  });
}

/** What keeps a certificate from being one that signs SVIDs: its right to sign, and its ID. */
export function signingFaults(placed: Placed): readonly PathFault[] {
  return [checkSvidSigner(placed), checkSignerId(placed)].filter(isFault);
}

function isFault(fault: PathFault | undefined): fault is PathFault {
  return fault !== undefined;
}

/** X509-SVID §3.1: a leaf's ID names a workload, not a whole trust domain. */
function checkWorkloadPath(leaf: Placed, id: SpiffeId): PathFault | undefined {
  if (id.path !== '') return undefined;
  return faultOf(
    leaf,
    'SPIFFE_BAD_ID',
    `has the SPIFFE ID ${quoteForeign(id.id)}, which names a trust domain and no workload`,
    'X509-SVID §3.1',
    { uri: id.id },
  );
}

/** X509-SVID §3.2: the ID of a signing certificate, where it has one, has no path. */
function checkSignerId(placed: Placed): PathFault | undefined {
  const named = placed.certificate.names.some(
    (name) => name.kind === 'uri' && name.value.toLowerCase().startsWith('spiffe:'),
  );
  if (!named) return undefined;
  const id = readSvidId(placed);
  if ('code' in id) return id;
  if (id.path === '') return undefined;
  return faultOf(
    placed,
    'SPIFFE_BAD_ID',
    `has the SPIFFE ID ${quoteForeign(id.id)} with a path, which belongs to workloads only`,
    'X509-SVID §3.2',
    { uri: id.id },
  );
}

/** X509-SVID §4.1, §4.3: a signing certificate is a CA and says that it may sign. */
function checkSvidSigner(placed: Placed): PathFault | undefined {
  const { basicConstraints, keyUsage } = placed.certificate;
  if (!basicConstraints?.ca)
    return faultOf(
      placed,
      'NOT_A_CA',
      'stands above an X509-SVID and is not a CA',
      'X509-SVID §4.1',
    );
  if (!keyUsage?.has('keyCertSign'))
    return faultOf(
      placed,
      'KEY_USAGE',
      'stands above an X509-SVID and its key usage lacks keyCertSign',
      'X509-SVID §4.3',
    );
  return undefined;
}

/** Holds a SPIFFE ID, or a trust domain, against the leaf. */
export function checkSpiffe(
  leaf: Placed,
  kind: 'spiffe' | 'trustDomain',
  expected: string,
): PathFault | undefined {
  const found = readSvidId(leaf);
  if ('code' in found) return found;
  const shape = checkSvidLeaf(leaf);
  if (shape) return shape;
  if (isExpected(found, kind, expected)) return undefined;
  return faultOf(
    leaf,
    'SPIFFE_MISMATCH',
    kind === 'spiffe'
      ? `is for ${quoteForeign(found.id)}, not for ${quoteForeign(expected)}`
      : `is for ${quoteForeign(found.id)}, which is outside of the trust domain ${quoteForeign(expected)}`,
    'X509-SVID §5.2',
    { id: found.id, expected },
  );
}

function isExpected(id: SpiffeId, kind: 'spiffe' | 'trustDomain', expected: string): boolean {
  if (kind === 'spiffe') return id.id === expected;
  try {
    return memberOf(id, parseTrustDomain(expected));
  } catch {
    return false;
  }
}
