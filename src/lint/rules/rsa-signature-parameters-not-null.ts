import { Tag } from '../../asn1/reader.ts';
import { bytesEqual, toHex } from '../../base/bytes.ts';
import { childrenIn } from '../raw/elements.ts';
import { algorithmParameters } from '../raw/fields.ts';
import { oidOf } from '../raw/oid.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const NULL = Uint8Array.of(Tag.Null, 0);

// MD5, SHA-1 and SHA-2 with RSA, PKCS #1 v1.5
const PKCS1 = /^1\.2\.840\.113549\.1\.1\.(?:4|5|11|12|13|14)$/;

// When any of these four object identifiers appears within an AlgorithmIdentifier, the parameters
// MUST be NULL.
export const rsaSignatureParametersNotNull: LintRule = {
  id: 'rsa-signature-parameters-not-null',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 4055 §5',
  what: 'an RSA signature algorithm has NULL for its parameters',
  remedy: ANEW,
  check: ({ certificate: { innerAlgorithm } }) => {
    const [type] = childrenIn(innerAlgorithm);
    if (!PKCS1.test(oidOf(type) ?? '')) return undefined;
    const parameters = algorithmParameters(innerAlgorithm);
    if (parameters && bytesEqual(parameters.whole, NULL)) return undefined;
    return hit(
      'its RSA signature algorithm does not have NULL for its parameters',
      'signature algorithm',
      parameters ? toHex(parameters.whole) : 'absent',
    );
  },
};
