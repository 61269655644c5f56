// mtls mesh linkerd check: whether Linkerd takes an issuer and its trust anchors.
import { checkLinkerd } from '../../diagnose/mesh/linkerd.ts';
import { defineCommand, values } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';
import { gatherTrust } from '../trust.ts';

export const command = defineCommand({
  description:
    'Say whether Linkerd takes an issuer and its trust anchors, by the rules of its identity ' +
    'controller and of linkerd check: the Secret linkerd-identity-issuer in either form, the ' +
    'ConfigMap linkerd-identity-trust-roots, or a folder with issuer.crt, issuer.key and ca.crt.',
  arguments: CHECK_ARGUMENTS,
  options: {
    ca: values('--ca <ca>', 'the anchors: a CA of the home, or a file of roots (with a / or .)'),
    ...CHECK_OPTIONS,
  },
  examples: [
    {
      line: 'kubectl get secret,configmap -n linkerd -o yaml | mtls mesh linkerd check -',
      does: 'what is in the cluster',
    },
    {
      line: 'mtls mesh linkerd check issuer.yaml --ca linkerd-root',
      does: 'a Secret by itself, with anchors of the home',
    },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) =>
    reportCheck(invocation, 'issuer or trust anchors of Linkerd', async (documents, at) => {
      const { ca } = invocation.options;
      const trust = ca.length > 0 ? await gatherTrust(invocation, ca) : undefined;
      const anchors = trust?.anchors.flatMap(({ certificate }) => certificate ?? []);
      return checkLinkerd(documents, { at, anchors });
    }),
});
