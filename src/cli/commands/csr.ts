// mtls csr: a key, and a request for somebody else's CA.
import { makeCsr } from '../../ca/csr.ts';
import { planCsr } from '../../profile/csr.ts';
import { encodePem } from '../../codec/pem.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { generateKeyAsync } from '../../crypto/generate.ts';
import { describeKey } from '../../crypto/key.ts';
import { formatDn } from '../../name/dn.ts';
import { formatGeneralName } from '../../name/san.ts';
import { stageFiles, type NewFile } from '../../store/atomic.ts';
import { makeFolder } from '../../store/folder.ts';
import { formatAttributeValue, parseAttributes } from '../../x509/attribute.ts';
import { resolve } from 'node:path';
import { defineCommand, value, values } from '../command.ts';
import {
  IDENTITY_ARGUMENT,
  KEY_TYPE_OPTION,
  NAME_OPTIONS,
  readKeyType,
  readNames,
  refuseFiles,
  readSubject,
} from '../identity.ts';
import { readKeyFile } from '../key-file.ts';
import {
  deliveryOf,
  KEY_FILE_OPTIONS,
  OUTPUT_OPTIONS,
  readKeyFileOptions,
} from '../output-options.ts';
import { renderBlock } from '../render/block.ts';
import { shortPath } from '../render/issued.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';

export const command = defineCommand({
  description:
    'Make a key and a PKCS#10 request for a certificate: <name>.csr and <name>.key. The ' +
    'names go into the request as SANs; mtls sign keeps them.',
  arguments: { identity: IDENTITY_ARGUMENT },
  options: {
    ...KEY_TYPE_OPTION,
    key: value('--key <file>', 'use this private key instead of a new one', 'Validity and key:'),
    ...NAME_OPTIONS,
    extension: values(
      '--extension <oid=value>',
      'ask for an extension of your own: utf8:text, or hex:der; mtls sign gives none',
      'Names:',
    ),
    ...OUTPUT_OPTIONS,
    ...KEY_FILE_OPTIONS,
    ...PASSPHRASE_OPTIONS,
  },
  examples: [
    { line: 'mtls csr api.example.internal 10.0.0.7', does: 'key and request' },
    { line: 'mtls csr api.example.internal --key api.key', does: 'for a key that is there' },
    {
      line: 'mtls csr ann@example.org --extension 1.3.6.1.4.1.99999.1=utf8:finance',
      does: 'asks for an attribute, which the CA may give',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    refuseFiles(args.identity, context.cwd);
    const names = readNames(args.identity, options);
    const wanted = readSubject(options);
    const attributes = parseAttributes(options.extension);
    const plan = planCsr(names, wanted);
    for (const warning of plan.warnings) output.warn(warning);
    const keyFile = readKeyFileOptions(options);
    const { folder, paths } = deliveryOf(options, context, names, plan.subject);
    const given =
      options.key === undefined
        ? undefined
        : await readKeyFile(invocation, options, resolve(context.cwd, options.key));
    const key = given ?? (await generateKeyAsync(readKeyType(options).keyType ?? plan.keyType));
    const request = await makeCsr({ ...plan, attributes }, key);

    const requestPath = paths.certificate.replace(/\.crt$/, '.csr');
    const files: NewFile[] = [
      { path: requestPath, bytes: encodePem('CERTIFICATE REQUEST', request.der), mode: 0o644 },
    ];
    if (!given)
      files.push({
        path: paths.key,
        bytes: writePrivateKey(key),
        mode: keyFile.keyMode ?? 0o600,
        group: keyFile.keyGroup,
      });
    makeFolder(folder);
    stageFiles(files, { force: options.force }).publish();
    const keyPath = given ? undefined : paths.key;
    output.result({
      json: () => ({
        subject: formatDn(request.subject),
        names: request.names.map(formatGeneralName),
        extensions: attributes.map(({ oid, value: der }) => ({
          oid,
          value: formatAttributeValue(der),
        })),
        key: describeKey(request.publicKey),
        files: { request: requestPath, ...(keyPath !== undefined && { key: keyPath }) },
      }),
      text: () =>
        'made a request; its key stays here\n' +
        renderBlock(
          [
            ['names', request.names.map(formatGeneralName)],
            ['subject', formatDn(request.subject) || '(empty)'],
            ...(attributes.length === 0
              ? []
              : [
                  [
                    'asks for',
                    attributes.map(({ oid, value: der }) => `${oid}=${formatAttributeValue(der)}`),
                  ] as const,
                ]),
            ['key', describeKey(request.publicKey)],
            [
              'files',
              files.map(({ path }) =>
                path === requestPath
                  ? `${shortPath(path, context.cwd)}  request`
                  : `${shortPath(path, context.cwd)}  private key, mode 0${(keyFile.keyMode ?? 0o600).toString(8)}`,
              ),
            ],
          ],
          { style: output.style, indent: 2 },
        ),
    });
    return 0;
  },
});
