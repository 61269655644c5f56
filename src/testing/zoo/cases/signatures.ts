// Wrong in the signature.
import { sign } from 'node:crypto';
import { nullValue, oid, sequence } from '../../../asn1/writer.ts';
import { signatureAlgorithm } from '../../../crypto/algorithms.ts';
import { toUtf8 } from '../../../base/bytes.ts';
import type { Chain, Draft } from '../draft.ts';
import { specimens } from '../specimen.ts';
import { RSA_2048 } from '../weak-keys.ts';

const clause = 'RFC 5280 §6.1.3 (a)(1)';

/** The last octet but one of the certificate: within the signature, past all headers. */
const bendSignature = (draft: Draft) => {
  draft.bend = (der) => flipped(der, der.length - 2);
};

function flipped(der: Uint8Array, at: number): Uint8Array {
  return der.with(at, (der[at] as number) ^ 0x20);
}

/** RSA, whose signatures are the same every time, with whatever hash. */
const byRsa = ({ between }: Chain) => {
  between.key = RSA_2048();
};

/** RFC 3279 §2.2.1 */
const MD5_WITH_RSA = sequence(oid('1.2.840.113549.1.1.4'), nullValue());
/** Private enterprise numbers, one that nobody has */
const NOBODYS_ALGORITHM = sequence(oid('1.3.6.1.4.1.99999.2'));

function stateAlgorithm(draft: Draft, identifier: Uint8Array): void {
  draft.outerAlgorithm = identifier;
  draft.edit = (fields) => {
    fields.algorithm = identifier;
  };
}

function signWith(draft: Draft, by: Draft, hash: string): void {
  const { publicKey, keyObject } = by.key;
  draft.signer = {
    publicKey,
    algorithm: signatureAlgorithm('rsa-sha1'),
    sign: (message) => sign(hash, message, keyObject),
  };
}

export const SIGNATURES = specimens({
  badSignature: {
    reason: 'a bit of the signature is wrong',
    clause,
    side: 'server',
    expected: {
      mtls: 'BAD_SIGNATURE',
      node: 'CERT_SIGNATURE_FAILURE',
      openssl: 'error 7: certificate signature failure',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The signature in the certificate is invalid',
    },
    spoil: ({ leaf }) => {
      bendSignature(leaf);
    },
  },
  badIntermediateSignature: {
    reason: 'a bit of the signature of the CA is wrong',
    clause,
    side: 'server',
    expected: {
      mtls: 'BAD_SIGNATURE',
      node: 'CERT_SIGNATURE_FAILURE',
      openssl: 'error 7: certificate signature failure',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "zoo root")',
      gnutls: 'The signature in the certificate is invalid',
    },
    spoil: ({ between }) => {
      bendSignature(between);
    },
  },
  tampered: {
    reason: 'a letter of the subject was changed after it was signed',
    clause,
    side: 'server',
    expected: {
      mtls: 'BAD_SIGNATURE',
      node: 'CERT_SIGNATURE_FAILURE',
      openssl: 'error 7: certificate signature failure',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The signature in the certificate is invalid',
    },
    spoil: ({ leaf }) => {
      leaf.bend = (der) => flipped(der, Buffer.from(der).indexOf(toUtf8('zoo server')));
    },
  },
  signedByAnother: {
    reason: 'another key signed than that of the issuer that is named: a forgery',
    clause,
    side: 'server',
    expected: {
      mtls: 'BAD_SIGNATURE',
      node: 'CERT_SIGNATURE_FAILURE',
      openssl: 'error 7: certificate signature failure',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The signature in the certificate is invalid',
    },
    spoil: ({ source, leaf }) => {
      leaf.signer = source.signerOf(source.newKey('ec-p256'));
    },
  },
  algorithmMismatch: {
    reason: 'the signature algorithm differs inside and outside of the signed part',
    clause: 'RFC 5280 §4.1.1.2',
    side: 'server',
    expected: {
      mtls: 'ALGORITHM_MISMATCH',
      node: 'CERT_SIGNATURE_FAILURE',
      openssl: 'error 7: certificate signature failure',
      go: "x509: inner and outer signature algorithm identifiers don't match",
      gnutls: 'Error in the certificate',
    },
    spoil: ({ leaf }) => {
      leaf.edit = (fields) => {
        fields.algorithm = signatureAlgorithm('ecdsa-sha384').identifier;
      };
    },
  },
  unknownAlgorithm: {
    reason: 'it is signed with an algorithm that nobody knows',
    clause: 'RFC 5280 §4.1.1.2',
    side: 'server',
    expected: {
      mtls: 'ALGORITHM_UNSUPPORTED',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: algorithm unimplemented" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The certificate is NOT trusted',
    },
    loading: [
      { below: { openssl: '3.5.8' }, says: 'ERR_SSL_CA_MD_TOO_WEAK' },
      { says: 'accepted' },
    ],
    spoil: ({ leaf }) => {
      stateAlgorithm(leaf, NOBODYS_ALGORITHM);
    },
  },
  sha1: {
    reason: 'it is signed with SHA-1, which can be forged',
    clause: 'RFC 6194 §3',
    side: 'server',
    expected: {
      mtls: 'WEAK_HASH',
      node: 'UNSPECIFIED',
      openssl: 'error 68: CA signature digest algorithm too weak',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The certificate chain uses insecure algorithm',
    },
    loading: [
      { below: { openssl: '3.5.8' }, says: 'ERR_SSL_CA_MD_TOO_WEAK' },
      { says: 'accepted' },
    ],
    prepare: byRsa,
    spoil: ({ leaf, between }) => {
      signWith(leaf, between, 'sha1');
    },
  },
  sha1Intermediate: {
    reason: 'the CA is signed with SHA-1, which can be forged',
    clause: 'RFC 6194 §3',
    side: 'server',
    expected: {
      mtls: 'WEAK_HASH',
      node: 'UNSPECIFIED',
      openssl: 'error 68: CA signature digest algorithm too weak',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA" while trying to verify candidate authority certificate "zoo root")',
      gnutls: 'The certificate chain uses insecure algorithm',
    },
    loading: [
      { below: { openssl: '3.5.8' }, says: 'ERR_SSL_CA_MD_TOO_WEAK' },
      { says: 'accepted' },
    ],
    prepare: ({ root }) => {
      root.key = RSA_2048();
    },
    spoil: ({ between, root }) => {
      signWith(between, root, 'sha1');
    },
  },
  md5: {
    reason: 'it is signed with MD5, which can be forged in minutes',
    clause: 'RFC 6151 §2',
    side: 'server',
    expected: {
      mtls: 'ALGORITHM_UNSUPPORTED',
      node: 'UNSPECIFIED',
      openssl: 'error 68: CA signature digest algorithm too weak',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm MD5-RSA" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The certificate chain uses insecure algorithm',
    },
    loading: [
      { below: { openssl: '3.5.8' }, says: 'ERR_SSL_CA_MD_TOO_WEAK' },
      { says: 'accepted' },
    ],
    prepare: byRsa,
    spoil: ({ leaf, between }) => {
      stateAlgorithm(leaf, MD5_WITH_RSA);
      signWith(leaf, between, 'md5');
    },
  },
});
