// mtls ca restore: a CA from its backup.
import { resolve } from 'node:path';
import { authorityOf } from '../../ca/authority.ts';
import { bytesEqual } from '../../base/bytes.ts';
import { formatTime } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { restoreBackup } from '../../store/backup/restore.ts';
import { listCas } from '../../store/ca-store.ts';
import type { FoundHome } from '../../store/home.ts';
import { parseCaName } from '../../store/layout.ts';
import type { CaStore } from '../../store/types.ts';
import { locateHome, openListedCa, undivided, type Reaching } from '../authority.ts';
import { argument, defineCommand, value } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { headJson, headText } from '../render/head.ts';
import { authorityBlock, authorityJson } from '../render/authority.ts';
import { existingPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';

export const command = defineCommand({
  description:
    'Bring a CA back from a file of mtls ca backup. Every record, certificate and signature in ' +
    'it is proven before the CA appears in the home; a CA that is there is never replaced. What ' +
    'happened after the backup is forgotten, so its CRL number jumps ahead, and a warning says ' +
    'what to look for.',
  arguments: { file: argument('required', 'file', 'the backup') },
  options: {
    name: value('--name <name>', 'what to call it, where it should not have its old name'),
    ...PASSPHRASE_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls ca restore dev.backup', does: 'asks for the passphrase' },
    {
      line: 'mtls ca restore dev.backup --home /tmp/look --passphrase-file backup-pass.txt',
      does: 'elsewhere, to see that a backup is good',
    },
  ],
  exitCodes: [0, 2, 3, [4, 'a CA of this name, the home, or the passphrase is in the way']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const home = locateHome(invocation);
    const name = options.name === undefined ? undefined : parseCaName(options.name);
    const { store, takenAt, head, crlFrom } = await undivided(invocation, () =>
      restoreBackup(home, {
        path: resolve(context.cwd, args.file),
        passphrase: () => existingPassphrase(invocation, `the backup ${quoteForeign(args.file)}`),
        name,
        clock: context.clock,
        ...lockOptions(invocation),
      }),
    );
    const authority = authorityOf(store);
    const twins = twinsOf(invocation, home, store);
    output.result({
      json: () => ({
        ...authorityJson(authority),
        takenAt: formatTime(takenAt),
        ...headJson(head),
        nextCrlNumber: crlFrom.toString(),
        twins,
      }),
      text: () =>
        `restored CA ${quoteForeign(store.name)} as of ${formatTime(takenAt)}, commit ${head.commit}\n` +
        authorityBlock(authority, context.clock(), output.style),
    });
    output.warn(
      `what the CA did after ${head.at} (commit ${head.commit}, head ${headText(head)}) is forgotten: ` +
        'a certificate that was issued since has no record, and one that was revoked since is on ' +
        `no list; revoke it again before mtls ca crl ${store.name}`,
    );
    output.note(
      `the next CRL has the number ${crlFrom}: readers of later lists than the backup's would ` +
        'refuse a lower one',
    );
    for (const twin of twins)
      output.warn(
        `${quoteForeign(twin)} in the same home is the same CA: each knows only what it revokes itself`,
      );
    return 0;
  },
});

/** Other CAs of the home with the same key. */
function twinsOf(reaching: Reaching, home: FoundHome, store: CaStore): readonly string[] {
  return listCas(home).filter((name) => {
    if (name === store.name) return false;
    try {
      const { spki } = openListedCa(reaching, home, name).certificate.publicKey;
      return bytesEqual(spki, store.certificate.publicKey.spki);
    } catch (error) {
      // The one that is damaged is why there is a restore
      if (error instanceof MtlsError && error.code !== 'INTERNAL') return false;
      throw error;
    }
  });
}
