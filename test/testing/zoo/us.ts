// mtls itself as a judge of zoo cases: reading, then verification as a TLS peer asks for it.
import { isIP } from 'node:net';
import { MtlsError } from '../../../src/base/errors.ts';
import { readBundle } from '../../../src/codec/bundle.ts';
import { requireSvid } from '../../../src/verify/svid.ts';
import { anchorOf, type Identity } from '../../../src/verify/types.ts';
import { verifyCertificate } from '../../../src/verify/verify.ts';
import type { Certificate } from '../../../src/x509/certificate.ts';
import { sameKey } from '../../../src/match/match.ts';
import type { ZooCase } from '../../../src/testing/index.ts';

type Asked = Pick<
  ZooCase,
  'cert' | 'key' | 'ca' | 'crl' | 'at' | 'side' | 'host' | 'trustDomain' | 'foundWhen'
>;

/** The code of the fault or of the error, or `accepted`. */
export function askUs(bad: Asked): string {
  try {
    return bad.foundWhen === 'loading' ? load(bad) : verify(bad);
  } catch (error) {
    if (error instanceof MtlsError) return error.code;
    throw error;
  }
}

function certificatesOf(pem: string): readonly Certificate[] {
  return readBundle(Buffer.from(pem)).certificates;
}

function load({ cert, key }: Asked): string {
  const [leaf] = certificatesOf(cert);
  const [held] = readBundle(Buffer.from(key)).keys;
  if (!leaf || !held) return 'nothing to judge';
  return sameKey(leaf.publicKey, held.decode().publicKey) ? 'accepted' : 'KEY_MISMATCH';
}

function verify(bad: Asked): string {
  const [leaf, ...untrusted] = certificatesOf(bad.cert);
  if (!leaf) return 'nothing to judge';
  const { crls } = readBundle(Buffer.from(bad.crl ?? bad.ca));
  const result = verifyCertificate({
    leaf,
    untrusted,
    anchors: certificatesOf(bad.ca).map(anchorOf),
    at: bad.at,
    purpose: bad.side,
    identity: identityOf(bad),
    crls,
    requireRevocation: crls.length > 0,
  });
  const { ok, fault } = bad.trustDomain === undefined ? result : requireSvid(result);
  return ok ? 'accepted' : fault.code;
}

function identityOf({ side, host = 'localhost', trustDomain }: Asked): Identity | undefined {
  if (trustDomain !== undefined) return { kind: 'trustDomain', value: trustDomain };
  if (side === 'client') return undefined;
  return { kind: isIP(host) > 0 ? 'ip' : 'dns', value: host };
}
