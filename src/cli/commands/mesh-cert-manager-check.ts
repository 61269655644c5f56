// mtls mesh cert-manager check: whether cert-manager signs with a CA that it is handed.
import { checkCertManager } from '../../diagnose/mesh/cert-manager.ts';
import { defineCommand } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether cert-manager signs with a CA, by the rules of its CA issuer, and whether what ' +
    'it then issues is believed: the Secret that an issuer names, or a folder with tls.crt and ' +
    'tls.key. Among many Secrets, those whose first certificate is a CA’s are judged.',
  arguments: CHECK_ARGUMENTS,
  options: CHECK_OPTIONS,
  examples: [
    {
      line: 'kubectl get secret root-ca -o yaml | mtls mesh cert-manager check -',
      does: 'what is in the cluster',
    },
    { line: 'mtls mesh cert-manager check issuer.yaml', does: 'a manifest' },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => reportCheck(invocation, 'CA for cert-manager', checkCertManager),
});
