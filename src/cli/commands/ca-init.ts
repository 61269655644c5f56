// mtls ca init: a root CA.
import { createRoot } from '../../ca/create.ts';
import { parseCaName } from '../../store/layout.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { KEY_TYPES } from '../../crypto/algorithms.ts';
import { parseDn } from '../../name/dn.ts';
import { parseDuration } from '../../profile/duration.ts';
import { locateHome, undivided } from '../authority.ts';
import { NEW_CA_OPTIONS, readCaRequest, readTrustDomain } from '../ca-options.ts';
import { argument, defineCommand, type GlobalOptions, type OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { askChoice, askText, mayAsk } from '../prompt.ts';
import { authorityBlock, authorityJson } from '../render/authority.ts';
import { newPassphrase, NEW_PASSPHRASE_OPTIONS } from '../secrets.ts';
import { NEW_SIGNER_OPTIONS, newSigner, refuseKeyType, sayHowToSign } from '../signer.ts';

const options = {
  ...NEW_CA_OPTIONS,
  ...NEW_PASSPHRASE_OPTIONS,
  ...NEW_SIGNER_OPTIONS,
  ...LOCK_OPTIONS,
} as const;

/** The CA's name where none is given and nobody can be asked. */
const DEFAULT_NAME = 'root';

export const command = defineCommand({
  description:
    'Create a root CA.\n\nOn a terminal it asks for what is not given; elsewhere it takes ' +
    'the defaults, and leaves the key unencrypted (mode 0600) unless a passphrase is named.' +
    '\n\nWith --signer the key is elsewhere, in a KMS, an HSM or a token, and stays there.',
  arguments: {
    name: argument('optional', 'name', `what to call it; "${DEFAULT_NAME}" by default`),
  },
  options,
  examples: [
    { line: 'mtls ca init', does: 'asks for what it needs' },
    { line: 'mtls ca init dev --no-passphrase', does: 'for a test machine' },
    {
      line: 'mtls ca init prod --key-type ec-p384 --ttl 20y --passphrase-file pass.txt',
      does: 'for a long life',
    },
    {
      line: 'mtls ca init lab --permit lab.example.org --permit 10.0.0.0/8',
      does: 'that can vouch for these names only',
    },
    { line: 'mtls ca init mesh --trust-domain example.org', does: 'for SPIFFE identities' },
    {
      line: 'mtls ca init vault --signer "pkcs11:token=ca;object=root"',
      does: 'with a key that a token holds',
    },
  ],
  exitCodes: [
    0,
    2,
    3,
    [4, 'the home, a CA of this name, the passphrase or the signer is in the way'],
    [7, 'what the signer returned is not by its key'],
  ],
  async run(invocation) {
    const { context, globals, output } = invocation;
    const asked = await fill(invocation);
    const name = parseCaName(asked.name);
    const now = context.clock();
    const request = readCaRequest(asked.options, name, now);
    const home = locateHome(invocation);
    const signer = await newSigner(invocation, invocation.options, home, name);
    if (signer) refuseKeyType(invocation.options);
    const passphrase = signer
      ? undefined
      : await newPassphrase(
          { context, globals, options: invocation.options, output },
          `the key of CA ${quoteForeign(name)}`,
        );
    const { authority, plan } = await undivided(invocation, () =>
      createRoot({
        home,
        name,
        request,
        trustDomain: readTrustDomain(invocation.options),
        passphrase,
        signer,
        clock: context.clock,
        lock: lockOptions(invocation),
      }),
    );
    for (const warning of plan.warnings) output.warn(warning);
    output.result({
      json: () => authorityJson(authority),
      text: () =>
        `created root CA ${quoteForeign(name)}\n${authorityBlock(authority, now, output.style)}`,
    });
    if (signer) sayHowToSign(invocation, invocation.options, home, name);
    else if (passphrase === undefined)
      output.note(
        `the key is not encrypted: whoever can read ${authority.store.paths.key} is the CA`,
      );
    return 0;
  },
});

interface Asked {
  readonly name: string;
  readonly options: OptionValues<typeof options>;
}

/** Asks on a terminal for what was not given. */
async function fill(invocation: {
  readonly context: Context;
  readonly globals: GlobalOptions;
  readonly args: { readonly name: string | undefined };
  readonly options: OptionValues<typeof options>;
}): Promise<Asked> {
  const { context, globals, args } = invocation;
  const given = invocation.options;
  if (!mayAsk(context, globals)) return { name: args.name ?? DEFAULT_NAME, options: given };
  const name =
    args.name ??
    (await askText(context, {
      message: 'Name of the CA:',
      fallback: DEFAULT_NAME,
      validate: valid(parseCaName),
    }));
  const subject =
    given.subject ??
    (await askText(context, {
      message: 'Subject:',
      fallback: `CN=${name}`,
      validate: valid(parseDn),
    }));
  // A signer's key is there already
  const keyType =
    given.keyType ??
    (given.signer === undefined
      ? await askChoice(
          context,
          'Key type:',
          KEY_TYPES.map((type) => ({ value: type, name: type })),
        )
      : undefined);
  const ttl =
    given.ttl ??
    (given.notAfter === undefined
      ? await askText(context, {
          message: 'Lifetime:',
          fallback: '10y',
          validate: valid(parseDuration),
        })
      : undefined);
  return { name, options: { ...given, subject, keyType, ttl } };
}

/** A parser as a judge of answers. */
function valid(parse: (text: string) => unknown): (answer: string) => true | string {
  return (answer) => {
    try {
      parse(answer);
      return true;
    } catch (error) {
      if (error instanceof MtlsError) return error.message;
      throw error;
    }
  };
}
