// mtls up: everything for mutual TLS in one folder, proven.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { parseIp } from '../../name/ip.ts';
import { formatGeneralName, parseIdentityName } from '../../name/san.ts';
import { parseDuration } from '../../profile/duration.ts';
import { pastes } from '../../quickstart/paste.ts';
import { up, UP_CA, type UpPart, type UpResult } from '../../quickstart/up.ts';
import { openCaStore } from '../../store/ca-store.ts';
import { findHome } from '../../store/home.ts';
import { makeFolder } from '../../store/folder.ts';
import { homePaths, parseCaName, PROJECT_HOME } from '../../store/layout.ts';
import { quoteForeign } from '../../base/text.ts';
import { undivided, type Reaching } from '../authority.ts';
import { argument, defineCommand, flag, value } from '../command.ts';
import { KEY_TYPE_OPTION, readKeyType } from '../identity.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { authorityJson, certificateFacts } from '../render/authority.ts';
import { renderBlock } from '../render/block.ts';
import { shortPath } from '../render/issued.ts';
import { formatTimeFrom } from '../render/time.ts';
import { existingPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';
import type { Style } from '../style.ts';

export const command = defineCommand({
  description:
    'Make a CA, a server and a client certificate in a folder, prove them with a real mutual ' +
    'TLS handshake in this process, and print lines to paste for other programs. Run again, ' +
    'it replaces what is due or broken and leaves what is good.\n\nThe folder holds ca.crt, ' +
    'server.crt, server.key, client.crt, client.key, and the CA in .mtls: remove the folder ' +
    'and all is gone. The CA can vouch for the names it serves and no other.',
  arguments: {
    dir: argument('optional', 'dir', 'the folder; the current one by default'),
    name: argument('any', 'name', 'names and addresses of the server beside localhost'),
  },
  options: {
    ttl: value('--ttl <time>', 'lifetime of the two certificates; 90d by default'),
    ...KEY_TYPE_OPTION,
    force: flag('--force', 'replace files of these names that this command did not make'),
    ...PASSPHRASE_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls up demo', does: 'for localhost' },
    { line: 'mtls up demo api.example.internal 10.0.0.7', does: 'for these as well' },
    { line: 'mtls up demo --ttl 1d', does: 'for a day' },
  ],
  exitCodes: [0, [1, 'the handshake failed'], 2, 4, [7, 'files of somebody else’s are in the way']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    const { clock, cwd } = context;
    if (globals.home !== undefined)
      throw new MtlsError('USAGE', 'up keeps its CA in the folder it makes, --home has no place', {
        hint: 'for a CA elsewhere use mtls ca init and mtls issue',
      });
    if (args.dir === '')
      throw new MtlsError('USAGE', 'the folder has no name', {
        hint: 'check the variable that it comes from, or leave it out for the current folder',
      });
    if (args.dir !== undefined) refuseHost(args.dir, cwd);
    const names = args.name.map(parseIdentityName);
    const keyType = readKeyType(options).keyType;
    const ttl = options.ttl === undefined ? undefined : parseDuration(options.ttl);
    const folder = resolve(cwd, args.dir ?? '.');
    makeFolder(folder);
    const home = homeIn(invocation, folder);
    const passphrase = await passphraseOf(invocation, options, home);
    const result = await undivided(invocation, () =>
      up({
        folder,
        home,
        names,
        keyType,
        ttl,
        force: options.force,
        ...(passphrase && { passphrase: () => passphrase }),
        clock,
        lock: lockOptions(invocation),
      }),
    );
    const now = clock();
    const lines = pastes();
    output.result({
      json: () => ({
        folder,
        ca: { ...authorityJson(result.authority), created: result.createdCa },
        server: partJson(result, 'server'),
        client: partJson(result, 'client'),
        handshake: proofJson(result),
        paste: lines,
      }),
      text: () => {
        const { style } = output;
        const enter = folder === cwd ? [] : [`cd ${shortPath(folder, cwd)}`, ''];
        return [
          summary(result, folder, cwd, now, style),
          '',
          proofText(result, style),
          '',
          style.paint('strong', 'To paste:'),
          '',
          ...enter,
          ...lines.map(({ title, script }) => `${style.paint('faint', `# ${title}`)}\n${script}`),
        ]
          .join('\n')
          .trimEnd();
      },
    });
    return 0;
  },
});

/** Whoever types a host first means a server of that name, not a folder. */
function refuseHost(dir: string, cwd: string): void {
  const host = parseIp(dir) !== undefined || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(dir);
  if (!host || existsSync(resolve(cwd, dir))) return;
  throw new MtlsError('USAGE', `${quoteForeign(dir)} looks like a name, where the folder belongs`, {
    hint: `for a server of this name: mtls up . ${dir}; for a folder: mtls up ./${dir}`,
  });
}

/** `<dir>/.mtls`, which must be the user's own if it is there. */
function homeIn({ context }: Reaching, folder: string): string {
  const { uid, platform } = context;
  const own = join(folder, PROJECT_HOME);
  try {
    // Looks at the folder first; what it finds further up is not meant
    findHome({ env: {}, cwd: folder, userHome: folder, uid, platform });
  } catch (error) {
    throw withoutHome(error);
  }
  return own;
}

/** This command takes no --home, which other hints propose. */
function withoutHome(error: unknown): unknown {
  if (!(error instanceof MtlsError)) return error;
  const hint = error.hint?.replace(/pass --home .*/, 'choose another folder');
  return new MtlsError(error.code, error.message, { hint, data: error.data, cause: error });
}

async function passphraseOf(
  invocation: Reaching,
  options: Parameters<typeof existingPassphrase>[0]['options'],
  home: string,
): Promise<Uint8Array | undefined> {
  const name = parseCaName(UP_CA);
  try {
    const store = openCaStore(homePaths(home), name, { clock: invocation.context.clock });
    if (store.keyState() !== 'encrypted') return undefined;
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'CA_NOT_FOUND') return undefined;
    throw error;
  }
  return existingPassphrase({ ...invocation, options }, `the key of CA ${quoteForeign(name)}`);
}

function partOf(result: UpResult, role: UpPart['role']): UpPart {
  return result.parts.find((part) => part.role === role) as UpPart;
}

function partJson(result: UpResult, role: UpPart['role']): Record<string, unknown> {
  const { certificate, made } = partOf(result, role);
  return {
    ...certificateFacts(certificate),
    names: certificate.names.map(formatGeneralName),
    issued: made !== undefined,
    reason: made ?? null,
  };
}

function proofJson({ proof }: UpResult): Record<string, unknown> {
  const { protocol, cipher, host, anonymousRefusal } = proof;
  return { ok: true, protocol, cipher, host, withoutCertificate: anonymousRefusal };
}

function summary(result: UpResult, folder: string, cwd: string, now: Date, style: Style): string {
  const files = (role: string) => `${role}.crt, ${role}.key`;
  const row = (role: UpPart['role']): [string, string[]] => {
    const { certificate, made } = partOf(result, role);
    const state = made === undefined ? 'kept' : made === 'new' ? 'issued' : `issued again: ${made}`;
    return [
      role,
      [
        `${files(role)}  ${state}`,
        certificate.names.map(formatGeneralName).join(', '),
        `expires ${formatTimeFrom(certificate.notAfter, now)}`,
      ],
    ];
  };
  const { certificate, store } = result.authority;
  const encrypted = store.keyState() === 'encrypted';
  const ca: [string, string[]] = [
    'CA',
    [
      `ca.crt  ${result.createdCa ? 'created' : result.wroteRoots ? 'written again' : 'kept'}`,
      `expires ${formatTimeFrom(certificate.notAfter, now)}, its key in ${PROJECT_HOME}, ${encrypted ? 'encrypted' : 'unencrypted'}`,
    ],
  ];
  return (
    `in ${shortPath(folder, cwd)}\n` +
    renderBlock([ca, row('server'), row('client')], { style, indent: 2 })
  );
}

function proofText({ proof }: UpResult, style: Style): string {
  const good = style.paint('good', '√');
  return [
    `mutual handshake with ${proof.host}, ${proof.protocol}, ${proof.cipher}`,
    `  ${good} the client verified the server`,
    `  ${good} the server verified the client`,
    `  ${good} a client without a certificate was turned away`,
  ].join('\n');
}
