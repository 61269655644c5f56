// mtls mesh spire check: whether SPIRE and its workloads take what they are handed.
import { checkSpire } from '../../diagnose/mesh/spire.ts';
import { parseTrustDomain } from '../../name/spiffe.ts';
import { choice, defineCommand, value } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether SPIRE takes the files of UpstreamAuthority "disk" (a CA, its key, the bundle), ' +
    'whether an X509-SVID keeps the rules of SPIFFE and is believed by its bundle, and whether a ' +
    'trust bundle in SPIFFE’s form is read: folders, files or Secrets, told by what they hold.',
  arguments: CHECK_ARGUMENTS,
  options: {
    as: choice(
      '--as <what>',
      ['upstream', 'svid'],
      'what a key with certificates is: files for the disk plugin, or an SVID',
    ),
    trustDomain: value('--trust-domain <name>', 'the trust domain that is meant'),
    ...CHECK_OPTIONS,
  },
  examples: [
    { line: 'mtls mesh spire check /etc/spire-server/upstream', does: 'the files of a server' },
    {
      line: 'kubectl get secret spire-upstream -n spire -o yaml | mtls mesh spire check -',
      does: 'the same as a Secret',
    },
    {
      line: 'spire-server bundle show -format spiffe | mtls mesh spire check -',
      does: 'the trust bundle of a server',
    },
    {
      line: 'mtls mesh spire check svid/ bundle.json --trust-domain example.org',
      does: 'an SVID by a bundle, and the bundle itself',
    },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => {
    const { trustDomain: given, as } = invocation.options;
    const trustDomain = given === undefined ? undefined : parseTrustDomain(given);
    return reportCheck(invocation, 'CA, SVID or trust bundle of SPIRE', (documents, at) =>
      checkSpire(documents, { at, trustDomain, as }),
    );
  },
});
