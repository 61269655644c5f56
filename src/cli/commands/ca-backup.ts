// mtls ca backup: all of a CA in one encrypted file.
import { resolve } from 'node:path';
import { formatTime } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { refuseTaken } from '../../store/atomic.ts';
import { takeBackup } from '../../store/backup/take.ts';
import { openCa } from '../authority.ts';
import { argument, defineCommand, flag, value } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { headJson, headText } from '../render/head.ts';
import { shellWord } from '../render/shell.ts';
import { PASSPHRASE_OPTIONS, requiredPassphrase } from '../secrets.ts';

export const command = defineCommand({
  description:
    'Write all of a CA into one file: its key as it lies, its certificates, every record and ' +
    'every certificate that it issued, as they are at one moment, while others go on issuing. ' +
    'The file is encrypted under a passphrase of its own; the key keeps the one it has.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  options: {
    out: value('--out <file>', 'the file to write, mode 0600'),
    force: flag('--force', 'replace the file'),
    ...PASSPHRASE_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls ca backup dev --out dev.backup', does: 'asks for the passphrase' },
    {
      line: 'mtls ca backup prod --out prod.backup --force --passphrase-file p.txt',
      does: 'for a nightly job',
    },
  ],
  exitCodes: [0, 2, 4, [7, 'the file is there already']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    if (options.out === undefined)
      throw new MtlsError('USAGE', 'where to? a backup needs --out <file>', {
        hint: 'mtls ca backup --out ca.backup',
      });
    const path = resolve(context.cwd, options.out);
    refuseTaken([path], { force: options.force });
    const { store } = openCa(invocation, args.name, (name) => `mtls ca backup ${name}`);
    const passphrase = await requiredPassphrase(
      invocation,
      `the backup of CA ${quoteForeign(store.name)}`,
    );
    const { takenAt, head, files, size } = await context.interruption.hold(() =>
      takeBackup(store, {
        path,
        passphrase,
        force: options.force,
        clock: context.clock,
        lock: lockOptions(invocation),
      }),
    );
    const key = store.keyState();
    output.result({
      json: () => ({
        ca: store.name,
        path,
        takenAt: formatTime(takenAt),
        ...headJson(head),
        files,
        size,
        key,
      }),
      text: () =>
        `wrote ${shellWord(path)}: CA ${quoteForeign(store.name)} as of commit ${head.commit}, ` +
        `${head.totals.issued} issued, ${head.totals.revoked} revoked\nhead ${headText(head)}`,
    });
    if (key === 'missing')
      output.note('the key is not in the CA’s folder, and so not in the backup');
    return 0;
  },
});
