import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { readSource, readSources } from '../../src/cli/source.ts';
import { PLAIN } from '../../src/cli/style.ts';
import { makeLeaf, makeRoot } from '../support/pki.ts';
import { memoryContext } from './support.ts';

const root = await makeRoot();
const leaf = await makeLeaf(root, ['api.internal']);

const folder = mkdtempSync(join(tmpdir(), 'mtls-source-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function reading(stdin: Readable = Readable.from([])) {
  const context = memoryContext({ stdin });
  const plain = { style: PLAIN, errorStyle: PLAIN, json: false, quiet: false };
  return { context, output: createOutput({ context, schema: 's', ...plain }) };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a file is read for what it holds, not for what it is called', async () => {
  const pem = await readSource(reading(), file('leaf.key', leaf.pem + leaf.keyPem));
  expect(pem).toMatchObject({ certificates: { length: 1 }, keys: { length: 1 } });
  const der = await readSource(reading(), file('leaf.pem', leaf.certificate.der));
  expect(der.certificates[0]?.der).toEqual(leaf.certificate.der);
});

test('several sources are one, in their order, each part with its place', async () => {
  const first = file('first.crt', root.pem);
  const second = file('second.crt', leaf.pem);
  const { parts } = await readSources(reading(), [second, first]);
  expect(parts.map(({ origin }) => origin.source)).toEqual([second, first]);
});

describe('standard input', () => {
  test('in pieces, as bytes or as text', async () => {
    const half = Math.floor(leaf.pem.length / 2);
    const pieces = [Buffer.from(leaf.pem.slice(0, half)), Buffer.from(leaf.pem.slice(half))];
    const bytes = await readSource(reading(Readable.from(pieces)), '-');
    expect(bytes.certificates).toHaveLength(1);
    const text = await readSource(reading(Readable.from([leaf.pem])), '-');
    expect(text.parts[0]?.origin.source).toBe('standard input');
  });

  test('once only, and something must come', async () => {
    await expect(readSources(reading(), ['-', '-'])).rejects.toMatchObject({ code: 'USAGE' });
    await expect(readSource(reading(), '-')).rejects.toMatchObject({ code: 'FILE_EMPTY' });
  });
});

describe('a folder', () => {
  const place = join(folder, 'place');
  mkdirSync(place);
  const inside = (name: string, content: string): void => {
    writeFileSync(join(place, name), content);
  };
  inside('b.crt', leaf.pem);
  inside('a.key', leaf.keyPem);
  inside('README', 'hello');
  inside('empty', '');
  inside('.hidden.crt', root.pem);
  mkdirSync(join(place, 'deeper'));
  writeFileSync(join(place, 'deeper', 'root.crt'), root.pem);

  test('gives its files by name; hidden ones and folders stay out, other files say nothing', async () => {
    const asked = reading();
    const { parts } = await readSource(asked, place);
    expect(parts.map(({ origin }) => origin.source)).toEqual([
      join(place, 'a.key'),
      join(place, 'b.crt'),
    ]);
    expect(asked.context.printed.err).toBe('');
  });

  test('says which files are damaged, and reads the others', async () => {
    inside('cut.crt', leaf.pem.slice(0, 200));
    const asked = reading();
    const { certificates } = await readSource(asked, place);
    expect(certificates).toHaveLength(1);
    expect(asked.context.printed.err).toMatch(/^mtls: warning: .*cut\.crt: malformed PEM/);
    rmSync(join(place, 'cut.crt'));
  });

  test.skipIf(process.platform === 'win32')(
    'follows links, as Kubernetes mounts them',
    async () => {
      const mounted = join(folder, 'mounted');
      mkdirSync(join(mounted, '..data'), { recursive: true });
      writeFileSync(join(mounted, '..data', 'tls.crt'), leaf.pem);
      symlinkSync(join('..data', 'tls.crt'), join(mounted, 'tls.crt'));
      const { certificates } = await readSource(reading(), mounted);
      expect(certificates).toHaveLength(1);
    },
  );

  test('without anything to read is an error', async () => {
    const bare = join(folder, 'bare');
    mkdirSync(bare);
    await expect(readSource(reading(), bare)).rejects.toMatchObject({ code: 'NOTHING_FOUND' });
  });

  test.skipIf(process.getuid?.() === 0)('that may not be listed is an error', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    await expect(readSource(reading(), closed)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    chmodSync(closed, 0o700);
  });
});
