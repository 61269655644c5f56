// mtls mesh spire check: whether SPIRE signs below a CA that it is handed.
import { checkSpire } from '../../diagnose/mesh/spire.ts';
import { defineCommand } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether SPIRE takes the files of UpstreamAuthority "disk", and whether SVIDs below the ' +
    'CA are believed: a folder or a Secret with the CA, its key and the bundle, told by what ' +
    'they hold.',
  arguments: CHECK_ARGUMENTS,
  options: CHECK_OPTIONS,
  examples: [
    { line: 'mtls mesh spire check /etc/spire-server/upstream', does: 'the files of a server' },
    {
      line: 'kubectl get secret spire-upstream -n spire -o yaml | mtls mesh spire check -',
      does: 'the same as a Secret',
    },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => reportCheck(invocation, 'CA for SPIRE', checkSpire),
});
