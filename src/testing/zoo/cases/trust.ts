// Wrong in whom it leads to: the root, or the certificates on the way there.
import { encodeDn, parseDn } from '../../../name/dn.ts';
import { keyIdentifier } from '../../../crypto/digest.ts';
import { caDraft, deepen, put, type Chain } from '../draft.ts';
import { ACCEPTED, specimens } from '../specimen.ts';

const path = 'RFC 5280 §6.1';

const trustAnother = (chain: Chain) => {
  chain.trusted = [caDraft(chain, 'CN=another root')];
};

const sendNoCa = (chain: Chain) => {
  chain.sent = [chain.leaf];
};

export const TRUST = specimens({
  selfSigned: {
    reason: 'the certificate signed itself, and nobody trusts it for that',
    clause: path,
    side: 'server',
    expected: {
      mtls: 'UNTRUSTED_ROOT',
      node: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      openssl: 'error 18: self-signed certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: (chain) => {
      chain.leaf.issuer = undefined;
      chain.sent = [chain.leaf];
    },
  },
  selfSignedClient: {
    reason: 'the client certificate signed itself, and nobody trusts it for that',
    clause: path,
    side: 'client',
    expected: {
      mtls: 'UNTRUSTED_ROOT',
      node: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      openssl: 'error 18: self-signed certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: (chain) => {
      chain.leaf.issuer = undefined;
      chain.sent = [chain.leaf];
    },
  },
  untrustedRoot: {
    reason: 'the client trusts another root',
    clause: path,
    side: 'server',
    expected: {
      mtls: 'ISSUER_NOT_FOUND',
      node: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: trustAnother,
  },
  untrustedRootClient: {
    reason: 'the server trusts another root',
    clause: path,
    side: 'client',
    expected: {
      mtls: 'ISSUER_NOT_FOUND',
      node: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: trustAnother,
  },
  untrustedRootSent: {
    reason: 'the client trusts another root, and gets to see the one that it does not trust',
    clause: path,
    side: 'server',
    expected: {
      mtls: 'UNTRUSTED_ROOT',
      node: 'SELF_SIGNED_CERT_IN_CHAIN',
      openssl: 'error 19: self-signed certificate in certificate chain',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    prepare: (chain) => {
      chain.sent = [chain.leaf, chain.between, chain.root];
    },
    spoil: trustAnother,
  },
  sameNameRoot: {
    reason: 'the trusted root bears the right name and another key: the CA was made anew',
    clause: path,
    side: 'server',
    expected: {
      mtls: 'BAD_SIGNATURE',
      node: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "zoo root")',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: (chain) => {
      chain.trusted = [caDraft(chain, chain.root.subject)];
    },
  },
  missingIntermediate: {
    reason: 'the server does not send the CA between root and certificate',
    clause: 'RFC 8446 §4.4.2',
    side: 'server',
    expected: {
      mtls: 'ISSUER_NOT_FOUND',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: sendNoCa,
  },
  missingIntermediateClient: {
    reason: 'the client does not send the CA between root and certificate',
    clause: 'RFC 8446 §4.4.2',
    side: 'client',
    expected: {
      mtls: 'ISSUER_NOT_FOUND',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: sendNoCa,
  },
  wrongIntermediate: {
    reason: 'the server sends a CA that did not sign its certificate',
    clause: 'RFC 8446 §4.4.2',
    side: 'server',
    expected: {
      mtls: 'ISSUER_NOT_FOUND',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: (chain) => {
      chain.sent = [chain.leaf, caDraft(chain, 'CN=another intermediate', chain.root)];
    },
  },
  wrongIntermediateSameName: {
    reason:
      'the CA that is sent bears the right name and another key: it was renewed with a new one',
    clause: path,
    side: 'server',
    expected: {
      mtls: 'BAD_SIGNATURE',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "zoo intermediate")',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: (chain) => {
      chain.sent = [chain.leaf, caDraft(chain, chain.between.subject, chain.root)];
    },
  },
  wrongOrder: {
    reason: 'the CAs are sent in the wrong order',
    clause: 'RFC 8446 §4.4.2',
    side: 'server',
    expected: ACCEPTED,
    prepare: deepen,
    spoil: (chain) => {
      chain.sent = [0, 2, 1].flatMap((index) => chain.sent[index] ?? []);
    },
  },
  rootInChain: {
    reason: 'the root is sent along, which tells the other side nothing',
    clause: 'RFC 8446 §4.4.2',
    side: 'server',
    expected: ACCEPTED,
    spoil: (chain) => {
      chain.sent = [...chain.sent, chain.root];
    },
  },
  intermediateAsRoot: {
    reason: 'the client trusts the intermediate CA alone, and not the root above it',
    clause: 'RFC 5280 §6.1.1 (d)',
    side: 'server',
    expected: {
      mtls: 'accepted',
      node: 'UNABLE_TO_GET_ISSUER_CERT',
      openssl: 'error 2: unable to get issuer certificate',
      go: 'accepted',
      gnutls: 'accepted',
    },
    spoil: (chain) => {
      chain.trusted = [chain.between];
    },
  },
  leafAsRoot: {
    reason: 'the client trusts the server certificate itself, and no CA',
    clause: 'RFC 5280 §6.1.1 (d)',
    side: 'server',
    expected: {
      mtls: 'accepted',
      node: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'accepted',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: (chain) => {
      chain.trusted = [chain.leaf];
    },
  },
  issuerNameMismatch: {
    reason: 'the certificate names an issuer that is not the CA that signed it',
    clause: 'RFC 5280 §6.1.3 (a)(4)',
    side: 'server',
    expected: {
      mtls: 'ISSUER_NOT_FOUND',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'x509: certificate signed by unknown authority',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: ({ leaf }) => {
      leaf.edit = (fields) => {
        fields.issuer = encodeDn(parseDn('CN=nobody'));
      };
    },
  },
  keyIdMismatch: {
    reason: 'the authority key identifier is that of another key than the one that signed',
    clause: 'RFC 5280 §4.2.1.1',
    side: 'server',
    expected: {
      mtls: 'accepted',
      node: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      openssl: 'error 20: unable to get local issuer certificate',
      go: 'accepted',
      gnutls: 'The certificate issuer is unknown',
    },
    spoil: ({ leaf, root }) => {
      const keyId = keyIdentifier(root.key.publicKey.keyBits);
      put(leaf, { kind: 'authorityKeyIdentifier', keyId });
    },
  },
});
