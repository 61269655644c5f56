// mtls mesh cert-manager check: whether cert-manager signs with a CA that it is handed, and issues
// what it is asked for.
import { checkCertManager } from '../../diagnose/mesh/cert-manager.ts';
import { isCertManagers } from '../../diagnose/mesh/cert-manager/objects.ts';
import { checkNamespace } from '../../manifest/kubernetes-names.ts';
import { defineCommand, value } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether cert-manager signs with a CA (the Secret that an issuer names, or a folder with ' +
    'tls.crt and tls.key), whether its webhook takes Issuers, ClusterIssuers and Certificates, ' +
    'whether these find each other, and whether the Secret that a Certificate wrote is what it ' +
    'asks for. Give them in one stream: what is not among it is not judged.',
  arguments: CHECK_ARGUMENTS,
  options: {
    resourceNamespace: value(
      '--resource-namespace <name>',
      'where cert-manager looks for Secrets of ClusterIssuers; cert-manager by default',
    ),
    ...CHECK_OPTIONS,
  },
  examples: [
    {
      line: 'kubectl get secret,issuer,cert -A -o yaml | mtls mesh cert-manager check -',
      does: 'the Secrets, Issuers and Certificates of a cluster',
    },
    { line: 'mtls mesh cert-manager check issuer.yaml certificate.yaml', does: 'manifests' },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => {
    const { resourceNamespace } = invocation.options;
    if (resourceNamespace !== undefined) checkNamespace(resourceNamespace);
    return reportCheck(
      invocation,
      'CA or object of cert-manager',
      (documents, at, resources) =>
        checkCertManager(documents, { at, resources, resourceNamespace }),
      isCertManagers,
    );
  },
});
