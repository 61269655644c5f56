// mtls ca import: a CA that was made elsewhere joins the home.
import { resolve } from 'node:path';
import { readBooks } from '../../ca/foreign/books.ts';
import { findForeignCa, type ForeignCa } from '../../ca/foreign/folder.ts';
import { importCa } from '../../ca/import.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { PrivateKey } from '../../crypto/key.ts';
import type { Signer } from '../../crypto/sign.ts';
import { parseCaName } from '../../store/layout.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { locateHome, undivided, type Reaching } from '../authority.ts';
import { argument, defineCommand, value, type OptionValues } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { authorityBlock, authorityJson } from '../render/authority.ts';
import type { KeyRequest } from '../opened-keys.ts';
import { existingPassphrase, givenPassphrase, type PASSPHRASE_OPTIONS } from '../secrets.ts';
import { CA_KEY_OPTIONS, connect, sayHowToSign, signerFor } from '../signer.ts';
import { readSource } from '../source.ts';

export const command = defineCommand({
  description:
    'Take a CA that was made elsewhere into the home: from then on it issues, renews and revokes ' +
    'here.\n\n--from takes the folder of openssl ca, easy-rsa, mkcert, cfssl or step. What an ' +
    'index.txt lists becomes records: what it issued can be listed and revoked here, what it ' +
    'revoked stays revoked, and the CRL numbers go on. Without an index, what it issued before is ' +
    'not recorded. The key keeps its passphrase, and is written anew under it; the files that are ' +
    'read stay as they are, and must not be used to issue any more.',
  arguments: { name: argument('required', 'name', 'what to call it') },
  options: {
    from: value('--from <folder>', 'the folder in which the other program keeps it'),
    cert: value('--cert <file>', 'its certificate; the CAs above it may follow in the same file'),
    key: value('--key <file>', 'its private key'),
    chain: value('--chain <file>', 'the CAs above it up to the root, for one that is no root'),
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls ca import office --from /etc/ssl/demoCA', does: 'what openssl ca kept' },
    {
      line: 'mtls ca import vpn --from easy-rsa --passphrase-file pass.txt',
      does: 'an encrypted key',
    },
    { line: 'mtls ca import local --from "$(mkcert -CAROOT)"', does: 'the CA of mkcert' },
    {
      line: 'mtls ca import office --cert rootCA.crt --key rootCA.key',
      does: 'what openssl req -x509 made',
    },
    {
      line: 'mtls ca import vault --cert root.crt --signer "pkcs11:token=ca;object=root"',
      does: 'one whose key a token holds',
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
    const files = filesOf(options, context.cwd);
    if (files.key !== undefined && options.signer !== undefined)
      throw new MtlsError('USAGE', '--signer is for a key that is elsewhere, and here is one', {
        hint: 'give --cert and --signer without --from and --key',
      });
    const certificates = await certificatesOf(invocation, files.certificate, invocation);
    if (files.chain !== undefined)
      certificates.push(...(await certificatesOf(invocation, files.chain, invocation)));
    const { key, passphrase } =
      files.key === undefined
        ? { key: await signerOf(invocation, options, certificates, name), passphrase: undefined }
        : await keyOf(invocation, options, files.key);
    const { records } = files;
    const { authority, issued, revoked, warnings } = await undivided(invocation, () =>
      importCa({
        home: locateHome(invocation),
        name,
        certificates,
        key,
        passphrase,
        books: records && ((ca) => readBooks(records, ca)),
        clock: context.clock,
        lock: lockOptions(invocation),
      }),
    );
    for (const warning of warnings) output.warn(warning);
    const kind = files.kind ?? null;
    output.result({
      json: () => ({ ...authorityJson(authority), program: kind, issued, revoked }),
      text: () =>
        `imported CA ${quoteForeign(name)}${kind === null ? '' : ` of ${kind}`}` +
        `${records ? `: ${issued} issued, ${revoked} revoked` : ''}\n` +
        authorityBlock(authority, context.clock(), output.style),
    });
    if (files.key === undefined) sayHowToSign(invocation, options, locateHome(invocation), name);
    else if (authority.store.keyState() === 'plain')
      output.note(
        `the key is not encrypted: whoever can read ${authority.store.paths.key} is the CA`,
      );
    if (revoked > 0) output.note(`publish its next CRL: mtls ca crl ${name}`);
    return 0;
  },
});

/** The files that are meant: those of the folder, and those that are named in place of them. */
function filesOf(
  {
    from,
    cert,
    key,
    chain,
  }: Readonly<Record<'from' | 'cert' | 'key' | 'chain', string | undefined>>,
  cwd: string,
): Pick<ForeignCa, 'certificate' | 'chain' | 'records'> & {
  readonly key: string | undefined;
  readonly kind?: ForeignCa['kind'];
} {
  if (from !== undefined) {
    const found = findForeignCa(resolve(cwd, from));
    if (cert !== undefined || key !== undefined)
      throw new MtlsError('USAGE', '--from finds certificate and key: leave --cert and --key out', {
        hint: 'mtls ca import office --from demoCA',
      });
    return chain === undefined ? found : { ...found, chain };
  }
  if (cert === undefined) throw incomplete();
  return { certificate: cert, key, chain };
}

function incomplete(): MtlsError {
  return new MtlsError('USAGE', 'a CA is its certificate and its key: --cert and --key', {
    hint: 'mtls ca import office --cert rootCA.crt --key rootCA.key; or --from its folder; or --cert and --signer, where the key is elsewhere',
  });
}

/** Who signs as the CA, whose certificate is the first. Throws USAGE where nobody is named. */
async function signerOf(
  reaching: Reaching,
  options: OptionValues<typeof CA_KEY_OPTIONS>,
  [own]: readonly Certificate[],
  name: string,
): Promise<Signer> {
  const spec = await signerFor(reaching, options, locateHome(reaching), name);
  if (spec === undefined || own === undefined) throw incomplete();
  return connect(reaching, options, spec, own.publicKey);
}

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
): Promise<{ key: PrivateKey; passphrase: Uint8Array | undefined }> {
  const request = { ...reaching, options };
  const { keys } = await readSource(reaching, source, request);
  const [key] = keys;
  if (!key || keys.length > 1)
    throw new MtlsError(
      key ? 'USAGE' : 'NOTHING_FOUND',
      `${key ? String(keys.length) : 'no'} private key${key ? 's' : ''} in ${quoteForeign(source)}`,
      { hint: 'give a file that holds one', data: { path: source } },
    );
  // One that was given encrypts a key that lay open
  if (!key.locked) return { key: key.decode(), passphrase: givenPassphrase(request) };
  const passphrase = await existingPassphrase(request, `the key ${quoteForeign(source)}`);
  return { key: key.decode(() => passphrase), passphrase };
}
