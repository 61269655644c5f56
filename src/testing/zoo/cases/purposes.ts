// Wrong in what it is for.
import { purposes, put } from '../draft.ts';
import { ACCEPTED, specimens } from '../specimen.ts';

const clause = 'RFC 5280 §4.2.1.12';

export const PURPOSES = specimens({
  wrongEku: {
    reason: 'a server presents a certificate that is for clients only',
    clause,
    side: 'server',
    expected: {
      mtls: 'EXTENDED_KEY_USAGE',
      node: 'INVALID_PURPOSE',
      openssl: 'error 26: unsuitable certificate purpose',
      go: 'x509: certificate specifies an incompatible key usage',
      gnutls: 'The certificate chain does not match the intended purpose',
    },
    spoil: ({ leaf }) => {
      purposes(leaf, 'clientAuth');
    },
  },
  wrongEkuClient: {
    reason: 'a client presents a certificate that is for servers only',
    clause,
    side: 'client',
    expected: {
      mtls: 'EXTENDED_KEY_USAGE',
      node: 'INVALID_PURPOSE',
      openssl: 'error 26: unsuitable certificate purpose',
      go: 'x509: certificate specifies an incompatible key usage',
      gnutls: 'The certificate chain does not match the intended purpose',
    },
    spoil: ({ leaf }) => {
      purposes(leaf, 'serverAuth');
    },
  },
  foreignEku: {
    reason: 'the certificate is for signing code, and for nothing else',
    clause,
    side: 'server',
    expected: {
      mtls: 'EXTENDED_KEY_USAGE',
      node: 'INVALID_PURPOSE',
      openssl: 'error 26: unsuitable certificate purpose',
      go: 'x509: certificate specifies an incompatible key usage',
      gnutls: 'The certificate chain does not match the intended purpose',
    },
    spoil: ({ leaf }) => {
      purposes(leaf, 'codeSigning');
    },
  },
  intermediateEku: {
    reason: 'the CA is limited to clients and signed a server certificate',
    clause,
    side: 'server',
    expected: {
      mtls: 'EXTENDED_KEY_USAGE',
      node: 'INVALID_PURPOSE',
      openssl: 'error 26: unsuitable certificate purpose',
      go: 'x509: certificate specifies an incompatible key usage',
      gnutls: 'The certificate chain does not match the intended purpose',
    },
    prepare: ({ between }) => {
      purposes(between, 'clientAuth', 'serverAuth');
    },
    spoil: ({ between }) => {
      purposes(between, 'clientAuth');
    },
  },
  wrongKeyUsage: {
    reason: 'the key may encrypt data and not sign, so it cannot act in TLS',
    clause: 'RFC 8446 §4.4.2.2',
    side: 'server',
    expected: {
      mtls: 'KEY_USAGE',
      node: 'INVALID_PURPOSE',
      openssl: 'error 26: unsuitable certificate purpose',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: ({ leaf }) => {
      put(leaf, { kind: 'keyUsage', usages: ['dataEncipherment'] }, true);
    },
  },
  wrongKeyUsageClient: {
    reason: 'the key of a client may encrypt data and not sign, so it cannot act in TLS',
    clause: 'RFC 8446 §4.4.2.2',
    side: 'client',
    expected: {
      mtls: 'KEY_USAGE',
      node: 'INVALID_PURPOSE',
      openssl: 'error 26: unsuitable certificate purpose',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: ({ leaf }) => {
      put(leaf, { kind: 'keyUsage', usages: ['dataEncipherment'] }, true);
    },
  },
  caAsServer: {
    reason: 'a server presents the certificate of a CA as its own',
    clause: 'RFC 5280 §4.2.1.9',
    side: 'server',
    expected: ACCEPTED,
    spoil: ({ leaf }) => {
      put(leaf, { kind: 'basicConstraints', ca: true }, true);
      put(leaf, { kind: 'keyUsage', usages: ['digitalSignature', 'keyCertSign', 'cRLSign'] }, true);
    },
  },
});
