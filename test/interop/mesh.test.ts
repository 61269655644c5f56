// What Istio's own code, and Go by the rules of Linkerd, make of the sets that our checks judge, and
// of what our commands hand over.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, type Document } from 'yaml';
import { mtls } from '../support/program.ts';
import { linkerdSets } from '../support/linkerd-sets.ts';
import { istioSets, type MeshSetCase } from '../support/mesh-sets.ts';
import { goPeer, hasPeer } from './support/peers.ts';

const go = hasPeer('go', ['version']);
const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'mtls-mesh-go-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Istio's module comes through the module proxy, which not every machine reaches. */
function istioPeer(): string | undefined {
  const program = join(folder, 'go-istio');
  const cwd = fileURLToPath(new URL('mesh/go-istio', import.meta.url));
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd,
    encoding: 'utf8',
    timeout: 280_000,
  });
  if (built.status === 0) return program;
  if (required) throw new Error(`Istio's module cannot be built: ${built.stderr}`);
  return undefined;
}

function write(files: Readonly<Record<string, string>>, name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
  return place;
}

/** The data of the objects of a manifest, as files. */
function filesOf(yaml: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const document of parseAllDocuments(yaml) as Document[]) {
    const { kind, data } = document.toJS() as { kind: string; data: Record<string, string> };
    for (const [key, value] of Object.entries(data))
      files[key] = kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value;
  }
  return files;
}

function verdicts(program: string, args: readonly string[], folders: readonly string[]) {
  const said = execFileSync(program, [...args, ...folders], { encoding: 'utf8' });
  return said.trimEnd().split('\n');
}

function expectAgreement(sets: readonly MeshSetCase[], said: readonly string[]) {
  expect(said).toHaveLength(sets.length);
  const table = sets.map(({ title, loads }, index) => [title, loads, said[index]] as const);
  const wrong = table.filter(([, loads, line]) => (line === 'loads') !== loads);
  expect(wrong).toEqual([]);
}

describe.skipIf(!go)("Istio's own code", () => {
  let program: string | undefined;
  beforeAll(() => {
    program = istioPeer();
  }, 300_000);

  it('agrees on every set', async ({ skip }) => {
    if (program === undefined) return skip('the module proxy is not reached');
    const sets = await istioSets(new Date());
    const folders = sets.map(({ files }, index) => write(files, `istio-${index}`));
    expectAgreement(sets, verdicts(program, [], folders));
  });

  it('loads what we hand over, in both forms and while roots change', ({ skip }) => {
    if (program === undefined) return skip('the module proxy is not reached');
    const cwd = join(folder, 'home');
    mkdirSync(cwd);
    const run = (...args: readonly string[]) => {
      const { status, stdout, stderr } = mtls([...args, '--quiet'], { cwd });
      expect(status, stderr).toBe(0);
      return stdout;
    };
    run('ca', 'init', 'root', '--no-passphrase');
    run('ca', 'init', 'next', '--no-passphrase');
    run('mesh', 'istio', 'cacerts', '--ca', 'root');
    run('ca', 'crl', 'istio');
    run('ca', 'crl', 'root');
    const made = [[], ['--tls'], ['--crls'], ['--also-trust', 'next']].map((args, index) =>
      write(filesOf(run('mesh', 'istio', 'cacerts', ...args)), `made-${index}`),
    );
    expect(verdicts(program, [], made)).toEqual(made.map(() => 'loads'));
  });
});

describe.skipIf(!go)('Go, by the rules of Linkerd', () => {
  it('agrees on every set', async () => {
    const sets = await linkerdSets(new Date());
    const folders = sets.map(({ files }, index) => write(files, `linkerd-${index}`));
    expectAgreement(sets, verdicts(goPeer(), ['linkerd'], folders));
  });

  it('takes what we hand over, in both forms and while anchors change', () => {
    const cwd = join(folder, 'linkerd-home');
    mkdirSync(cwd);
    const run = (...args: readonly string[]) => {
      const { status, stdout, stderr } = mtls(['mesh', 'linkerd', ...args, '--quiet'], { cwd });
      expect(status, stderr).toBe(0);
      return stdout;
    };
    const one = run('anchors');
    const both = run('anchors', 'linkerd-root-2', 'linkerd-root');
    const issuer = run('issuer', '--ca', 'linkerd-root');
    const tls = run('issuer', '--form', 'kubernetes.io/tls');
    const next = run('issuer', 'second', '--ca', 'linkerd-root-2');
    const sets = [`${one}---\n${issuer}`, `${both}---\n${issuer}`, tls, `${both}---\n${next}`];
    const made = sets.map((yaml, index) => write(filesOf(yaml), `linkerd-made-${index}`));
    expect(verdicts(goPeer(), ['linkerd'], made)).toEqual(made.map(() => 'loads'));
    const stranger = write(filesOf(`${one}---\n${next}`), 'linkerd-stranger');
    expect(verdicts(goPeer(), ['linkerd'], [stranger])[0]).toMatch(/^refuses: x509/);
  });
});
