import { bytesEqual, toColonHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';
import { signedBy } from '../subject.ts';

/** Signatures to try where many CAs here have one name. */
const MAX_TRIES = 4;

// Go, GnuTLS and Windows follow the identifiers: a chain that breaks here is not found.
export const authorityKeyIdMismatch: LintRule = {
  id: 'authority-key-id-mismatch',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.1',
  what: 'the authority key identifier is the subject key identifier of the CA that signed',
  remedy: ANEW,
  check: ({ certificate, pile }) => {
    const stated = certificate.authorityKeyId?.keyId;
    if (stated === undefined || pile.issuerOf(certificate)) return undefined;
    const signer = pile
      .namesakesOfIssuer(certificate)
      .filter(({ subjectKeyId }) => subjectKeyId && !bytesEqual(subjectKeyId, stated))
      .slice(0, MAX_TRIES)
      .find((candidate) => signedBy(certificate, candidate));
    return signer?.subjectKeyId
      ? hit(
          'its authority key identifier is not that of the CA that signed it',
          'authorityKeyIdentifier',
          `${toColonHex(stated)}, its issuer has ${toColonHex(signer.subjectKeyId)}`,
        )
      : undefined;
  },
};
