// Revoked, or not to be told whether it is: the other side asks for CRLs.
import { DAY, YEAR } from '../../../base/clock.ts';
import { caDraft, later, withCrls, type Chain, type CrlDraft } from '../draft.ts';
import { specimens } from '../specimen.ts';

/** Changes the CRL of the CA that issued the leaf; the root's stays. */
const changeCrl = (change: (chain: Chain) => Partial<CrlDraft>) => (chain: Chain) => {
  chain.crls = chain.crls.map((crl) =>
    crl.issuer === chain.between ? { ...crl, ...change(chain) } : crl,
  );
};

const isRevoked = 'RFC 5280 §6.3.3 (j)';

export const REVOCATION = specimens({
  revoked: {
    reason: 'the server certificate is revoked: its key has become known',
    clause: isRevoked,
    side: 'server',
    expected: {
      mtls: 'REVOKED',
      node: 'CERT_REVOKED',
      openssl: 'error 23: certificate revoked',
      go: 'accepted',
      gnutls: 'The certificate chain is revoked',
    },
    prepare: withCrls,
    spoil: changeCrl(({ leaf }) => ({ revoked: [leaf] })),
  },
  revokedClient: {
    reason: 'the client certificate is revoked: its key has become known',
    clause: isRevoked,
    side: 'client',
    expected: {
      mtls: 'REVOKED',
      node: 'CERT_REVOKED',
      openssl: 'error 23: certificate revoked',
      go: 'accepted',
      gnutls: 'The certificate chain is revoked',
    },
    prepare: withCrls,
    spoil: changeCrl(({ leaf }) => ({ revoked: [leaf] })),
  },
  revokedIntermediate: {
    reason: 'the CA between root and certificate is revoked',
    clause: isRevoked,
    side: 'server',
    expected: {
      mtls: 'REVOKED',
      node: 'CERT_REVOKED',
      openssl: 'error 23: certificate revoked',
      go: 'accepted',
      gnutls: 'The certificate chain is revoked',
    },
    prepare: withCrls,
    spoil: (chain) => {
      chain.crls = chain.crls.map((crl) =>
        crl.issuer === chain.root ? { ...crl, revoked: [chain.between] } : crl,
      );
    },
  },
  staleCrl: {
    reason: 'the CRL should have been replaced yesterday',
    clause: 'RFC 5280 §6.3.3 (a)',
    side: 'client',
    expected: {
      mtls: 'REVOCATION_UNKNOWN',
      node: 'CRL_HAS_EXPIRED',
      openssl: 'error 12: CRL has expired',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare: withCrls,
    spoil: changeCrl(({ now }) => ({ nextUpdate: later(now, -DAY) })),
  },
  earlyCrl: {
    reason: 'the CRL was issued in the future',
    clause: 'RFC 5280 §5.1.2.4',
    side: 'client',
    expected: {
      mtls: 'REVOCATION_UNKNOWN',
      node: 'CRL_NOT_YET_VALID',
      openssl: 'error 11: CRL is not yet valid',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare: withCrls,
    spoil: changeCrl(({ now }) => ({ thisUpdate: later(now, 20 * YEAR) })),
  },
  crlOfAnother: {
    reason: 'the CRL is that of another CA, so nothing is known of this one',
    clause: 'RFC 5280 §6.3.3 (b)',
    side: 'client',
    expected: {
      mtls: 'REVOCATION_UNKNOWN',
      node: 'UNABLE_TO_GET_CRL',
      openssl: 'error 3: unable to get certificate CRL',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare: withCrls,
    spoil: changeCrl((chain) => ({
      issuer: caDraft(chain, 'CN=another intermediate', chain.root),
    })),
  },
  crlForged: {
    reason: 'the CRL is not signed by the CA that it names',
    clause: 'RFC 5280 §6.3.3 (g)',
    side: 'client',
    expected: {
      mtls: 'REVOCATION_UNKNOWN',
      node: 'CRL_SIGNATURE_FAILURE',
      openssl: 'error 8: CRL signature failure',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare: withCrls,
    spoil: changeCrl(({ source }) => ({ signer: source.signerOf(source.newKey('ec-p256')) })),
  },
});
