// Linkerd: its check, its identity service and its proxy.
import { cause, tell, type ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const CHECKS = 'https://linkerd.io/2/checks/';
const EXPIRED = 'https://linkerd.io/2/tasks/replacing_expired_certificates/';

export const LINKERD: ForeignProgram<TroubleId> = {
  program: 'Linkerd',
  messages: [
    {
      says: [
        '× issuer cert is within its validity period',
        'issuer certificate is not valid anymore. Expired on {until}',
      ],
      trouble: 'expired',
      means: 'the certificate that Linkerd issues with has expired: no proxy gets a new one',
      causes: [
        cause(
          'nobody renewed the issuer; as it is installed it holds for a year',
          [tell('linkerd check --proxy', 'when it ended')],
          'make an intermediate under the same root, and put it into linkerd-identity-issuer',
          'mtls ca intermediate identity.linkerd.cluster.local --ca root',
        ),
      ],
      source: EXPIRED,
    },
    {
      says: [
        '× trust roots are within their validity period',
        '× trust anchors are within their validity period',
        'not valid anymore. Expired on {until}',
      ],
      trouble: 'expired',
      means: 'a root that Linkerd trusts has expired',
      source: EXPIRED,
    },
    {
      says: [
        '× issuer cert is issued by the trust anchor',
        '× issuer cert is issued by the trust root',
        'issuer certificate is not issued by trust root',
      ],
      trouble: 'unknown-issuer',
      means: 'Linkerd’s issuer is not signed by a root that it trusts',
      causes: [
        cause(
          'root and issuer were made anew apart from each other',
          [tell('mtls verify issuer.crt --ca ./ca.crt', 'BAD_SIGNATURE or UNTRUSTED_ROOT')],
          'make the issuer under the root that identityTrustAnchorsPEM holds',
          'mtls ca intermediate identity.linkerd.cluster.local --ca root',
        ),
      ],
      source: CHECKS,
    },
    {
      says: [
        '× issuer cert is using supported crypto algorithm',
        'must use P-256 curve for public key',
      ],
      trouble: 'no-shared-cipher',
      means: 'Linkerd takes ECDSA P-256 alone for its issuer, signed with SHA-256',
      causes: [
        cause(
          'the CA has an RSA or a P-384 key',
          [tell('mtls inspect issuer.crt', 'its key')],
          'make the CA with the type ec-p256, which is what mtls makes',
          'mtls ca intermediate identity.linkerd.cluster.local --ca root --key-type ec-p256',
        ),
      ],
      source: CHECKS,
    },
    {
      says: ['Failed to certify identity', 'Failed to obtain identity'],
      trouble: 'identity-file',
      means: 'a proxy got no certificate from Linkerd’s identity service',
      source:
        'https://github.com/linkerd/linkerd2-proxy/blob/main/linkerd/proxy/identity-client/src/certify.rs',
    },
    {
      says: ['unauthorized connection on'],
      trouble: 'forbidden-by-policy',
      source: 'https://linkerd.io/2/reference/authorization-policy/',
    },
  ],
};
