// From plain text to mutual TLS, without a broken call: the stages of a namespace, each with what
// shows that the next may come.

export interface MigrationStep {
  /** Lower case, no full stop. */
  readonly does: string;
  /** Lines for a shell. */
  readonly run: readonly string[];
  /** A line for a shell, and what it must show before the next step. */
  readonly check: { readonly run: string; readonly shows: string };
}

/**
 * The stages of a namespace, and last of the mesh.
 *
 * @param namespace a name that Kubernetes takes, so that it needs no quotes
 */
export function migrationSteps(namespace: string): readonly MigrationStep[] {
  return [
    {
      does: 'let every workload take both, mutual TLS and plain text',
      run: ['mtls mesh istio policy --mode permissive | kubectl apply -f -'],
      check: {
        run: "kubectl get peerauthentication -A -o 'custom-columns=NS:.metadata.namespace,NAME:.metadata.name,MODE:.spec.mtls.mode'",
        shows: 'PERMISSIVE in istio-system, and STRICT nowhere',
      },
    },
    {
      does: 'give every workload of the namespace a sidecar',
      run: [
        `kubectl label namespace ${namespace} istio-injection=enabled --overwrite`,
        `kubectl rollout restart deployment -n ${namespace}`,
      ],
      check: {
        run: `kubectl get pods -n ${namespace} -o 'custom-columns=POD:.metadata.name,CONTAINERS:.spec.containers[*].name,INIT:.spec.initContainers[*].name'`,
        shows: 'istio-proxy in every line',
      },
    },
    {
      does: 'look at the certificates that they got',
      run: [],
      check: {
        run: `istioctl proxy-config secret deployment/NAME -n ${namespace} -o json | mtls inspect -`,
        shows: `a certificate for spiffe://…/ns/${namespace}/…, and your root`,
      },
    },
    {
      does: 'wait until nobody calls in plain text any more: a day, or as long as your rarest job takes',
      run: [],
      check: {
        run: `promtool query instant http://prometheus.istio-system:9090 'sum by (source_workload, destination_workload) (increase(istio_requests_total{reporter="destination",destination_workload_namespace="${namespace}",connection_security_policy!="mutual_tls"}[1d])) > 0'`,
        shows: 'nothing: each line is a caller that still needs a sidecar',
      },
    },
    {
      does: 'demand mutual TLS of one workload',
      run: [
        `mtls mesh istio policy api --workload app=api -n ${namespace} --mode strict | kubectl apply -f -`,
      ],
      check: {
        run: `kubectl run plain --rm -i --restart=Never --image=curlimages/curl -n default -- curl -sS http://api.${namespace}/`,
        shows:
          'connection reset by peer from a pod without a sidecar; callers in the mesh go on as before',
      },
    },
    {
      does: 'demand it of the whole namespace, and drop the policy of the one',
      run: [
        `mtls mesh istio policy -n ${namespace} --mode strict | kubectl apply -f -`,
        `kubectl delete peerauthentication api -n ${namespace}`,
      ],
      check: {
        run: `kubectl get peerauthentication -n ${namespace} -o 'custom-columns=NAME:.metadata.name,MODE:.spec.mtls.mode'`,
        shows: `default STRICT alone; the way back is mtls mesh istio policy -n ${namespace} --mode permissive | kubectl apply -f -`,
      },
    },
    {
      does: 'when every namespace is there, demand it of the mesh, and of all that is still to come',
      run: ['mtls mesh istio policy --mode strict | kubectl apply -f -'],
      check: {
        run: "kubectl get peerauthentication -A -o 'custom-columns=NS:.metadata.namespace,NAME:.metadata.name,MODE:.spec.mtls.mode'",
        shows: 'STRICT in istio-system, and PERMISSIVE or DISABLE nowhere',
      },
    },
  ];
}
