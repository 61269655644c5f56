// Wrong as an X509-SVID: TLS lets it pass, and who reads SPIFFE IDs must not.
import { names, put, type Chain } from '../draft.ts';
import { specimens } from '../specimen.ts';

const trustDomain = 'example.org';
const WORKLOAD = 'spiffe://example.org/ns/prod/sa/api';

const identify =
  (...ids: readonly string[]) =>
  ({ leaf }: Chain) => {
    names(
      leaf,
      ids.map((value) => ({ kind: 'uri', value })),
    );
  };

const prepare = identify(WORKLOAD);

export const SPIFFE = specimens({
  twoSpiffeIds: {
    reason: 'it has two SPIFFE IDs',
    clause: 'X509-SVID §2',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_MANY_URIS',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare,
    spoil: identify(WORKLOAD, 'spiffe://example.org/ns/prod/sa/admin'),
  },
  noSpiffeId: {
    reason: 'it has a DNS name, and no SPIFFE ID',
    clause: 'X509-SVID §2',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_NO_ID',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare,
    spoil: ({ leaf }) => {
      names(leaf, [{ kind: 'dns', value: 'api.prod.example.org' }]);
    },
  },
  wrongTrustDomain: {
    reason: 'its SPIFFE ID is of another trust domain',
    clause: 'X509-SVID §5.2',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_MISMATCH',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare,
    spoil: identify('spiffe://example.net/ns/prod/sa/api'),
  },
  spiffeIdWithoutPath: {
    reason: 'its SPIFFE ID names a trust domain, and no workload',
    clause: 'X509-SVID §3.1',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_BAD_ID',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare,
    spoil: identify('spiffe://example.org'),
  },
  badSpiffeId: {
    reason: 'its SPIFFE ID has an empty segment, so it is none',
    clause: 'SPIFFE-ID §2.2',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_BAD_ID',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare,
    spoil: identify('spiffe://example.org/ns//sa/api'),
  },
  spiffeIdOfIntermediate: {
    reason: 'the CA has the SPIFFE ID of a workload',
    clause: 'X509-SVID §3.2',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_BAD_ID',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare: (chain) => {
      prepare(chain);
      names(chain.between, [{ kind: 'uri', value: 'spiffe://example.org' }]);
    },
    spoil: ({ between }) => {
      names(between, [{ kind: 'uri', value: 'spiffe://example.org/ns/prod/sa/ca' }]);
    },
  },
  svidMaySign: {
    reason: 'it is the SVID of a workload, and may sign CRLs',
    clause: 'X509-SVID §4.3',
    side: 'client',
    trustDomain,
    expected: {
      mtls: 'SPIFFE_NOT_A_LEAF',
      node: 'accepted',
      openssl: 'accepted',
      go: 'accepted',
      gnutls: 'accepted',
    },
    prepare,
    spoil: ({ leaf }) => {
      put(leaf, { kind: 'keyUsage', usages: ['digitalSignature', 'cRLSign'] }, true);
    },
  },
});
