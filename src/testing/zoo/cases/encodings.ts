// Malformed: encoded as no certificate may be.
import { concatBytes } from '../../../base/bytes.ts';
import { enterWhole, readWhole } from '../../../asn1/reader.ts';
import { element, explicit, integer, sequence } from '../../../asn1/writer.ts';
import { encodeGeneralizedTime, encodeTime } from '../../../asn1/time.ts';
import { drop, put, type Chain, type Draft } from '../draft.ts';
import { ACCEPTED, NOTHING, specimens } from '../specimen.ts';
import { EXTENSION_OIDS, type KnownExtensionKind } from '../../../x509/extensions.ts';
import { extensionsOf, type TbsFields } from '../../tbs-fields.ts';

const bytes = (...octets: readonly number[]) => Uint8Array.from(octets);

const edit = (change: (fields: TbsFields, chain: Chain) => void) => (chain: Chain) => {
  chain.leaf.edit = (fields) => {
    change(fields, chain);
  };
};

const serial =
  (...octets: readonly number[]) =>
  ({ leaf }: Chain) => {
    leaf.serial = bytes(...octets);
  };

const bend =
  (change: (der: Uint8Array) => Uint8Array) =>
  ({ leaf }: Chain) => {
    leaf.bend = change;
  };

/** Replaces the content of an extension. */
function garble(draft: Draft, kind: KnownExtensionKind, value: Uint8Array): void {
  const critical = draft.extensions.find((one) => one.value.kind === kind)?.critical ?? false;
  drop(draft, kind);
  put(draft, { kind: 'unknown', oid: EXTENSION_OIDS[kind], value }, critical);
}

const UTC_TIME = 0x17;
const BOOLEAN_TRUE = [1, 1, 0xff] as const;

/** notBefore as text, where DER has `YYMMDDHHMMSSZ`. */
const begin = (bendTime: (usual: string) => string) =>
  edit((fields, { leaf }) => {
    const { content } = readWhole(encodeTime(leaf.notBefore));
    const text = Buffer.from(bendTime(Buffer.from(content).toString('latin1')), 'latin1');
    fields.validity = sequence(element(UTC_TIME, text), encodeTime(leaf.notAfter));
  });

const time = 'RFC 5280 §4.1.2.5';
const serialClause = 'RFC 5280 §4.1.2.2';

