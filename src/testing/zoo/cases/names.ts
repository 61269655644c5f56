// Wrong in whom it names.
import { sequence } from '../../../asn1/writer.ts';
import { parseIp } from '../../../name/ip.ts';
import { parseConstraint } from '../../../name/constraints.ts';
import type { GeneralName } from '../../../name/san.ts';
import { drop, names, put, type Chain, type Draft } from '../draft.ts';
import { ACCEPTED, specimens } from '../specimen.ts';

const clause = 'RFC 9525 §6.3';

const dns = (...values: readonly string[]): readonly GeneralName[] =>
  values.map((value) => ({ kind: 'dns', value }));

const nameIt =
  (...values: readonly string[]) =>
  ({ leaf }: Chain) => {
    names(leaf, dns(...values));
  };

const permit = (draft: Draft, ...texts: readonly string[]) => {
  const permitted = texts.map(parseConstraint);
  put(draft, { kind: 'nameConstraints', constraints: { permitted, excluded: [] } }, true);
};

export const NAMES = specimens({
  wrongHost: {
    reason: 'the certificate is for another host than the one that is called',
    clause,
    side: 'server',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for elsewhere.test, not localhost',
      gnutls: 'The name in the certificate does not match the expected',
    },
    spoil: nameIt('elsewhere.test'),
  },
  cnOnly: {
    reason: 'the host stands in the common name alone, which is not read any more',
    clause: 'RFC 9525 §2',
    side: 'server',
    expected: {
      mtls: 'NO_NAMES',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: certificate relies on legacy Common Name field, use SANs instead',
      gnutls: 'accepted',
    },
    prepare: ({ leaf }) => {
      leaf.subject = 'CN=localhost';
    },
    spoil: ({ leaf }) => {
      drop(leaf, 'subjectAltName');
    },
  },
  noSan: {
    reason: 'the server certificate names no host at all',
    clause,
    side: 'server',
    expected: {
      mtls: 'NO_NAMES',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is not valid for any names, but wanted to match localhost',
      gnutls: 'The name in the certificate does not match the expected',
    },
    spoil: ({ leaf }) => {
      drop(leaf, 'subjectAltName');
    },
  },
  commonNameBesideSan: {
    reason: 'the host stands in the common name, and the alternative names are others',
    clause: 'RFC 9525 §2',
    side: 'server',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for elsewhere.test, not localhost',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: ({ leaf }) => {
      leaf.subject = 'CN=localhost';
    },
    spoil: nameIt('elsewhere.test'),
  },
  wildcardTooDeep: {
    reason: 'a wildcard is to cover two labels, and covers one',
    clause,
    side: 'server',
    host: 'v1.api.example.test',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for *.example.test, not v1.api.example.test',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: nameIt('*.api.example.test'),
    spoil: nameIt('*.example.test'),
  },
  wildcardParent: {
    reason: 'a wildcard is to cover the domain itself, and covers only what is below it',
    clause,
    side: 'server',
    host: 'example.test',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for *.example.test, not example.test',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: nameIt('*.example.test', 'example.test'),
    spoil: nameIt('*.example.test'),
  },
  wildcardNotLeftmost: {
    reason: 'a wildcard stands in the middle of a name',
    clause,
    side: 'server',
    host: 'api.eu.example.test',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for api.*.example.test, not api.eu.example.test',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: nameIt('*.eu.example.test'),
    spoil: nameIt('api.*.example.test'),
  },
  partialWildcard: {
    reason: 'a wildcard covers only a part of a label',
    clause,
    side: 'server',
    host: 'api7.example.test',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: certificate is valid for api*.example.test, not api7.example.test',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: nameIt('*.example.test'),
    spoil: nameIt('api*.example.test'),
  },
  wildcardTopLevel: {
    reason: 'a wildcard covers a whole top-level domain',
    clause: 'RFC 6125 §7.2',
    side: 'server',
    host: 'example.test',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'accepted',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: nameIt('example.test'),
    spoil: nameIt('*.test'),
  },
  ipInDnsName: {
    reason: 'the address stands as a DNS name, where clients look among the addresses',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'server',
    host: '127.0.0.1',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 64: IP address mismatch',
      go: "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
      gnutls: 'The name in the certificate does not match the expected',
    },
    spoil: nameIt('127.0.0.1'),
  },
  trailingDotName: {
    reason: 'the name ends in a dot, as in a zone file',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'server',
    host: 'api.example.test',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'accepted',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for api.example.test., not api.example.test',
      gnutls: 'The name in the certificate does not match the expected',
    },
    prepare: nameIt('api.example.test'),
    spoil: nameIt('api.example.test.'),
  },
  urlInDnsName: {
    reason: 'a URL stands as a DNS name',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'server',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for https://localhost, not localhost',
      gnutls: 'The name in the certificate does not match the expected',
    },
    spoil: nameIt('https://localhost'),
  },
  nulInName: {
    reason: 'a NUL cuts the name short for programs written in C',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'server',
    expected: {
      mtls: 'HOST_MISMATCH',
      node: 'ERR_TLS_CERT_ALTNAME_INVALID',
      openssl: 'error 62: hostname mismatch',
      go: 'x509: certificate is valid for localhost\0.elsewhere.test, not localhost',
      gnutls: 'The name in the certificate does not match the expected',
    },
    spoil: nameIt('localhost\0.elsewhere.test'),
  },
  unicodeDnsName: {
    reason: 'one of the names is written in UTF-8, where A-labels belong',
    clause: 'RFC 5280 §7.2',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: SAN dNSName is malformed',
      gnutls: 'accepted',
    },
    spoil: nameIt('localhost', 'bücher.test'),
  },
  badIpLength: {
    reason: 'one of the addresses has five octets',
    clause: 'RFC 5280 §4.2.1.6',
    side: 'server',
    expected: {
      mtls: 'MALFORMED',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: cannot parse IP address of length 5',
      gnutls: 'accepted',
    },
    spoil: ({ leaf }) => {
      names(leaf, [...dns('localhost'), { kind: 'ip', value: Uint8Array.of(127, 0, 0, 1, 0) }]);
    },
  },
  emptySubjectNonCriticalSan: {
    reason: 'the subject is empty, and the alternative names are not marked critical',
    clause: 'RFC 5280 §4.1.2.6',
    side: 'server',
    expected: ACCEPTED,
    spoil: ({ leaf }) => {
      leaf.edit = (fields) => {
        fields.subject = sequence();
      };
    },
  },
  nameConstraint: {
    reason: 'one of the names lies outside of those that the CA may vouch for',
    clause: 'RFC 5280 §4.2.1.10',
    side: 'server',
    expected: {
      mtls: 'NAME_CONSTRAINT',
      node: 'UNSPECIFIED',
      openssl: 'error 47: permitted subtree violation',
      go: 'x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "api.outside.test" is not permitted by any constraint',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    prepare: ({ between, leaf }) => {
      permit(between, 'localhost', 'inside.test');
      names(leaf, dns('localhost', 'api.inside.test'));
    },
    spoil: nameIt('localhost', 'api.outside.test'),
  },
  nameConstraintIp: {
    reason: 'one of the addresses lies outside of those that the CA may vouch for',
    clause: 'RFC 5280 §4.2.1.10',
    side: 'server',
    expected: {
      mtls: 'NAME_CONSTRAINT',
      node: 'UNSPECIFIED',
      openssl: 'error 47: permitted subtree violation',
      go: 'x509: a root or intermediate certificate is not authorized to sign for this name: IP address "10.0.0.7" is not permitted by any constraint',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    prepare: ({ between }) => {
      permit(between, '127.0.0.0/8', '::1');
    },
    spoil: ({ leaf }) => {
      const value = parseIp('10.0.0.7') as Uint8Array;
      names(leaf, [...dns('localhost'), { kind: 'ip', value }]);
    },
  },
  nameConstraintExcluded: {
    reason: 'one of the names is among those that the CA must not vouch for',
    clause: 'RFC 5280 §4.2.1.10',
    side: 'server',
    expected: {
      mtls: 'NAME_CONSTRAINT',
      node: 'UNSPECIFIED',
      openssl: 'error 48: excluded subtree violation',
      go: 'x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "db.secret.test" is excluded by constraint "secret.test"',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    prepare: ({ between }) => {
      const excluded = [parseConstraint('secret.test')];
      put(between, { kind: 'nameConstraints', constraints: { permitted: [], excluded } }, true);
    },
    spoil: nameIt('localhost', 'db.secret.test'),
  },
  nameConstraintRoot: {
    reason: 'one of the names lies outside of those that the trusted root may vouch for',
    clause: 'RFC 5937 §3',
    side: 'server',
    expected: {
      mtls: 'NAME_CONSTRAINT',
      node: 'UNSPECIFIED',
      openssl: 'error 47: permitted subtree violation',
      go: 'x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "api.outside.test" is not permitted by any constraint',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    prepare: ({ root, leaf }) => {
      permit(root, 'localhost', 'inside.test');
      names(leaf, dns('localhost', 'api.inside.test'));
    },
    spoil: nameIt('localhost', 'api.outside.test'),
  },
});
