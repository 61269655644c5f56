// mtls issue: a key and its certificate.
import { resolve } from 'node:path';
import { readDefaults } from '../../ca/defaults.ts';
import { issue } from '../../ca/issue.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { resolveLeaf } from '../../profile/resolve.ts';
import { parseAttributes } from '../../x509/attribute.ts';
import { CA_OPTION, locateHome, openCa, sayNotices, undivided } from '../authority.ts';
import { defineCommand, flag, value, values } from '../command.ts';
import {
  IDENTITY_ARGUMENT,
  KEY_TYPE_OPTION,
  NAME_OPTIONS,
  PROFILE_OPTION,
  readKeyType,
  readNames,
  refuseFiles,
  readProfile,
  readSubject,
  readValidity,
  VALIDITY_OPTIONS,
} from '../identity.ts';
import { readKeyFile } from '../key-file.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import {
  KEY_FILE_OPTIONS,
  OUTPUT_OPTIONS,
  PLACE_OPTIONS,
  placesOf,
  readKeyFileOptions,
} from '../output-options.ts';
import { issuedBlock, issuedJson, issuedTitle } from '../render/issued.ts';
import { planJson, planText } from '../render/plan.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';

export const command = defineCommand({
  description:
    'Make a key and a certificate for it. Each identity tells its own kind; the first names ' +
    'the files: <name>.crt (certificate, then intermediates), <name>.key and ca.crt (roots).',
  arguments: { identity: IDENTITY_ARGUMENT },
  options: {
    ...CA_OPTION,
    ...PROFILE_OPTION,
    ...VALIDITY_OPTIONS,
    ...KEY_TYPE_OPTION,
    key: value('--key <file>', 'use this private key instead of a new one', 'Validity and key:'),
    ...NAME_OPTIONS,
    extension: values(
      '--extension <oid=value>',
      'add an extension of your own, never critical: utf8:text, or hex:der',
      'Names:',
    ),
    ...OUTPUT_OPTIONS,
    ...PLACE_OPTIONS,
    ...KEY_FILE_OPTIONS,
    dryRun: flag(
      '--dry-run',
      'show the certificate, each field with its source, and issue nothing',
    ),
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls issue api.example.internal 10.0.0.7', does: 'a server' },
    { line: 'mtls issue alice@example.org --profile client', does: 'a client' },
    {
      line: 'mtls issue api.internal spiffe://example.org/ns/prod/sa/api --profile peer',
      does: 'a service that serves and calls',
    },
    { line: 'mtls issue spiffe://example.org/ns/prod/sa/api --ttl 24h', does: 'an X509-SVID' },
    {
      line: 'mtls issue ann@example.org --extension 1.3.6.1.4.1.99999.1=utf8:finance',
      does: 'an attribute that rules can go by: see mtls policy',
    },
    { line: 'mtls issue api.example.internal --dry-run', does: 'what it would be' },
  ],
  exitCodes: [
    0,
    2,
    3,
    4,
    [7, 'outside the CA’s constraints, the CA has expired, or a file exists'],
  ],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { clock, cwd } = context;
    const now = clock();
    refuseFiles(args.identity, context.cwd);
    const names = readNames(args.identity, options);
    const { subject, commonName } = readSubject(options);
    if (names.length === 0 && subject === undefined && commonName === undefined)
      throw new MtlsError('USAGE', 'nobody is named', {
        hint: 'give a DNS name, an IP address, an e-mail address or a SPIFFE ID: mtls issue api.example.org',
      });
    const wanted = {
      names,
      ...(subject && { subject }),
      ...(commonName !== undefined && { commonName }),
      ...readProfile(options),
      ...readValidity(options, now),
      ...readKeyType(options),
      attributes: parseAttributes(options.extension),
    };
    const keyFile = readKeyFileOptions(options);
    const authority = openCa(invocation, options.ca);
    const defaults = await readDefaults(locateHome(invocation));
    const key =
      options.key === undefined
        ? undefined
        : await readKeyFile(invocation, options, resolve(cwd, options.key));
    const plan = resolveLeaf(
      { ...wanted, ...(key && { publicKey: key.publicKey }) },
      authority.path,
      { now, defaults },
    );
    for (const warning of plan.warnings) output.warn(warning);
    if (options.dryRun) {
      output.result({
        json: () => ({ dryRun: true, ca: authority.store.name, ...planJson(plan) }),
        text: () => planText(plan, output.style),
      });
      return 0;
    }
    const { folder, paths } = placesOf(
      options,
      context,
      plan.names,
      plan.subject,
      key !== undefined,
    );
    const signer = await unlockCa(invocation, options, authority);
    const issued = await undivided(invocation, () =>
      issue(authority, signer, plan, {
        clock,
        delivery: { folder, paths: key ? { ...paths, key: undefined } : paths },
        force: options.force,
        ...keyFile,
        ...(key && { key }),
        lock: lockOptions(invocation),
      }),
    );
    sayNotices(invocation, issued.notices);
    output.result({
      json: () => issuedJson(issued, authority.store.name),
      text: () =>
        `issued ${issuedTitle(issued)} by CA ${quoteForeign(authority.store.name)}\n` +
        issuedBlock(issued, now, cwd, output.style),
    });
    return 0;
  },
});
