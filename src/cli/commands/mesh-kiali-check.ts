// mtls mesh kiali check: whether Kiali trusts what its CA bundle holds.
import { checkKiali } from '../../diagnose/mesh/kiali.ts';
import { defineCommand } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether Kiali reads its CA bundle, the ConfigMap kiali-cabundle: the keys that it looks ' +
    'for, PEM and not base64, roots that have not expired, and no private key.',
  arguments: CHECK_ARGUMENTS,
  options: CHECK_OPTIONS,
  examples: [
    {
      line: 'kubectl get cm -n istio-system -o yaml | mtls mesh kiali check -',
      does: 'what is in the cluster',
    },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => reportCheck(invocation, 'CA bundle of Kiali', checkKiali),
});
