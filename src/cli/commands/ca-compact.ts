// mtls ca compact: the records of old times in less room.
import { quoteForeign } from '../../base/text.ts';
import { compactJournal, type CompactedFiles } from '../../store/compact.ts';
import { openCa, undivided } from '../authority.ts';
import { argument, defineCommand } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { shellWord } from '../render/shell.ts';

export const command = defineCommand({
  description:
    'Compress the records and certificates of a CA that nothing is added to any more: the journal ' +
    'is in files of 4 MiB, and all but the last are closed. Nothing is dropped; every command reads ' +
    'them as before, and so do zcat and gunzip. Each file is read back before the plain one goes, ' +
    'and a CA with a damaged record is left as it is. Others may go on issuing meanwhile. No key is ' +
    'needed.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  options: { ...LOCK_OPTIONS },
  examples: [
    { line: 'mtls ca compact', does: 'the only CA of the home' },
    { line: 'mtls ca compact prod --lock-wait 10m --json', does: 'from a monthly job' },
  ],
  exitCodes: [[0, 'done, or there was nothing to do'], 2, 4],
  async run(invocation) {
    const { args, context, output } = invocation;
    const { store } = openCa(invocation, args.name, (name) => `mtls ca compact ${name}`);
    const { segments, records, certificates, tooLarge } = await undivided(invocation, () =>
      compactJournal(store, { clock: context.clock, lock: lockOptions(invocation) }),
    );
    const ca = `CA ${quoteForeign(store.name)}`;
    const done = [told(records, 'records'), told(certificates, 'certificates')].flat();
    output.result({
      json: () => ({ ca: store.name, segments, records, certificates, tooLarge }),
      text: () =>
        done.length === 0
          ? `there is nothing to compact in ${ca}`
          : `compacted ${done.join(' and ')} of ${ca}`,
    });
    for (const path of tooLarge)
      output.note(`${shellWord(path)} stays as it is: it is too large to be unpacked in memory`);
    return 0;
  },
});

function told({ files, before, after }: CompactedFiles, what: string): readonly string[] {
  if (files === 0) return [];
  return [`${files} ${files === 1 ? 'file' : 'files'} of ${what} from ${before} to ${after} bytes`];
}
