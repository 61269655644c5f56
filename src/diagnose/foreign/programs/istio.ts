// Istio: the sidecar, the agent and istiod.
import { cause, tell, type ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const DOCS = 'https://istio.io/latest/docs/ops/common-problems/security-issues/';
const NETWORK = 'https://istio.io/latest/docs/ops/common-problems/network-issues/';

export const ISTIO: ForeignProgram<TroubleId> = {
  program: 'Istio',
  messages: [
    { says: ['RBAC: access denied'], trouble: 'forbidden-by-policy', source: DOCS },
    {
      says: [
        'upstream_reset_before_response_started{remote_connection_failure,TLS_error',
        'remote connection failure, transport failure reason: TLS_error',
        'remote connection failure, transport failure reason: TLS error',
      ],
      trouble: 'upstream',
      means:
        'a sidecar could not make TLS with the one it called; the words after TLS_error say why',
      causes: [
        cause(
          'a DestinationRule turns mutual TLS on or off against the PeerAuthentication of the other',
          [tell('istioctl x describe pod {host}', 'which policy holds for it')],
          'let both say the same: STRICT goes with ISTIO_MUTUAL',
        ),
        cause(
          'the two sidecars have different roots: two clusters, or a CA that was changed',
          [tell('istioctl proxy-config secret {host}', 'another ROOTCA on each side')],
          'give both one root (cacerts), then restart the workloads',
        ),
      ],
      source: NETWORK,
    },
    {
      says: [
        'failed to warm certificate',
        'failed to fetch the workload certificate',
        'SDS: failed to fetch',
      ],
      trouble: 'identity-file',
      means: 'the agent got no certificate for its workload',
      causes: [
        cause(
          'istiod is not reachable, or does not trust the service account’s token',
          [
            tell(
              'kubectl logs -n istio-system deploy/istiod',
              'failed to sign, or an authentication failure',
            ),
          ],
          'mend that; the clock of the node counts too',
        ),
      ],
      source:
        'https://github.com/istio/istio/blob/master/security/pkg/nodeagent/cache/secretcache.go',
    },
    {
      says: ['failed to sign CSR', 'CSR signing error', 'create certificate: rpc error'],
      trouble: 'identity-file',
      means: 'istiod did not sign the request of a workload',
      source: 'https://github.com/istio/istio/blob/master/security/pkg/server/ca/server.go',
    },
    {
      says: [
        'the cert does not match the key',
        'cannot verify the cert with the provided root chain',
      ],
      trouble: 'key-mismatch',
      means: 'the Secret cacerts does not hold a CA with its key and chain that fit',
      source: 'https://github.com/istio/istio/blob/master/security/pkg/pki/util/keycertbundle.go',
    },
  ],
};
