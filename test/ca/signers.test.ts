// Signers that config.yaml names, and when it is believed.
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { namedSigner } from '../../src/ca/signers.ts';
import { homePaths } from '../../src/store/layout.ts';
import type { FoundHome } from '../../src/store/home.ts';
import { temporaryFolder } from '../support/program.ts';

const uid = process.getuid?.();

function homeWith(config: string, source: FoundHome['source'] = 'flag'): FoundHome {
  const home = homePaths(join(temporaryFolder(), 'pki'));
  mkdirSync(home.root, { mode: 0o700 });
  writeFileSync(home.config, config, { mode: 0o600 });
  return { ...home, source, exists: true };
}

const KMS = 'signers: { kms: { exec: [/opt/kms-sign, --key, alias/mesh], timeout: 5s } }\n';

async function refusal(work: () => Promise<unknown>): Promise<MtlsError> {
  const error: unknown = await work().catch((thrown: unknown) => thrown);
  if (error instanceof MtlsError) return error;
  throw new Error('not refused');
}

describe('signers of config.yaml', () => {
  it('are programs and keys in tokens, each of one CA', async () => {
    const home = homeWith(
      `ttl: 30d\n${KMS.trimEnd().slice(0, -1)}, root: { pkcs11: "pkcs11:token=ca;object=root" } }\n`,
    );
    expect((await namedSigner(home, 'kms'))?.spec).toEqual({
      kind: 'exec',
      argv: ['/opt/kms-sign', '--key', 'alias/mesh'],
      timeout: 5000,
    });
    expect((await namedSigner(home, 'root'))?.spec).toMatchObject({
      kind: 'pkcs11',
      uri: { label: 'root', token: { label: 'ca' } },
    });
    expect(await namedSigner(home, 'other')).toBeUndefined();
    expect(await namedSigner(home, 'toString')).toBeUndefined();
  });

  it.each([
    ['a list', 'signers: [kms]', 'signers is no mapping of CAs'],
    ['a text', 'signers: { kms: /opt/kms-sign }', 'it is no mapping'],
    ['a command line', 'signers: { kms: { exec: /opt/kms-sign -k } }', 'each a text'],
    ['a number', 'signers: { kms: { exec: [/opt/kms-sign, 7] } }', 'each a text'],
    ['a relative path', 'signers: { kms: { exec: [kms-sign] } }', 'by its whole path'],
    ['nothing', 'signers: { kms: {} }', 'it needs exec or pkcs11'],
    ['both', 'signers: { kms: { exec: [/a], pkcs11: "pkcs11:" } }', 'it needs exec or pkcs11'],
    ['another key', 'signers: { kms: { exec: [/a], shell: true } }', 'unknown key "shell"'],
    ['a bare number', 'signers: { kms: { exec: [/a], timeout: 5 } }', 'timeout is no text'],
    ['no duration', 'signers: { kms: { exec: [/a], timeout: soon } }', '"soon"'],
    ['no URI', 'signers: { kms: { pkcs11: "exec:/bin/sh" } }', 'pkcs11 is no pkcs11: URI'],
    ['a PIN', 'signers: { kms: { pkcs11: "pkcs11:?pin-value=1" } }', 'a PIN does not belong'],
    ['a time for a token', 'signers: { kms: { pkcs11: "pkcs11:", timeout: 5s } }', 'for programs'],
  ])('are refused where they are %s', async (_what, config, message) => {
    const error = await refusal(() => namedSigner(homeWith(config), 'kms'));
    expect(error.code).toBe('YAML_MALFORMED');
    expect(error.message).toContain(message);
  });
});

describe('a configuration is believed', () => {
  it('in a home that was named, or is the user’s own', async () => {
    for (const source of ['flag', 'env', 'user'] as const)
      expect((await namedSigner(homeWith(KMS, source), 'kms'))?.trust(uid)).toBeUndefined();
  });

  const untrusted = (home: FoundHome, who = uid) =>
    refusal(async () => (await namedSigner(home, 'kms'))?.trust(who));

  it('not in one that was found by walking up: a clone may have brought it', async () => {
    const { code, message, hint } = await untrusted(homeWith(KMS, 'project'));
    expect(code).toBe('HOME_UNSAFE');
    expect(message).toContain('found by walking up');
    expect(hint).toContain('--home');
  });

  it.skipIf(uid === undefined)('not where others may write to it or its folder', async () => {
    for (const [path, mode] of [
      ['config', 0o620],
      ['config', 0o602],
      ['root', 0o770],
      ['root', 0o707],
    ] as const) {
      const home = homeWith(KMS);
      chmodSync(home[path], mode);
      const { code, message } = await untrusted(home);
      expect(code).toBe('HOME_UNSAFE');
      expect(message).toContain(`can be written to by others (mode 0${mode.toString(8)})`);
    }
  });

  it.skipIf(uid === undefined)('not where it is another’s', async () => {
    const home = homeWith(KMS);
    // Root may give it away; anybody else plays another
    if (uid === 0) chownSync(home.config, 12345, 12345);
    const { code, message } = await untrusted(home, uid === 0 ? 0 : (uid ?? 0) + 1);
    expect(code).toBe('HOME_UNSAFE');
    expect(message).toContain('belongs to another user');
  });
});
