// mtls ca intermediate: a CA below another.
import { createIntermediate } from '../../ca/create.ts';
import { quoteForeign } from '../../base/text.ts';
import { parseCaName } from '../../store/layout.ts';
import { locateHome, openCa, undivided } from '../authority.ts';
import { NEW_CA_OPTIONS, readCaRequest, readTrustDomain } from '../ca-options.ts';
import { argument, defineCommand, value } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { authorityBlock, authorityJson } from '../render/authority.ts';
import { newPassphrase, NEW_PASSPHRASE_OPTIONS } from '../secrets.ts';
import { NEW_SIGNER_OPTIONS, newSigner, refuseKeyType, sayHowToSign, unlockCa } from '../signer.ts';

export const command = defineCommand({
  description:
    'Create a subordinate CA, issued by another CA of the home. By default no CA can follow ' +
    'below it (path length 0) and it lives for five years.',
  arguments: { name: argument('required', 'name', 'what to call it') },
  options: {
    ca: value('--ca <name>', 'the CA that issues it; needed when there are several'),
    ...NEW_CA_OPTIONS,
    ...NEW_PASSPHRASE_OPTIONS,
    caPassphraseFile: value(
      '--ca-passphrase-file <file>',
      'passphrase of the issuing CA, from the first line of a file',
      'Passphrase:',
    ),
    caPassphraseEnv: value(
      '--ca-passphrase-env <name>',
      'passphrase of the issuing CA, from an environment variable',
      'Passphrase:',
    ),
    ...NEW_SIGNER_OPTIONS,
    caSigner: value(
      '--ca-signer <spec>',
      'who signs as the issuing CA, whose key is elsewhere',
      'Key elsewhere:',
    ),
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls ca intermediate workloads --ca root', does: 'issue day-to-day from it' },
    {
      line: 'mtls ca intermediate mesh --ca root --path-len 1 --trust-domain example.org',
      does: 'for SPIRE, which makes a CA of its own below it',
    },
    {
      line: 'mtls ca intermediate kms --signer exec:/opt/kms-sign --public-key kms.pem',
      does: 'with a key that a program signs with',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the issuer has expired, or may not issue such a CA']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    const name = parseCaName(args.name);
    const now = context.clock();
    const request = readCaRequest(options, name, now);
    const parent = openCa(invocation, options.ca);
    const parentSigner = await unlockCa(
      invocation,
      {
        passphraseFile: options.caPassphraseFile,
        passphraseEnv: options.caPassphraseEnv,
        signer: options.caSigner,
        signerTimeout: options.signerTimeout,
      },
      parent,
      'ca-',
    );
    const home = locateHome(invocation);
    const signer = await newSigner(invocation, options, home, name);
    if (signer) refuseKeyType(options);
    const passphrase = signer
      ? undefined
      : await newPassphrase(
          { context, globals, options, output },
          `the key of CA ${quoteForeign(name)}`,
        );
    const wanted = {
      home,
      name,
      request,
      trustDomain: readTrustDomain(options),
      passphrase,
      signer,
      clock: context.clock,
      lock: lockOptions(invocation),
    };
    const { authority, plan } = await undivided(invocation, () =>
      createIntermediate(wanted, parent, parentSigner),
    );
    for (const warning of plan.warnings) output.warn(warning);
    output.result({
      json: () => ({ ...authorityJson(authority), parent: parent.store.name }),
      text: () =>
        `created CA ${quoteForeign(name)}, issued by ${quoteForeign(parent.store.name)}\n` +
        authorityBlock(authority, now, output.style),
    });
    if (signer) sayHowToSign(invocation, options, home, name);
    else if (passphrase === undefined)
      output.note(
        `the key is not encrypted: whoever can read ${authority.store.paths.key} is the CA`,
      );
    return 0;
  },
});
