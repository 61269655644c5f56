// mtls mesh istio check: whether istiod loads a CA that is plugged in.
import { checkIstio } from '../../diagnose/mesh/istio.ts';
import { defineCommand } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether istiod loads a plugged-in CA, by the rules of its own code, and whether what it ' +
    'then issues is believed: the Secret cacerts, or a folder with ca-cert.pem, ca-key.pem, ' +
    'root-cert.pem and cert-chain.pem.',
  arguments: CHECK_ARGUMENTS,
  options: CHECK_OPTIONS,
  examples: [
    {
      line: 'kubectl get secret cacerts -n istio-system -o yaml | mtls mesh istio check -',
      does: 'what is in the cluster',
    },
    { line: 'mtls mesh istio check certs/cluster1', does: 'a folder of Istio’s own makefile' },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => reportCheck(invocation, 'plugged-in CA of Istio', checkIstio),
});
