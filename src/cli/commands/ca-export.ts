// mtls ca export: what others need to trust a CA.
import { resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writeFileAtomic } from '../../store/atomic.ts';
import { openCa } from '../authority.ts';
import { argument, choice, defineCommand, flag, value } from '../command.ts';
import { refuseBinary } from '../output-options.ts';
import { certificateFacts } from '../render/authority.ts';
import { shellWord } from '../render/shell.ts';

export const command = defineCommand({
  description:
    'Print a CA’s certificates: the root that others put into their trust stores, or the ' +
    'chain below it. A key is never exported.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  options: {
    what: choice(
      '--what <part>',
      ['root', 'certificate', 'chain'],
      'root: the anchor (default); certificate: the CA’s own; chain: the CA’s own up to the root',
    ),
    format: choice(
      '--format <format>',
      ['pem', 'der'],
      'pem (default), or der for one certificate',
    ),
    out: value('--out <file>', 'write to a file, mode 0644, instead of stdout'),
    force: flag('--force', 'replace the file'),
  },
  examples: [
    { line: 'mtls ca export > ca.crt', does: 'the root, for trust stores' },
    {
      line: 'mtls ca export mesh --what chain --out chain.pem',
      does: 'for a CA that signs below it',
    },
    { line: 'mtls ca export --format der --out ca.cer', does: 'for Windows and Java' },
  ],
  exitCodes: [0, 2, 4, [7, 'the file exists']],
  run(invocation) {
    const { args, options, context, output } = invocation;
    const authority = openCa(invocation, args.name, (name) => `mtls ca export ${name}`);
    refuseBinary(options.format, options.out, context);
    const { what = 'root', format = 'pem' } = options;
    const certificates = {
      root: [authority.root],
      certificate: [authority.certificate],
      chain: authority.path,
    }[what];
    if (format === 'der' && certificates.length > 1)
      throw new MtlsError('BAD_OPTION', 'DER holds one certificate, the chain has several', {
        hint: 'export them one by one, or leave --format der out',
      });
    const bytes: Uint8Array | string =
      format === 'der' ? certificates[0].der : encodeBundle(certificates);
    const path = options.out === undefined ? undefined : resolve(context.cwd, options.out);
    if (path !== undefined) writeFileAtomic({ path, bytes, mode: 0o644 }, { force: options.force });
    output.result({
      json: () => ({
        ca: authority.store.name,
        certificates: certificates.map(certificateFacts),
        ...(path === undefined ? { pem: encodeBundle(certificates) } : { path }),
      }),
      ...(path === undefined
        ? { document: () => bytes }
        : {
            text: () =>
              `wrote ${shellWord(path)}: ${what} of CA ${quoteForeign(authority.store.name)}`,
          }),
    });
    return Promise.resolve(0);
  },
});
