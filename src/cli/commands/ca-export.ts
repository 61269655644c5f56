// mtls ca export: what others need to trust a CA.
import { resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { Authority } from '../../ca/authority.ts';
import { encodePem } from '../../codec/pem.ts';
import { writeFileAtomic } from '../../store/atomic.ts';
import { openCa, type Reaching } from '../authority.ts';
import { chainCrls } from '../chain-crls.ts';
import { argument, choice, defineCommand, flag, value } from '../command.ts';
import { refuseBinary } from '../output-options.ts';
import { certificateFacts } from '../render/authority.ts';
import { crlJson } from '../render/crl.ts';
import { shellWord } from '../render/shell.ts';

export const command = defineCommand({
  description:
    'Print a CA’s certificates: the root that others put into their trust stores, or the ' +
    'chain below it; or its CRLs: those who check whole chains, as nginx and openssl ' +
    '-crl_check_all do, want those of all CAs up to the root. A key is never exported.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  options: {
    what: choice(
      '--what <part>',
      ['root', 'certificate', 'chain', 'crls'],
      'root: the anchor (default); certificate: the CA’s own; chain: the CA’s own up to the root; crls: the last CRLs of all CAs of the chain',
    ),
    format: choice(
      '--format <format>',
      ['pem', 'der'],
      'pem (default), or der for one certificate or CRL',
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
    {
      line: 'mtls ca export mesh --what crls --out crls.pem --force',
      does: 'for ssl_crl of nginx and crl-file of HAProxy',
    },
  ],
  exitCodes: [0, 2, [3, 'a CA of the chain has issued no CRL yet'], 4, [7, 'the file exists']],
  run(invocation) {
    const { args, options, context, output } = invocation;
    const authority = openCa(invocation, args.name, (name) => `mtls ca export ${name}`);
    refuseBinary(options.format, options.out, context);
    const { what = 'root', format = 'pem' } = options;
    const parts = partsOf(invocation, authority, what);
    const pem = parts.map(({ label, der }) => encodePem(label, der)).join('');
    const [first] = parts;
    if (format === 'der' && parts.length > 1)
      throw new MtlsError('BAD_OPTION', `DER holds one part, and there are ${parts.length}`, {
        hint: 'export them one by one, or leave --format der out',
      });
    const bytes: Uint8Array | string = format === 'der' && first ? first.der : pem;
    const path = options.out === undefined ? undefined : resolve(context.cwd, options.out);
    if (path !== undefined) writeFileAtomic({ path, bytes, mode: 0o644 }, { force: options.force });
    output.result({
      json: () => ({
        ca: authority.store.name,
        [what === 'crls' ? 'crls' : 'certificates']: parts.map(({ facts }) => facts()),
        ...(path === undefined ? { pem } : { path }),
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

/** A certificate or a list to write. */
interface Part {
  readonly label: 'CERTIFICATE' | 'X509 CRL';
  readonly der: Uint8Array;
  readonly facts: () => Record<string, unknown>;
}

function partsOf(
  reaching: Reaching,
  authority: Authority,
  what: 'root' | 'certificate' | 'chain' | 'crls',
): readonly Part[] {
  if (what === 'crls')
    return chainCrls(reaching, authority).map(({ ca, crl }) => ({
      label: 'X509 CRL',
      der: crl.der,
      facts: () => ({ ca, ...crlJson({ crl, entries: crl.entries.length }) }),
    }));
  const certificates = {
    root: [authority.root],
    certificate: [authority.certificate],
    chain: authority.path,
  }[what];
  return certificates.map((certificate) => ({
    label: 'CERTIFICATE',
    der: certificate.der,
    facts: () => certificateFacts(certificate),
  }));
}
