// mtls mesh spire helper: settings for spiffe-helper.
import { MtlsError } from '../../base/errors.ts';
import { defineCommand, flag, value } from '../command.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';

export const command = defineCommand({
  description:
    'Print helper.conf for spiffe-helper, which keeps the SVID of a workload in files for programs ' +
    'that know nothing of SPIFFE: tls.crt (leaf, then intermediates), tls.key (mode 0600) and ' +
    'ca.crt (roots alone), as the manifests of mtls name them.',
  arguments: {},
  options: {
    certDir: value('--cert-dir <folder>', 'where the files go; /etc/mtls by default'),
    agent: value(
      '--agent <socket>',
      'the socket of the agent; /tmp/spire-agent/public/api.sock by default',
    ),
    renewSignal: value('--renew-signal <name>', 'what makes the program read them anew: SIGHUP'),
    pidFile: value('--pid-file <file>', 'where the program that is signalled has its number'),
    cmd: value('--cmd <program>', 'the program, for spiffe-helper to start'),
    cmdArgs: value('--cmd-args <text>', 'its arguments'),
    federated: flag('--federated', 'believe the trust domains that this one federates with too'),
    file: value('--file <file>', 'write to a file instead of stdout'),
    force: flag('--force', 'replace the file'),
  },
  examples: [
    {
      line: 'mtls mesh spire helper --renew-signal SIGHUP --pid-file /run/nginx.pid',
      does: 'beside nginx, which reads its files anew on SIGHUP',
    },
  ],
  exitCodes: [0, 2, 3, [7, 'the file exists']],
  async run({ options, context, output }) {
    const { renewSignal: signal, pidFile, cmd, cmdArgs } = options;
    if ((signal === undefined) !== (pidFile === undefined && cmd === undefined))
      throw new MtlsError(
        'USAGE',
        'a program is named by --pid-file or --cmd, and told by --renew-signal',
        {
          hint: 'give both, or neither: then the program reads its files by itself',
        },
      );
    if (cmdArgs !== undefined && cmd === undefined)
      throw new MtlsError('USAGE', '--cmd-args goes with --cmd', { hint: 'name the program' });
    const place = await manifestPlace({ ...options, kustomize: undefined }, context, 'helper');
    const { helperSettings } = await import('../../manifest/spiffe-helper.ts');
    const folder = options.certDir ?? '/etc/mtls';
    const agent = options.agent ?? '/tmp/spire-agent/public/api.sock';
    await deliverManifest(output, place, {
      yaml: helperSettings({
        agent,
        folder,
        federated: options.federated,
        renew:
          signal === undefined
            ? undefined
            : {
                signal,
                ...(pidFile !== undefined && { pidFile }),
                ...(cmd !== undefined && { cmd }),
                ...(cmdArgs !== undefined && { cmdArgs }),
              },
      }),
      title: 'the settings of spiffe-helper',
      facts: () => ({ agent, folder, federated: options.federated, signal: signal ?? null }),
    });
    return 0;
  },
});
