// mtls itself as a judge of zoo cases: reading, then verification as a TLS peer asks for it.
import { isIP } from 'node:net';
import { MtlsError } from '../../../src/base/errors.ts';
import { readBundle } from '../../../src/codec/bundle.ts';
import { requireSvid } from '../../../src/verify/svid.ts';
import { anchorOf, type Identity } from '../../../src/verify/types.ts';
import { verifyCertificate } from '../../../src/verify/verify.ts';
import { sameKey } from '../../../src/match/match.ts';
import type { ZooCase } from '../../../src/testing/index.ts';

type Asked = Pick<ZooCase, 'cert' | 'key' | 'ca' | 'crl' | 'at' | 'side' | 'host' | 'trustDomain'>;

/** The code of the fault or of the error, or `accepted`. */
export function askUs(bad: Asked): string {
  try {
    const given = readBundle(Buffer.from(bad.cert + bad.key));
    const [leaf, ...untrusted] = given.certificates;
    const [key] = given.keys;
    if (!leaf || !key) return 'nothing to judge';
    const { certificates } = readBundle(Buffer.from(bad.ca));
    const result = verifyCertificate({
      leaf,
      untrusted,
      anchors: certificates.map(anchorOf),
      at: bad.at,
      purpose: bad.side,
      identity: identityOf(bad),
      ...(bad.crl !== undefined && {
        crls: readBundle(Buffer.from(bad.crl)).crls,
        requireRevocation: true,
      }),
    });
    const { ok, fault } = bad.trustDomain === undefined ? result : requireSvid(result);
    if (!ok) return fault.code;
    return sameKey(leaf.publicKey, key.decode().publicKey) ? 'accepted' : 'KEY_MISMATCH';
  } catch (error) {
    if (error instanceof MtlsError) return error.code;
    throw error;
  }
}

function identityOf({ side, host = 'localhost', trustDomain }: Asked): Identity | undefined {
  if (trustDomain !== undefined) return { kind: 'trustDomain', value: trustDomain };
  if (side === 'client') return undefined;
  return { kind: isIP(host) > 0 ? 'ip' : 'dns', value: host };
}
