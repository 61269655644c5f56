// mtls ca crl: a fresh revocation list.
import { resolve } from 'node:path';
import { issueCrl } from '../../ca/crl.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { readBundle } from '../../codec/bundle.ts';
import { encodePem } from '../../codec/pem.ts';
import { parseDuration } from '../../profile/duration.ts';
import { writeFileAtomic } from '../../store/atomic.ts';
import { entryAt } from '../../store/entry.ts';
import { readBoundedFile } from '../../store/read.ts';
import { openCa, sayNotices, undivided } from '../authority.ts';
import { argument, choice, defineCommand, flag, value } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { refuseBinary } from '../output-options.ts';
import { crlJson, crlLine } from '../render/crl.ts';
import { shellWord } from '../render/shell.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';

/** Some ten million entries. */
const MAX_CRL = 512 * 1024 * 1024;

export const command = defineCommand({
  description:
    'Issue the CA’s next certificate revocation list, and print or write it. Those who read ' +
    'CRLs refuse a stale one, so run this before the last one ends.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  options: {
    ttl: value('--ttl <time>', 'how long it holds; 30d by default'),
    format: choice('--format <format>', ['pem', 'der'], 'pem (default) or der'),
    out: value(
      '--out <file>',
      'write to a file, mode 0644, instead of stdout; in place of the CRL that is there',
    ),
    force: flag('--force', 'replace the file whatever it holds'),
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls ca crl --out crl.pem', does: 'for nginx ssl_crl and the like' },
    { line: 'mtls ca crl dev --ttl 7d --format der > dev.crl', does: 'to serve over HTTP' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired, or the file is no CRL']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    refuseBinary(options.format, options.out, context);
    const { clock, cwd } = context;
    const ttl = options.ttl === undefined ? undefined : parseDuration(options.ttl);
    const path = options.out === undefined ? undefined : resolve(cwd, options.out);
    if (path !== undefined && !options.force) checkReplaced(path);
    const authority = openCa(invocation, args.name, (name) => `mtls ca crl ${name}`);
    const signer = await unlockCa(invocation, options, authority);
    const issued = await undivided(invocation, () =>
      issueCrl(authority, signer, { clock, ttl, lock: lockOptions(invocation) }),
    );
    sayNotices(invocation, issued.notices);
    const { der } = issued.crl;
    const bytes = options.format === 'der' ? der : encodePem('X509 CRL', der);
    if (path !== undefined) writeFileAtomic({ path, bytes, mode: 0o644 }, { force: true });
    output.result({
      json: () => ({ ca: authority.store.name, ...crlJson(issued), path: path ?? null }),
      ...(path === undefined
        ? { document: () => bytes }
        : {
            text: () =>
              `wrote ${shellWord(path)}: ${crlLine(issued)} of CA ${quoteForeign(authority.store.name)}`,
          }),
    });
    return 0;
  },
});

/** A CRL replaces the one before it: that is its use. Anything else is kept. Throws FILE_EXISTS. */
function checkReplaced(path: string): void {
  if (entryAt(path) === undefined) return;
  try {
    const { parts } = readBundle(readBoundedFile(path, { max: MAX_CRL }), { name: path });
    if (parts.every(({ kind }) => kind === 'crl')) return;
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
  }
  throw new MtlsError('FILE_EXISTS', `${quoteForeign(path)} exists already, and is no CRL`, {
    hint: 'write to another file, or pass --force to replace this one',
    data: { paths: [path] },
  });
}
