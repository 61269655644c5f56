// mtls ca passwd: the passphrase of a CA's key.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { changePassphrase } from '../../ca/passwd.ts';
import { openCa, openCaKey, undivided } from '../authority.ts';
import { argument, defineCommand } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { changedPassphrase, CHANGED_PASSPHRASE_OPTIONS } from '../secrets.ts';

export const command = defineCommand({
  description:
    'Set, change or remove the passphrase of a CA’s key. The key itself stays the same: nothing ' +
    'that it signed has to be made anew. Copies and backups keep the passphrase that they had.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  options: { ...CHANGED_PASSPHRASE_OPTIONS, ...LOCK_OPTIONS },
  examples: [
    { line: 'mtls ca passwd', does: 'asks for both' },
    {
      line: 'mtls ca passwd prod --passphrase-file old.txt --new-passphrase-file new.txt',
      does: 'without a terminal',
    },
    { line: 'mtls ca passwd dev --no-passphrase', does: 'leaves the key unencrypted' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the key is not that of the CA']],
  async run(invocation) {
    const { args, options, output } = invocation;
    const { store } = openCa(invocation, args.name, (name) => `mtls ca passwd ${name}`);
    const what = `the key of CA ${quoteForeign(store.name)}`;
    const before = store.keyState();
    if (before === 'missing')
      throw new MtlsError('CA_KEY_MISSING', `${what} is not here: it has no passphrase to change`, {
        hint: 'bring the key back; or change the PIN of the token, or the access to the KMS, with its own tools',
        data: { path: store.paths.key },
      });
    const { passphraseFile, passphraseEnv } = options;
    const key = await openCaKey(invocation, { passphraseFile, passphraseEnv }, store);
    const passphrase = await changedPassphrase(invocation, what);
    await undivided(invocation, () =>
      changePassphrase(store, key, passphrase, lockOptions(invocation)),
    );
    const { key: path } = store.paths;
    output.result({
      json: () => ({
        ca: store.name,
        keyFile: { path, state: passphrase === undefined ? 'plain' : 'encrypted' },
      }),
      text: () => `${outcome(before, passphrase)} of CA ${quoteForeign(store.name)}`,
    });
    if (passphrase === undefined)
      output.note(`the key is not encrypted: whoever can read ${path} is the CA`);
    return 0;
  },
});

function outcome(before: string, passphrase: Uint8Array | undefined): string {
  if (passphrase === undefined)
    return before === 'encrypted'
      ? 'removed the passphrase from the key'
      : 'wrote anew, without a passphrase, the key';
  return before === 'encrypted'
    ? 'changed the passphrase of the key'
    : 'set a passphrase on the key';
}
