// Piles as they lie about: read as far as they can be, in bounded time, and never with a stack.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gather, gatherBytes } from '../../src/diagnose/gather.ts';
import { toUtf8 } from '../../src/base/bytes.ts';
import { createTestPki } from '../../src/testing/index.ts';

const pki = createTestPki();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mtls-gather-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
};
const found = async () =>
  (await gather([folder])).map(({ name, parts, troubles }) => [
    name,
    parts.length,
    troubles.map(({ code }) => code).join(),
  ]);

describe('a folder', () => {
  it('gives what it holds, by name, with what is below it', async () => {
    mkdirSync(join(folder, 'below'));
    put('b.crt', pki.server.cert);
    put('a.key', pki.server.key);
    put('below/c.pem', pki.client.cert + pki.client.key);
    expect(await found()).toEqual([
      ['a.key', 1, ''],
      ['b.crt', 1, ''],
      ['c.pem', 2, ''],
    ]);
  });

  it('leaves in peace what is something else', async () => {
    put('README.md', '# Certificates\n');
    put('empty.txt', '');
    put('image.png', Buffer.from('89504e470d0a1a0a', 'hex'));
    put('chart.yaml', 'apiVersion: v2\nname: {{ .Chart.Name }}\n');
    put('slides.key', Buffer.from('504b0304', 'hex'));
    put('.hidden.pem', 'x');
    mkdirSync(join(folder, 'node_modules'));
    put('node_modules/x.pem', 'x');
    expect(await found()).toEqual([]);
  });

  it('misses what its name promises', async () => {
    put('ca.crt', '<!doctype html><title>404</title>');
    put('empty.pem', '');
    put('cut.der', Buffer.from('308201f03082', 'hex'));
    put('key.key', '');
    symlinkSync('nowhere', join(folder, 'gone.pem'));
    expect(await found()).toEqual([
      ['ca.crt', 0, 'NOT_RECOGNIZED'],
      ['cut.der', 0, 'DER_MALFORMED'],
      ['empty.pem', 0, 'FILE_EMPTY'],
      ['gone.pem', 0, 'FILE_NOT_FOUND'],
      ['key.key', 0, 'FILE_EMPTY'],
    ]);
  });

  it('reads the good blocks beside a bad one', async () => {
    put(
      'mixed.pem',
      `${pki.server.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${pki.ca.cert}`,
    );
    expect(await found()).toEqual([['mixed.pem', 2, 'CERT_MALFORMED']]);
  });
});

describe('a hostile folder', () => {
  it('has links in circles, pipes and folders that nobody may read', async () => {
    put('server.crt', pki.server.cert);
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('self.pem', join(folder, 'self.pem'));
    execFileSync('mkfifo', [join(folder, 'pipe.pem')]);
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0);
    const names = (await gather([folder])).map(({ name }) => name);
    expect(names).toContain('server.crt');
    expect(names).not.toContain('pipe.pem');
    chmodSync(join(folder, 'closed'), 0o700);
  });

  it.skipIf(process.getuid?.() === 0)('tells which folder nobody lets it into', async () => {
    put('server.crt', pki.server.cert);
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0);
    expect(await found()).toContainEqual(['closed', 0, 'FILE_UNREADABLE']);
    chmodSync(join(folder, 'closed'), 0o700);
  });

  it('has names that would write to a terminal', async () => {
    const name = 'evil\n\u001b[2J.pem';
    put(name, pki.server.cert);
    const [document] = await gather([folder]);
    expect(document?.name).toBe(name);
    expect(document?.parts).toHaveLength(1);
  });

  it('has a hundred thousand blocks that are none', async () => {
    put(
      'bad.pem',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'.repeat(100_000),
    );
    const [document] = await gather([folder]);
    expect(document?.troubles.length).toBeLessThan(100);
    expect(document?.parts).toEqual([]);
  });

  it('has YAML that would grow', async () => {
    const lines = ['apiVersion: v1', 'kind: Secret', 'data:', '  tls.crt: &a0 x'];
    for (let i = 1; i < 30; i++)
      lines.push(`  a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}*a${i - 1}]`);
    put('bomb.yaml', lines.join('\n'));
    const [document] = await gather([folder]);
    expect(document?.troubles.map(({ code }) => code)).toContain('YAML_MALFORMED');
  });
});

it('says where what came on standard input lies', async () => {
  const [document] = await gatherBytes(toUtf8(pki.server.cert), '-');
  expect(document).toMatchObject({ source: '-', name: '-', file: undefined });
});
