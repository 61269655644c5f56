import { Tag } from '../../asn1/reader.ts';
import { bytesEqual, toHex } from '../../base/bytes.ts';
import { childrenIn } from '../raw/elements.ts';
import { algorithmParameters } from '../raw/fields.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const NULL = Uint8Array.of(Tag.Null, 0);

// The parameters field MUST have ASN.1 type NULL for rsaEncryption.
export const rsaParametersNotNull: LintRule = {
  id: 'rsa-parameters-not-null',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 3279 §2.3.1',
  what: 'the algorithm of an RSA key has NULL for its parameters',
  remedy: ANEW,
  check: ({ certificate: { publicKey } }) => {
    if (publicKey.algorithmOid !== '1.2.840.113549.1.1.1') return undefined;
    const [algorithm] = childrenIn(publicKey.spki);
    const parameters = algorithm && algorithmParameters(algorithm.whole);
    if (parameters && bytesEqual(parameters.whole, NULL)) return undefined;
    return hit(
      'the algorithm of its RSA key does not have NULL for its parameters',
      'public key',
      parameters ? toHex(parameters.whole) : 'absent',
    );
  },
};
