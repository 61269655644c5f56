// The commands there are. Each is loaded only when it is the one that runs.

import type { CommandDefinition } from './command.ts';

export interface CommandEntry {
  /** The words that name it, such as `['ca', 'init']`. */
  readonly path: readonly string[];
  /** Its arguments as the list of commands shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: CommandDefinition }>;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

/** In the order in which help lists them. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    title: 'Start here',
    commands: [
      {
        path: ['up'],
        usage: '[dir] [name...]',
        summary: 'CA, server and client, proven by a handshake',
        load: () => import('./commands/up.ts'),
      },
    ],
  },
  {
    title: 'Certificate authorities',
    commands: [
      {
        path: ['ca', 'init'],
        usage: '[name]',
        summary: 'create a root CA',
        load: () => import('./commands/ca-init.ts'),
      },
      {
        path: ['ca', 'intermediate'],
        usage: '<name>',
        summary: 'create a CA below another',
        load: () => import('./commands/ca-intermediate.ts'),
      },
      {
        path: ['ca', 'import'],
        usage: '<name>',
        summary: 'take a CA made elsewhere into the home',
        load: () => import('./commands/ca-import.ts'),
      },
      {
        path: ['ca', 'list'],
        usage: '',
        summary: 'list the CAs of the home',
        load: () => import('./commands/ca-list.ts'),
      },
      {
        path: ['ca', 'show'],
        usage: '[name]',
        summary: 'show a CA',
        load: () => import('./commands/ca-show.ts'),
      },
      {
        path: ['ca', 'export'],
        usage: '[name]',
        summary: 'print its root or its chain',
        load: () => import('./commands/ca-export.ts'),
      },
      {
        path: ['ca', 'crl'],
        usage: '[name]',
        summary: 'issue its next revocation list',
        load: () => import('./commands/ca-crl.ts'),
      },
      {
        path: ['ca', 'backup'],
        usage: '[name]',
        summary: 'write all of a CA into one encrypted file',
        load: () => import('./commands/ca-backup.ts'),
      },
      {
        path: ['ca', 'restore'],
        usage: '<file>',
        summary: 'bring a CA back from its backup',
        load: () => import('./commands/ca-restore.ts'),
      },
      {
        path: ['ca', 'audit'],
        usage: '[name]',
        summary: 'check that nothing in its folder was changed',
        load: () => import('./commands/ca-audit.ts'),
      },
      {
        path: ['ca', 'passwd'],
        usage: '[name]',
        summary: 'set, change or remove the passphrase of its key',
        load: () => import('./commands/ca-passwd.ts'),
      },
      {
        path: ['ca', 'compact'],
        usage: '[name]',
        summary: 'compress records that are closed; nothing is lost',
        load: () => import('./commands/ca-compact.ts'),
      },
    ],
  },
  {
    title: 'Certificates',
    commands: [
      {
        path: ['issue'],
        usage: '<identity...>',
        summary: 'make a key and a certificate',
        load: () => import('./commands/issue.ts'),
      },
      {
        path: ['csr'],
        usage: '<identity...>',
        summary: 'make a key and a request for a certificate',
        load: () => import('./commands/csr.ts'),
      },
      {
        path: ['sign'],
        usage: '<request...>',
        summary: 'make certificates from requests',
        load: () => import('./commands/sign.ts'),
      },
      {
        path: ['list'],
        usage: '',
        summary: 'list what was issued',
        load: () => import('./commands/list.ts'),
      },
      {
        path: ['renew'],
        usage: '<certificate...>',
        summary: 'issue again, in the same files',
        load: () => import('./commands/renew.ts'),
      },
      {
        path: ['revoke'],
        usage: '<certificate...>',
        summary: 'revoke, and issue the list that says so',
        load: () => import('./commands/revoke.ts'),
      },
    ],
  },
  {
    title: 'Find what is wrong',
    commands: [
      {
        path: ['doctor'],
        usage: '<source...>',
        summary: 'say what is wrong with a pile, the cause first',
        load: () => import('./commands/doctor.ts'),
      },
      {
        path: ['why'],
        usage: '<client> <server>',
        summary: 'which side refuses a mutual handshake, and why',
        load: () => import('./commands/why.ts'),
      },
      {
        path: ['explain'],
        usage: '[text...]',
        summary: 'say what a code or an error means, and what to do',
        load: () => import('./commands/explain.ts'),
      },
      {
        path: ['connect'],
        usage: '<host:port>',
        summary: 'shake hands, show each message, and judge',
        load: () => import('./commands/connect.ts'),
      },
      {
        path: ['serve'],
        usage: '',
        summary: 'a server for trying clients, which says why',
        load: () => import('./commands/serve.ts'),
      },
      {
        path: ['status'],
        usage: '[source...]',
        summary: 'say what expires when',
        load: () => import('./commands/status.ts'),
      },
      {
        path: ['lint'],
        usage: '<source...>',
        summary: 'hold certificates against the rules for them',
        load: () => import('./commands/lint.ts'),
      },
    ],
  },
  {
    title: 'Look and check',
    commands: [
      {
        path: ['inspect'],
        usage: '<source...>',
        summary: 'show certificates, requests, CRLs and keys',
        load: () => import('./commands/inspect.ts'),
      },
      {
        path: ['verify'],
        usage: '<certificate>',
        summary: 'check a chain, and say what is wrong with it',
        load: () => import('./commands/verify.ts'),
      },
      {
        path: ['match'],
        usage: '<source...>',
        summary: 'say which keys and certificates belong together',
        load: () => import('./commands/match.ts'),
      },
    ],
  },
  {
    title: 'Test',
    commands: [
      {
        path: ['fixtures'],
        usage: '[dir]',
        summary: 'test certificates, good and bad, for any suite',
        load: () => import('./commands/fixtures.ts'),
      },
    ],
  },
  {
    title: 'Kubernetes',
    commands: [
      {
        path: ['k8s', 'secret'],
        usage: '<name>',
        summary: 'a TLS Secret in YAML, checked before it is printed',
        load: () => import('./commands/k8s-secret.ts'),
      },
      {
        path: ['k8s', 'configmap'],
        usage: '<name>',
        summary: 'the roots as a ConfigMap in YAML',
        load: () => import('./commands/k8s-configmap.ts'),
      },
      {
        path: ['k8s', 'trust-bundle'],
        usage: '<name>',
        summary: 'the roots for a whole cluster: ClusterTrustBundle, trust-manager',
        load: () => import('./commands/k8s-trust-bundle.ts'),
      },
      {
        path: ['k8s', 'deployment'],
        usage: '<name>',
        summary: 'a Deployment that mounts its certificate, or a patch that does',
        load: () => import('./commands/k8s-deployment.ts'),
      },
      {
        path: ['k8s', 'ingress'],
        usage: '<name>',
        summary: 'an Ingress that asks clients for a certificate (ingress-nginx)',
        load: () => import('./commands/k8s-ingress.ts'),
      },
      {
        path: ['k8s', 'gateway'],
        usage: '<name>',
        summary: 'a Gateway that does, and the policy towards a Service',
        load: () => import('./commands/k8s-gateway.ts'),
      },
      {
        path: ['k8s', 'csr', 'create'],
        usage: '<name>',
        summary: 'a CertificateSigningRequest, and its key',
        load: () => import('./commands/k8s-csr-create.ts'),
      },
      {
        path: ['k8s', 'csr', 'approve'],
        usage: '<file>',
        summary: 'approve or deny it, without a cluster',
        load: () => import('./commands/k8s-csr-approve.ts'),
      },
      {
        path: ['k8s', 'csr', 'sign'],
        usage: '<file>',
        summary: 'judge it, and sign it with a CA of the home',
        load: () => import('./commands/k8s-csr-sign.ts'),
      },
      {
        path: ['k8s', 'read'],
        usage: '<source...>',
        summary: 'what Secrets and their like hold, and how healthy',
        load: () => import('./commands/k8s-read.ts'),
      },
    ],
  },
  {
    title: 'Service meshes',
    commands: [
      {
        path: ['mesh', 'istio', 'cacerts'],
        usage: '[name]',
        summary: 'the CA that istiod signs with, as a Secret',
        load: () => import('./commands/mesh-istio-cacerts.ts'),
      },
      {
        path: ['mesh', 'istio', 'check'],
        usage: '<source...>',
        summary: 'whether istiod loads a CA that is plugged in',
        load: () => import('./commands/mesh-istio-check.ts'),
      },
      {
        path: ['mesh', 'istio', 'policy'],
        usage: '[name]',
        summary: 'who demands mutual TLS, and the staged way there',
        load: () => import('./commands/mesh-istio-policy.ts'),
      },
      {
        path: ['mesh', 'istio', 'gateway'],
        usage: '<name> [host...]',
        summary: 'mutual TLS where the mesh ends, in and out',
        load: () => import('./commands/mesh-istio-gateway.ts'),
      },
      {
        path: ['mesh', 'linkerd', 'anchors'],
        usage: '[ca...]',
        summary: 'the roots that proxies trust, as a ConfigMap',
        load: () => import('./commands/mesh-linkerd-anchors.ts'),
      },
      {
        path: ['mesh', 'linkerd', 'issuer'],
        usage: '[name]',
        summary: 'the CA that Linkerd signs with, as a Secret',
        load: () => import('./commands/mesh-linkerd-issuer.ts'),
      },
      {
        path: ['mesh', 'linkerd', 'check'],
        usage: '<source...>',
        summary: 'whether Linkerd takes its issuer and its anchors',
        load: () => import('./commands/mesh-linkerd-check.ts'),
      },
      {
        path: ['mesh', 'linkerd', 'policy'],
        usage: '<name>',
        summary: 'which identities may call a port of a workload',
        load: () => import('./commands/mesh-linkerd-policy.ts'),
      },
      {
        path: ['mesh', 'linkerd', 'values'],
        usage: '',
        summary: 'Helm values for anchors, issuer and webhooks',
        load: () => import('./commands/mesh-linkerd-values.ts'),
      },
      {
        path: ['mesh', 'linkerd', 'webhooks'],
        usage: '',
        summary: 'certificates for its webhooks, and those of viz',
        load: () => import('./commands/mesh-linkerd-webhooks.ts'),
      },
      {
        path: ['mesh', 'cert-manager', 'issuer'],
        usage: '[name]',
        summary: 'a CA that cert-manager signs with: Secret and issuer',
        load: () => import('./commands/mesh-cert-manager-issuer.ts'),
      },
      {
        path: ['mesh', 'cert-manager', 'certificate'],
        usage: '[identity...]',
        summary: 'a Certificate from names, or like one that is there',
        load: () => import('./commands/mesh-cert-manager-certificate.ts'),
      },
      {
        path: ['mesh', 'cert-manager', 'check'],
        usage: '<source...>',
        summary: 'whether cert-manager signs with a CA',
        load: () => import('./commands/mesh-cert-manager-check.ts'),
      },
      {
        path: ['mesh', 'spire', 'upstream'],
        usage: '[name]',
        summary: 'the CA above SPIRE’s own, as files for its disk plugin',
        load: () => import('./commands/mesh-spire-upstream.ts'),
      },
      {
        path: ['mesh', 'spire', 'bundle'],
        usage: '',
        summary: 'the roots as a SPIFFE bundle: a JWK Set, or PEM',
        load: () => import('./commands/mesh-spire-bundle.ts'),
      },
      {
        path: ['mesh', 'spire', 'federation'],
        usage: '<trust-domain>',
        summary: 'what lets SPIRE believe another trust domain',
        load: () => import('./commands/mesh-spire-federation.ts'),
      },
      {
        path: ['mesh', 'spire', 'helper'],
        usage: '',
        summary: 'settings for spiffe-helper: SVIDs as files',
        load: () => import('./commands/mesh-spire-helper.ts'),
      },
      {
        path: ['mesh', 'spire', 'check'],
        usage: '<source...>',
        summary: 'whether SPIRE takes a CA, an SVID or a trust bundle',
        load: () => import('./commands/mesh-spire-check.ts'),
      },
      {
        path: ['mesh', 'consul', 'connect-ca'],
        usage: '[name]',
        summary: 'the CA that Consul’s mesh signs with, as its configuration',
        load: () => import('./commands/mesh-consul-connect-ca.ts'),
      },
      {
        path: ['mesh', 'consul', 'agent'],
        usage: '<role>',
        summary: 'certificates and TLS settings for agents of Consul',
        load: () => import('./commands/mesh-consul-agent.ts'),
      },
      {
        path: ['mesh', 'consul', 'secrets'],
        usage: '[name]',
        summary: 'the Secrets of Consul’s Helm chart: a server’s certificate, the root',
        load: () => import('./commands/mesh-consul-secrets.ts'),
      },
      {
        path: ['mesh', 'consul', 'values'],
        usage: '[name]',
        summary: 'Helm values for Consul’s chart',
        load: () => import('./commands/mesh-consul-values.ts'),
      },
      {
        path: ['mesh', 'consul', 'check'],
        usage: '<source...>',
        summary: 'whether Consul takes its CA, and the certificates of agents',
        load: () => import('./commands/mesh-consul-check.ts'),
      },
      {
        path: ['mesh', 'cilium', 'ca'],
        usage: '[name]',
        summary: 'the CA that Cilium’s chart issues with, as a Secret',
        load: () => import('./commands/mesh-cilium-ca.ts'),
      },
      {
        path: ['mesh', 'cilium', 'hubble'],
        usage: '',
        summary: 'certificates for Hubble, as Secrets',
        load: () => import('./commands/mesh-cilium-hubble.ts'),
      },
      {
        path: ['mesh', 'cilium', 'clustermesh'],
        usage: '',
        summary: 'certificates for the mesh of clusters, as Secrets',
        load: () => import('./commands/mesh-cilium-clustermesh.ts'),
      },
      {
        path: ['mesh', 'cilium', 'values'],
        usage: '',
        summary: 'Helm values for certificates of one’s own',
        load: () => import('./commands/mesh-cilium-values.ts'),
      },
      {
        path: ['mesh', 'cilium', 'policy'],
        usage: '<name>',
        summary: 'who may call, once both have proven who they are',
        load: () => import('./commands/mesh-cilium-policy.ts'),
      },
      {
        path: ['mesh', 'cilium', 'check'],
        usage: '<source...>',
        summary: 'whether Cilium and Hubble work with their Secrets',
        load: () => import('./commands/mesh-cilium-check.ts'),
      },
      {
        path: ['mesh', 'kiali', 'cabundle'],
        usage: '',
        summary: 'the roots that Kiali trusts, as a ConfigMap',
        load: () => import('./commands/mesh-kiali-cabundle.ts'),
      },
      {
        path: ['mesh', 'kiali', 'check'],
        usage: '<source...>',
        summary: 'whether Kiali reads its CA bundle',
        load: () => import('./commands/mesh-kiali-check.ts'),
      },
    ],
  },
  {
    title: 'Who may call what',
    commands: [
      {
        path: ['policy', 'check'],
        usage: '<file>',
        summary: 'read a policy, and say which programs can hold it',
        load: () => import('./commands/policy-check.ts'),
      },
      {
        path: ['policy', 'test'],
        usage: '<cert> <method> <path>',
        summary: 'whether a caller may make a request, and why',
        load: () => import('./commands/policy-test.ts'),
      },
      {
        path: ['policy', 'export'],
        usage: '<file>',
        summary: 'write it for Istio, Linkerd, Envoy, OPA, nginx, Go, Node',
        load: () => import('./commands/policy-export.ts'),
      },
    ],
  },
];

/** Words that only lead to further ones, such as `mesh` and `mesh istio`, with what they are about. */
export const NOUNS: Readonly<Record<string, string>> = {
  ca: 'make and keep certificate authorities',
  k8s: 'Kubernetes manifests of certificates',
  policy: 'who may call what, and the same for other programs',
  mesh: 'what service meshes take and check',
  'mesh istio': 'Istio: its CA, its policies, its gateways',
  'mesh linkerd': 'Linkerd: its anchors, its issuer, its policies',
  'mesh cert-manager': 'cert-manager: its CAs, and Certificates for it',
  'mesh spire': 'SPIRE: the CA above it, and trust bundles',
  'mesh consul': 'Consul: the CA of its service mesh, TLS of its agents',
  'mesh cilium': 'Cilium: its CA, Hubble, its policies',
  'mesh kiali': 'Kiali: the roots that it trusts',
  'k8s csr': 'make, approve and sign CertificateSigningRequests',
};

export const COMMANDS: readonly CommandEntry[] = COMMAND_GROUPS.flatMap((group) => group.commands);

/** The longest noun that the words begin with; empty where they begin with none. */
export function nounOf(words: readonly string[]): string {
  for (let length = words.length; length > 0; length--) {
    const noun = words.slice(0, length).join(' ');
    if (Object.hasOwn(NOUNS, noun)) return noun;
  }
  return '';
}

/** The name of a command in schemas: `ca-init`. */
export function commandId(entry: CommandEntry): string {
  return entry.path.join('-');
}
