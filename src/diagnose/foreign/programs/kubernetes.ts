// Kubernetes: kubectl, the kubelet, webhooks and ingress controllers.
import { cause, tell, type ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const KUBECTL =
  'https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go';
const AUTH = 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/';

export const KUBERNETES: ForeignProgram<TroubleId> = {
  program: 'Kubernetes',
  messages: [
    {
      says: ['Unable to connect to the server: x509: certificate signed by unknown authority'],
      trouble: 'unknown-issuer',
      causes: [
        cause(
          'the kubeconfig holds the CA of another cluster, or of this one before it was made anew',
          [tell('mtls inspect ca.crt', 'another CA than the one that signed the API server’s')],
          'fetch the kubeconfig anew (kubeadm: /etc/kubernetes/admin.conf; clouds: get-credentials)',
        ),
      ],
      source: KUBECTL,
    },
    {
      says: ['Unable to connect to the server: x509: certificate has expired or is not yet valid'],
      trouble: 'expired',
      causes: [
        cause(
          'the certificates of kubeadm end after a year, and nobody renewed them',
          [tell('kubeadm certs check-expiration', 'which have expired')],
          'renew them, and restart the control plane',
          'kubeadm certs renew all',
        ),
      ],
      source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/',
    },
    {
      says: [
        'failed calling webhook "{webhook}": failed to call webhook',
        'failed calling webhook',
      ],
      trouble: 'verify-failed',
      means: 'the API server could not call a webhook; the words after x509 say why',
      causes: [
        cause(
          'the caBundle of the webhook is not the CA of the certificate that it serves',
          [tell('mtls verify server.crt --ca ./ca.crt --host {host}', 'UNTRUSTED_ROOT')],
          'write the CA into caBundle, or let cert-manager’s cainjector do it',
        ),
        cause(
          'its certificate lacks the name <service>.<namespace>.svc',
          [tell('mtls inspect server.crt', 'the names that it has')],
          'issue it with that name',
        ),
      ],
      source:
        'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
    },
    {
      says: [
        'Error from server: Get "https://{target}": remote error: tls: internal error',
        'Error from server: error dialing backend: remote error: tls: internal error',
        'error dialing backend: remote error: tls: internal error',
      ],
      trouble: 'peer-internal-error',
      means: 'the kubelet has no serving certificate yet, so logs and exec fail',
      causes: [
        cause(
          'its request for one (kubernetes.io/kubelet-serving) waits for approval',
          [tell('kubectl get csr', 'requests in the state Pending')],
          'approve them, after a look at who asks for which names',
          'kubectl certificate approve <name>',
        ),
      ],
      source: 'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/',
    },
    {
      says: [
        'You must be logged in to the server (Unauthorized)',
        'You must be logged in to the server',
        'Unable to authenticate the request',
      ],
      trouble: 'client-refused',
      means: 'the API server did not accept the certificate (or the token) of the kubeconfig',
      causes: [
        cause(
          'the client certificate of the kubeconfig has expired',
          [tell('mtls inspect kubeconfig', 'the end of the client certificate')],
          'fetch the kubeconfig anew, or renew it',
          'kubeadm certs renew admin.conf',
        ),
        cause(
          'it was signed by the CA of another cluster',
          [tell('mtls verify client.crt --ca ./ca.crt --purpose client', 'UNTRUSTED_ROOT')],
          'use the kubeconfig of this cluster',
        ),
      ],
      source: AUTH,
    },
    {
      says: ['failed to load key pair', 'failed to load certificate and key pair'],
      trouble: 'key-mismatch',
      source:
        'https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_tls.go',
    },
    {
      says: [
        'unexpected error creating SSL Cert',
        'Error getting SSL certificate',
        'does not contain a valid TLS',
      ],
      trouble: 'not-pem',
      means:
        'the ingress controller cannot use the Secret: not of TLS, base64 twice, or a wrong key',
      source:
        'https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/store/backend_ssl.go',
    },
    {
      says: [
        'Readiness probe failed: Get "http://{target}',
        'Liveness probe failed: Get "http://{target}',
      ],
      trouble: 'plain-to-tls',
      means: 'the kubelet probes the port in plain HTTP',
      source:
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    },
  ],
};