export const ENCODINGS = specimens({
  negativeSerial: {
    reason: 'the serial number is negative',
    clause: serialClause,
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: negative serial number',
      gnutls: 'accepted',
    },
    spoil: serial(0x80, 1, 2, 3, 4, 5, 6, 7),
  },
  zeroSerial: {
    reason: 'the serial number is zero',
    clause: serialClause,
    side: 'server',
    expected: ACCEPTED,
    spoil: serial(0),
  },
  longSerial: {
    reason: 'the serial number is longer than 20 octets',
    clause: serialClause,
    side: 'server',
    expected: ACCEPTED,
    spoil: serial(...Array.from({ length: 24 }, (_, index) => index + 1)),
  },
  paddedSerial: {
    reason: 'the serial number has a zero in front of it',
    clause: 'X.690 §8.3.2',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_ILLEGAL_PADDING',
      openssl: 'Unable to load certificate file',
      go: 'x509: malformed serial number',
      gnutls: 'accepted',
    },
    loading: 'ERR_OSSL_ASN1_ILLEGAL_PADDING',
    spoil: serial(0, 1, 2, 3),
  },
  emptySerial: {
    reason: 'the serial number has no octets',
    clause: 'X.690 §8.3.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_ILLEGAL_ZERO_CONTENT',
      openssl: 'Unable to load certificate file',
      go: 'x509: malformed serial number',
      gnutls: 'accepted',
    },
    loading: 'ERR_OSSL_ASN1_ILLEGAL_ZERO_CONTENT',
    spoil: serial(),
  },
  duplicateExtension: {
    reason: 'an extension stands twice',
    clause: 'RFC 5280 §4.2',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate contains duplicate extension with OID "2.5.29.19"',
      gnutls: 'Duplicate extension in X.509 certificate',
    },
    spoil: edit((fields) => {
      const all = extensionsOf(fields);
      fields.extensions = explicit(3, sequence(...all, ...all.slice(0, 1)));
    }),
  },
  emptyExtensions: {
    reason: 'the list of extensions is there and empty',
    clause: 'RFC 5280 §4.1.2.9',
    side: 'client',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: edit((fields) => {
      fields.extensions = explicit(3, sequence());
    }),
  },
  v1Leaf: {
    reason: 'the client certificate is of version 1, without any extension',
    clause: 'RFC 5280 §4.1.2.1',
    side: 'client',
    expected: ACCEPTED,
    spoil: edit((fields) => {
      fields.version = NOTHING;
      fields.extensions = NOTHING;
    }),
  },
  v1WithExtensions: {
    reason: 'it says that it is of version 1, and has extensions',
    clause: 'RFC 5280 §4.1.2.9',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: certificate is not valid for any names, but wanted to match localhost',
      gnutls: 'Error in the certificate',
    },
    spoil: edit((fields) => {
      fields.version = NOTHING;
    }),
  },
  unknownVersion: {
    reason: 'it says that it is of version 4, which there is not',
    clause: 'RFC 5280 §4.1.2.1',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: invalid version',
      gnutls: 'accepted',
    },
    spoil: edit((fields) => {
      fields.version = explicit(0, integer(3));
    }),
  },
  badTimeForm: {
    reason: 'a date before 2050 is written with four digits of the year',
    clause: time,
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: edit((fields, { leaf }) => {
      const [from, to] = [encodeGeneralizedTime(leaf.notBefore), encodeTime(leaf.notAfter)];
      fields.validity = sequence(from, to);
    }),
  },
  timeWithoutSeconds: {
    reason: 'a date is written without its seconds',
    clause: time,
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: [
        { below: { openssl: '3.3' }, says: 'ERROR_IN_CERT_NOT_BEFORE_FIELD' },
        { says: 'ERR_SSL_UTCTIME_IS_TOO_SHORT' },
      ],
      openssl: [
        {
          below: { openssl: '3.3' },
          says: "error 13: format error in certificate's notBefore field",
        },
        { says: 'Unable to load certificate file' },
      ],
      go: 'accepted',
      gnutls: 'accepted',
    },
    loading: [
      { below: { openssl: '3.3' }, says: 'accepted' },
      { says: 'ERR_OSSL_ASN1_UTCTIME_IS_TOO_SHORT' },
    ],
    spoil: begin((usual) => usual.replace(/..Z$/, 'Z')),
  },
  timeWithOffset: {
    reason: 'a date is written in a time zone, not in UTC',
    clause: time,
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'ERROR_IN_CERT_NOT_BEFORE_FIELD',
      openssl: "error 13: format error in certificate's notBefore field",
      go: 'accepted',
      gnutls: 'The DER time encoding is invalid',
    },
    spoil: begin((usual) => usual.replace('Z', '+0100')),
  },
  impossibleDate: {
    reason: 'it begins on a 30th of February',
    clause: time,
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERROR_IN_CERT_NOT_BEFORE_FIELD',
      openssl: "error 13: format error in certificate's notBefore field",
      go: 'x509: malformed UTCTime',
      gnutls: 'accepted',
    },
    spoil: begin((usual) => usual.replace(/^(..)..../, '$10230')),
  },
  emptyKeyUsage: {
    reason: 'the key usage is there and allows nothing',
    clause: 'RFC 5280 §4.2.1.3',
    side: 'client',
    expected: {
      mtls: 'KEY_USAGE',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: ({ leaf }) => {
      put(leaf, { kind: 'keyUsage', usages: [] }, true);
    },
  },
  emptySan: {
    reason: 'the list of alternative names is there and empty',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'client',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: ({ leaf }) => {
      put(leaf, { kind: 'subjectAltName', names: [] });
    },
  },
  malformedSan: {
    reason: 'the alternative names are no list of names',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'client',
    expected: {
      mtls: 'MALFORMED',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: invalid subject alternative names',
      gnutls: 'ASN1 parser: Error in TAG',
    },
    spoil: ({ leaf }) => {
      garble(leaf, 'subjectAltName', bytes(4, 2, 1, 2));
    },
  },
  malformedKeyUsage: {
    reason: 'the key usage is no list of bits',
    clause: 'RFC 5280 §4.2.1.3',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: invalid key usage',
      gnutls: 'accepted',
    },
    spoil: ({ leaf }) => {
      garble(leaf, 'keyUsage', bytes(4, 2, 1, 2));
    },
  },
  malformedBasicConstraints: {
    reason: 'the basic constraints of the CA are followed by an octet that is none of them',
    clause: 'RFC 5280 §4.2.1.9',
    side: 'server',
    expected: {
      mtls: 'NOT_A_CA',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'The certificate issuer is not a CA',
    },
    spoil: ({ between }) => {
      garble(between, 'basicConstraints', bytes(0x30, 3, ...BOOLEAN_TRUE, 0));
    },
  },
  looseBoolean: {
    reason: 'true is written as 1, as BER allows and DER does not',
    clause: 'X.690 §11.1',
    side: 'server',
    expected: {
      mtls: 'NOT_A_CA',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: invalid basic constraints',
      gnutls: 'accepted',
    },
    spoil: ({ between }) => {
      garble(between, 'basicConstraints', bytes(0x30, 3, 1, 1, 1));
    },
  },
  statedDefault: {
    reason: 'what is not critical says so, where DER leaves that out',
    clause: 'X.690 §11.5',
    side: 'server',
    expected: ACCEPTED,
    spoil: ({ leaf }) => {
      garble(leaf, 'basicConstraints', bytes(0x30, 3, 1, 1, 0));
    },
  },
  indefiniteLength: {
    reason: 'a length is indefinite, as BER allows and DER does not',
    clause: 'X.690 §10.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: malformed certificate',
      gnutls: 'ASN1 parser: Error in DER parsing',
    },
    spoil: bend((der) => concatBytes([bytes(0x30, 0x80), readWhole(der).content, bytes(0, 0)])),
  },
  longLength: {
    reason: 'a length is written with more octets than it needs',
    clause: 'X.690 §10.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: malformed certificate',
      gnutls: 'accepted',
    },
    spoil: bend((der) => {
      const { content } = readWhole(der);
      const { length } = content;
      return concatBytes([bytes(0x30, 0x84, 0, 0, length >> 8, length & 0xff), content]);
    }),
  },
  trailingBytes: {
    reason: 'an octet stands behind the end of the certificate',
    clause: 'X.690 §8.1.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_CERT_LENGTH_MISMATCH',
      openssl: 'accepted',
      go: 'x509: trailing data',
      gnutls: 'ASN1 parser: Error in DER parsing',
    },
    loading: 'ERR_OSSL_ASN1_HEADER_TOO_LONG',
    spoil: bend((der) => concatBytes([der, bytes(0)])),
  },
  trailingField: {
    reason: 'a fourth field stands behind the signature',
    clause: 'RFC 5280 §4.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_SEQUENCE_LENGTH_MISMATCH',
      openssl: 'Unable to load certificate file',
      go: 'accepted',
      gnutls: 'ASN1 parser: Error in DER parsing',
    },
    loading: 'ERR_OSSL_ASN1_SEQUENCE_LENGTH_MISMATCH',
    spoil: bend((der) => sequence(readWhole(der).content, integer(1))),
  },
  missingSignature: {
    reason: 'the signature is left out',
    clause: 'RFC 5280 §4.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_FIELD_MISSING',
      openssl: 'Unable to load certificate file',
      go: 'x509: malformed signature',
      gnutls: 'ASN1 parser: Error in TAG',
    },
    loading: 'ERR_OSSL_ASN1_FIELD_MISSING',
    spoil: bend((der) => {
      const fields = enterWhole(der);
      return sequence(fields.next().whole, fields.next().whole);
    }),
  },
  truncated: {
    reason: 'the last octets of the certificate are missing',
    clause: 'X.690 §8.1.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_TOO_LONG',
      openssl: 'Unable to load certificate file',
      go: 'x509: malformed certificate',
      gnutls: 'ASN1 parser: Error in DER parsing',
    },
    loading: 'ERR_OSSL_ASN1_TOO_LONG',
    spoil: bend((der) => der.subarray(0, -20)),
  },
  garbage: {
    reason: 'the PEM block of a certificate holds something else',
    clause: 'RFC 7468 §5.1',
    side: 'server',
    expected: {
      mtls: 'CERT_MALFORMED',
      node: 'ERR_SSL_TOO_LONG',
      openssl: 'Unable to load certificate file',
      go: 'x509: malformed certificate',
      gnutls: 'ASN1 parser: Error in TAG',
    },
    loading: 'ERR_OSSL_ASN1_TOO_LONG',
    spoil: bend(() => new TextEncoder().encode('this is no certificate, and no DER at all')),
  },
  pemCut: {
    reason: 'the file ends in the middle of the PEM block',
    clause: 'RFC 7468 §2',
    side: 'server',
    foundWhen: 'loading',
    expected: {
      mtls: 'PEM_MALFORMED',
      node: 'ERR_OSSL_PEM_BAD_END_LINE',
      openssl: 'Could not read server certificate',
      go: 'tls: failed to find any PEM data in certificate input',
      gnutls: 'Base64 unexpected header error',
    },
    loading: 'ERR_OSSL_PEM_BAD_END_LINE',
    spoil: (chain) => {
      chain.bendPem = (pem) => pem.slice(0, 300);
    },
  },
});
