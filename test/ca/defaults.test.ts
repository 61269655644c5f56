import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDefaults } from '../../src/ca/defaults.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { DAY } from '../../src/base/clock.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import { homePaths, type HomePaths } from '../../src/store/layout.ts';
import { temporaryFolder } from '../support/program.ts';
import { NOW, rootCa } from './support.ts';

function homeWith(config?: string | Uint8Array): HomePaths {
  const home = homePaths(join(temporaryFolder(), '.mtls'));
  mkdirSync(home.root);
  if (config !== undefined) writeFileSync(home.config, config);
  return home;
}

async function refusal(home: HomePaths): Promise<MtlsError> {
  const error: unknown = await readDefaults(home).then(
    (defaults) => defaults,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MtlsError) return error;
  throw new Error(`not refused: ${JSON.stringify(error)}`);
}

describe('config.yaml', () => {
  it('says lifetime, key type and profile', async () => {
    const defaults = await readDefaults(homeWith('ttl: 30d\nkeyType: ed25519\nprofile: peer\n'));
    expect(defaults).toEqual({ ttl: 30 * DAY, keyType: 'ed25519', profile: 'peer' });
    // JSON is YAML
    expect(await readDefaults(homeWith('{"ttl": "36h"}'))).toEqual({ ttl: 1.5 * DAY });
  });

  it.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['remarks alone', '# nothing yet\n'],
    ['an empty document', '---\n...\n'],
    ['an empty mapping', '{}\n'],
    ['a byte order mark', '\ufeff# nothing yet\n'],
  ])('says nothing: %s', async (_what, config) => {
    expect(await readDefaults(homeWith(config))).toEqual({});
  });

  it('stands where the command line is silent, and gives way to it', async () => {
    const { authority } = await rootCa();
    const defaults = await readDefaults(homeWith('ttl: 30d\nkeyType: ed25519\nprofile: peer\n'));
    const names = [parseIdentityName('api.example.org')];
    const context = { now: NOW, defaults };
    const silent = resolveLeaf({ names }, authority.path, context);
    expect(silent).toMatchObject({
      profile: { name: 'peer' },
      keyType: 'ed25519',
      notAfter: new Date(NOW.getTime() + 30 * DAY),
    });
    const said = { names, profile: 'client', keyType: 'ec-p521', ttl: DAY } as const;
    expect(resolveLeaf(said, authority.path, context)).toMatchObject({
      profile: { name: 'client' },
      keyType: 'ec-p521',
      notAfter: new Date(NOW.getTime() + DAY),
    });
    const sources = new Map(silent.fields.map(({ name, source }) => [name, source]));
    expect(sources.get('not after')).toBe('config');
    expect(sources.get('key')).toBe('config');
    expect(sources.get('profile')).toBe('config');
  });

  it.each([
    ['a list', '- ttl\n', 'it is no mapping'],
    ['a word', 'ttl\n', 'it is no mapping'],
    ['a number', '7\n', 'it is no mapping'],
    ['an unknown key', 'ttl: 30d\nkeytype: ed25519\n', 'unknown key "keytype"'],
    ['a key that every object has', 'toString: x\n', 'unknown key "toString"'],
    ['a prototype', '__proto__: {ttl: 1d}\n', 'unknown key "__proto__"'],
    ['a number for a duration', 'ttl: 30\n', 'ttl is no text'],
    ['nothing for a value', 'ttl:\n', 'ttl is no text'],
    ['a list for a value', 'profile: [peer]\n', 'profile is no text'],
    ['a bad duration', 'ttl: 30 days\n', 'bad duration "30 days"'],
    ['no time at all', 'ttl: 0d\n', 'it is zero'],
    ['a key type that is none', 'keyType: rsa\n', '"rsa"'],
    ['a profile that makes CAs', 'profile: root\n', 'unknown profile "root"'],
    ['a key twice', 'ttl: 1d\nttl: 2d\n', 'line 2: a key stands there twice'],
    ['two documents', 'ttl: 1d\n---\nprofile: peer\n', 'it holds 2 documents'],
    ['no YAML', 'ttl: [1d\n', 'malformed YAML: line 2'],
    ['control characters', 'x\u001b[31m: y\n', String.raw`unknown key "x\x1b[31m"`],
  ])('is refused with its path and the reason: %s', async (_what, config, reason) => {
    const home = homeWith(config);
    const { code, message } = await refusal(home);
    expect(code).toBe('YAML_MALFORMED');
    expect(message).toContain(home.config);
    expect(message).toContain(reason);
  });

  it('is refused when it is no text, too large, or no file', async () => {
    expect(await refusal(homeWith(Uint8Array.of(0xff, 0xfe, 0)))).toMatchObject({
      code: 'YAML_MALFORMED',
      message: expect.stringContaining('it is not UTF-8') as string,
    });
    expect((await refusal(homeWith(`# ${'x'.repeat(70_000)}`))).code).toBe('FILE_TOO_LARGE');
    const home = homeWith();
    mkdirSync(home.config);
    expect((await refusal(home)).code).toBe('FILE_IS_FOLDER');
  });
});
