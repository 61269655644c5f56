// Wrong in the right to issue.
import { deepen, drop, put } from '../draft.ts';
import { NOTHING, specimens } from '../specimen.ts';
import type { ExtensionValue } from '../../../x509/extensions.ts';

const isCa = 'RFC 5280 §6.1.4 (k)';

const UNKNOWN_EXTENSION: ExtensionValue = {
  kind: 'unknown',
  // Private enterprise numbers, one that nobody has
  oid: '1.3.6.1.4.1.99999.1',
  value: Uint8Array.of(5, 0),
};

export const ISSUING = specimens({
  caBitMissing: {
    reason: 'the issuer says of itself that it is no CA',
    clause: isCa,
    side: 'server',
    expected: {
      mtls: 'NOT_A_CA',
      node: 'INVALID_PURPOSE',
      openssl: 'error 79: invalid CA certificate',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The certificate issuer is not a CA',
    },
    spoil: ({ between }) => {
      put(between, { kind: 'basicConstraints', ca: false }, true);
    },
  },
  basicConstraintsMissing: {
    reason: 'the issuer does not say that it is a CA',
    clause: isCa,
    side: 'server',
    expected: {
      mtls: 'NOT_A_CA',
      node: 'INVALID_CA',
      openssl: 'error 79: invalid CA certificate',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The certificate issuer is not a CA',
    },
    spoil: ({ between }) => {
      drop(between, 'basicConstraints');
    },
  },
  rootBasicConstraintsMissing: {
    reason: 'the trusted root does not say that it is a CA',
    clause: isCa,
    side: 'server',
    expected: {
      mtls: 'NOT_A_CA',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "zoo root")',
      gnutls: 'accepted',
    },
    spoil: ({ root }) => {
      drop(root, 'basicConstraints');
    },
  },
  v1Intermediate: {
    reason: 'the issuer is of version 1, which has no way to say that it is a CA',
    clause: isCa,
    side: 'server',
    expected: {
      mtls: 'NOT_A_CA',
      node: 'INVALID_PURPOSE',
      openssl: 'error 79: invalid CA certificate',
      go: 'x509: certificate is not authorized to sign other certificates',
      gnutls: 'The certificate issuer is not a CA',
    },
    spoil: ({ between }) => {
      between.edit = (fields) => {
        fields.version = NOTHING;
        fields.extensions = NOTHING;
      };
    },
  },
  caWithoutKeyCertSign: {
    reason: 'the key of the CA may sign CRLs, and not certificates',
    clause: 'RFC 5280 §6.1.4 (n)',
    side: 'server',
    expected: {
      mtls: 'KEY_USAGE',
      node: 'UNSPECIFIED',
      openssl: 'error 79: invalid CA certificate',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    spoil: ({ between }) => {
      put(between, { kind: 'keyUsage', usages: ['cRLSign'] }, true);
    },
  },
  pathLen: {
    reason: 'a CA that may have none below it has one below it',
    clause: 'RFC 5280 §6.1.4 (m)',
    side: 'server',
    expected: {
      mtls: 'PATH_LENGTH_EXCEEDED',
      node: 'PATH_LENGTH_EXCEEDED',
      openssl: 'error 25: path length constraint exceeded',
      go: 'x509: too many intermediates for path length constraint',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    prepare: (chain) => {
      deepen(chain);
      put(chain.between, { kind: 'basicConstraints', ca: true, pathLength: 1 }, true);
    },
    spoil: ({ between }) => {
      put(between, { kind: 'basicConstraints', ca: true, pathLength: 0 }, true);
    },
  },
  rootPathLen: {
    reason: 'the trusted root may have no CA below it and has one',
    clause: 'RFC 5937 §3',
    side: 'server',
    expected: {
      mtls: 'PATH_LENGTH_EXCEEDED',
      node: 'PATH_LENGTH_EXCEEDED',
      openssl: 'error 25: path length constraint exceeded',
      go: 'x509: too many intermediates for path length constraint',
      gnutls: "The certificate chain violates the signer's constraints",
    },
    prepare: ({ root }) => {
      put(root, { kind: 'basicConstraints', ca: true, pathLength: 1 }, true);
    },
    spoil: ({ root }) => {
      put(root, { kind: 'basicConstraints', ca: true, pathLength: 0 }, true);
    },
  },
  unknownCritical: {
    reason: 'an extension that nobody knows is marked critical',
    clause: 'RFC 5280 §4.2',
    side: 'server',
    expected: {
      mtls: 'UNKNOWN_CRITICAL_EXTENSION',
      node: 'UNSPECIFIED',
      openssl: 'error 34: unhandled critical extension',
      go: 'x509: unhandled critical extension',
      gnutls: 'The certificate contains an unknown critical extension',
    },
    prepare: ({ leaf }) => {
      put(leaf, UNKNOWN_EXTENSION, false);
    },
    spoil: ({ leaf }) => {
      put(leaf, UNKNOWN_EXTENSION, true);
    },
  },
  unknownCriticalIntermediate: {
    reason: 'an extension of the CA that nobody knows is marked critical',
    clause: 'RFC 5280 §4.2',
    side: 'server',
    expected: {
      mtls: 'UNKNOWN_CRITICAL_EXTENSION',
      node: 'UNSPECIFIED',
      openssl: 'error 34: unhandled critical extension',
      go: 'x509: unhandled critical extension',
      gnutls: 'The certificate contains an unknown critical extension',
    },
    prepare: ({ between }) => {
      put(between, UNKNOWN_EXTENSION, false);
    },
    spoil: ({ between }) => {
      put(between, UNKNOWN_EXTENSION, true);
    },
  },
  policyRequired: {
    reason: 'the CA requires a policy that the certificate does not have',
    clause: 'RFC 5280 §6.1.3 (f)',
    side: 'server',
    expected: {
      mtls: 'POLICY',
      node: 'accepted',
      openssl: 'accepted',
      go: 'x509: no valid chains built: 1 candidate chains with invalid policies',
      gnutls: 'The certificate contains an unknown critical extension',
    },
    spoil: ({ between }) => {
      put(between, { kind: 'policyConstraints', requireExplicitPolicy: 0 }, true);
    },
  },
});
