// mtls mesh spire bundle: the roots of a trust domain, for those who federate with it.
import { encodeBundle } from '../../codec/bundle.ts';
import { parseDuration } from '../../profile/duration.ts';
import { SECOND } from '../../base/clock.ts';
import { choice, defineCommand, flag, value } from '../command.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { gatherRoots, ROOTS_OPTION } from '../manifest-roots.ts';
import { readNumber } from '../number-option.ts';
import { certificateFacts } from '../render/authority.ts';

export const command = defineCommand({
  description:
    'Print a SPIFFE trust bundle: the roots as a JWK Set, as bundle endpoints serve it and ' +
    'spire-server bundle set -format spiffe takes it, or in PEM. Raise --sequence with every change.',
  arguments: {},
  options: {
    ...ROOTS_OPTION,
    format: choice(
      '--format <format>',
      ['spiffe', 'pem'],
      'spiffe (a JWK Set, the default) or pem',
    ),
    sequence: value(
      '--sequence <number>',
      'spiffe_sequence: greater than that before; 1 by default',
    ),
    refreshHint: value(
      '--refresh-hint <time>',
      'how often those who read it should look, such as 5m; not said by default',
    ),
    file: value('--file <file>', 'write to a file instead of stdout'),
    force: flag('--force', 'replace the file'),
  },
  examples: [
    {
      line: 'mtls mesh spire bundle --ca root --refresh-hint 5m --file bundle.json',
      does: 'for a bundle endpoint, or spire-server bundle set -format spiffe',
    },
    {
      line: 'mtls mesh spire bundle --ca old --ca new --sequence 2 --format pem',
      does: 'both roots, while one takes over from the other',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a certificate is no root, or the file exists']],
  async run(invocation) {
    const { options, context, output } = invocation;
    const sequence = readNumber('--sequence', options.sequence, 0, 9_999_999_999) ?? 1;
    const hint =
      options.refreshHint === undefined
        ? undefined
        : Math.ceil(parseDuration(options.refreshHint) / SECOND);
    const place = await manifestPlace({ ...options, kustomize: undefined }, context, 'bundle');
    const roots = await gatherRoots(invocation, options.ca);
    const { spiffeBundle } = await import('../../manifest/spire.ts');
    await deliverManifest(output, place, {
      yaml:
        options.format === 'pem'
          ? encodeBundle(roots)
          : spiffeBundle({ roots, sequence, refreshHint: hint }),
      title: 'the trust bundle',
      facts: () => ({ format: options.format ?? 'spiffe', roots: roots.map(certificateFacts) }),
    });
    return 0;
  },
});
