// mtls ca import: a CA that was made elsewhere joins the home.
import { importCa } from '../../ca/import.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { PrivateKey } from '../../crypto/key.ts';
import { parseCaName } from '../../store/layout.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { lockOptions, locateHome, undivided, type Reaching } from '../authority.ts';
import { argument, defineCommand, value, type OptionValues } from '../command.ts';
import { authorityBlock, authorityJson } from '../render/authority.ts';
import type { KeyRequest } from '../opened-keys.ts';
import { existingPassphrase, givenPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readSource } from '../source.ts';

export const command = defineCommand({
  description:
    'Take a CA that was made elsewhere, by openssl for one, into the home: from then on it ' +
    'issues, renews and revokes here. What it issued before is not recorded. Its key keeps the ' +
    'passphrase that it has; the files that are read stay as they are.',
  arguments: { name: argument('required', 'name', 'what to call it') },
  options: {
    cert: value('--cert <file>', 'its certificate; the CAs above it may follow in the same file'),
    key: value('--key <file>', 'its private key'),
    chain: value('--chain <file>', 'the CAs above it up to the root, for one that is no root'),
    ...PASSPHRASE_OPTIONS,
  },
  examples: [
    {
      line: 'mtls ca import office --cert rootCA.crt --key rootCA.key',
      does: 'what openssl req -x509 made',
    },
    {
      line: 'mtls ca import mesh --cert ca-cert.pem --key ca-key.pem --chain root-cert.pem',
      does: 'one below a root',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the key is another’s, or what the CA signed would not be believed']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const name = parseCaName(args.name);
    if (options.cert === undefined || options.key === undefined)
      throw new MtlsError('USAGE', 'a CA is its certificate and its key: --cert and --key', {
        hint: 'mtls ca import office --cert rootCA.crt --key rootCA.key',
      });
    const certificates = await certificatesOf(invocation, options.cert, invocation);
    if (options.chain !== undefined)
      certificates.push(...(await certificatesOf(invocation, options.chain, invocation)));
    const key = await keyOf(invocation, options, options.key);
    const authority = await undivided(invocation, () =>
      importCa({
        home: locateHome(invocation),
        name,
        certificates,
        key,
        passphrase: givenPassphrase(invocation),
        clock: context.clock,
        lock: lockOptions(invocation),
      }),
    );
    output.result({
      json: () => authorityJson(authority),
      text: () =>
        `imported CA ${quoteForeign(name)}\n${authorityBlock(authority, context.clock(), output.style)}`,
    });
    if (authority.store.keyState() === 'plain')
      output.note(
        `the key is not encrypted: whoever can read ${authority.store.paths.key} is the CA`,
      );
    return 0;
  },
});

async function certificatesOf(
  reaching: Reaching,
  source: string,
  passphrases: KeyRequest,
): Promise<Certificate[]> {
  const { certificates } = await readSource(reaching, source, passphrases);
  if (certificates.length > 0) return [...certificates];
  throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(source)}`, {
    hint: 'mtls inspect says what the file holds',
    data: { path: source },
  });
}

/** The one key of a file or a Secret; its passphrase is asked for only when it has one. */
async function keyOf(
  reaching: Reaching,
  options: OptionValues<typeof PASSPHRASE_OPTIONS>,
  source: string,
): Promise<PrivateKey> {
  const request = { ...reaching, options };
  const { keys } = await readSource(reaching, source, request);
  const [key] = keys;
  if (!key || keys.length > 1)
    throw new MtlsError(
      key ? 'USAGE' : 'NOTHING_FOUND',
      `${key ? String(keys.length) : 'no'} private key${key ? 's' : ''} in ${quoteForeign(source)}`,
      { hint: 'give a file that holds one', data: { path: source } },
    );
  if (!key.locked) return key.decode();
  const passphrase = await existingPassphrase(request, `the key ${quoteForeign(source)}`);
  return key.decode(() => passphrase);
}
