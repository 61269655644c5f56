// What the code of Kubernetes, the Gateway API, Istio, cert-manager and trust-manager makes of every
// manifest that our commands print, and of what kubectl makes of their folders and patches.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/program.ts';
import { FILES, MANIFESTS, PREPARATIONS, UNJUDGED } from '../support/manifest-cases.ts';
import type { ManifestCase } from '../support/manifest-cases.ts';
import { mtlsOk } from '../support/program.ts';
import { makeRoot } from '../support/pki.ts';
import { BAD, badEdits, edited } from './support/bad-manifests.ts';
import { acceptedEdges } from './support/manifest-edges.ts';
import { manifestJudge, type Verdict } from './support/manifest-judge.ts';
import { hasPeer } from './support/peers.ts';

const hasKubectl = hasPeer('kubectl', ['version', '--client']);
const judge = manifestJudge();
const folder = mkdtempSync(join(tmpdir(), 'mtls-manifests-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[]) => mtlsOk([...args, '--quiet'], { cwd: folder });
const kubectl = (...args: readonly string[]) =>
  execFileSync('kubectl', args, { cwd: folder, encoding: 'utf8' });

interface Made extends ManifestCase {
  readonly command: string;
  readonly title: string;
  readonly yaml: string;
  /** The folder that it was written into, for kustomize. */
  readonly place?: string;
}

const made: Made[] = [];
const whole = () => made.filter(({ onto }) => onto === undefined);
/** Commands that write for kustomize. */
const kustomizing: string[] = [];

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  for (const args of PREPARATIONS) run(args);
  for (const { path, load } of COMMANDS)
    if ('kustomize' in ((await load()).command.options ?? {})) kustomizing.push(path.join(' '));
  for (const [command, cases] of Object.entries(MANIFESTS)) {
    if (typeof cases === 'string') continue;
    for (const one of cases)
      made.push({ ...one, command, title: one.args.join(' '), ...make(command, one) });
  }
}, 600_000);

function make(command: string, { args, onto }: ManifestCase): Pick<Made, 'yaml' | 'place'> {
  if (!kustomizing.includes(command)) return { yaml: run(args) };
  const place = `kustomize-${made.length}`;
  if (onto !== undefined) {
    mkdirSync(join(folder, place));
    copyFileSync(join(folder, onto), join(folder, place, onto));
    writeFileSync(join(folder, place, 'kustomization.yaml'), `resources: [${onto}]\n`);
  }
  run([...args, '--kustomize', place]);
  const [file = ''] = readdirSync(join(folder, place)).filter(
    (name) => name.endsWith('.yaml') && name !== 'kustomization.yaml' && name !== onto,
  );
  return { yaml: readFileSync(join(folder, place, file), 'utf8'), place };
}

/** What is accepted of what was printed, and with which warnings, for each its kinds. */
function expectTaken(texts: readonly string[], from: readonly Made[]): void {
  const said = judge?.(texts) ?? [];
  from.forEach(({ title, kinds, warns }, at) => {
    const verdicts = said[at] ?? [];
    expect(verdicts.map(({ kind }) => kind).sort(), title).toEqual([...kinds].sort());
    expect(verdicts.filter(isWrong), title).toEqual([]);
    const warnings = verdicts.flatMap((verdict) => verdict.warnings).join('\n');
    expect(warnings, title).toMatch(warns ?? /^$/);
  });
}

const isWrong = ({ kind, wrong }: Verdict) => wrong.length > 0 && !UNJUDGED.includes(kind);

describe.skipIf(!judge)("the systems' own code", () => {
  it('takes every manifest', () => {
    expectTaken(
      whole().map(({ yaml }) => yaml),
      whole(),
    );
  });

  it.skipIf(!hasKubectl)('takes what kubectl kustomize makes of every folder', () => {
    const folders = made.filter(({ place }) => place !== undefined);
    expectTaken(
      folders.map(({ place = '' }) => kubectl('kustomize', place)),
      folders,
    );
    expect([...new Set(folders.map(({ command }) => command))].sort()).toEqual(kustomizing.sort());
  });

  it.skipIf(!hasKubectl)('takes what kubectl patch makes of every patch', () => {
    const patches = made.filter(({ onto }) => onto !== undefined);
    const patched = patches.map(({ yaml, onto = '' }) => {
      writeFileSync(join(folder, 'patch.yaml'), yaml);
      return kubectl('patch', '--local', '-f', onto, '--patch-file', 'patch.yaml', '-o', 'yaml');
    });
    expectTaken(patched, patches);
  });

  it('knows every kind that is printed, but those of which it is said', () => {
    const kinds = new Set(whole().flatMap(({ kinds: printed }) => printed));
    expect([...kinds].filter((kind) => !(kind in BAD)).sort()).toEqual([...UNJUDGED].sort());
  });

  it('takes all names, labels, hosts, ports and times that our own rules take', async () => {
    const edges = await acceptedEdges(await makeRoot());
    expect(edges.length).toBeGreaterThan(400);
    const said = judge?.(edges.map(({ yaml }) => yaml)) ?? [];
    const otherwise = edges.flatMap(({ title }, at) => {
      const complaints = (said[at] ?? []).flatMap(({ wrong, warnings }) => [...wrong, ...warnings]);
      return complaints.length > 0 ? [{ title, complaints }] : [];
    });
    expect(otherwise).toEqual([]);
  });

  it('refuses every bad edit', () => {
    const edits = Object.keys(BAD).flatMap((kind) => {
      const good = whole().find(({ kinds }) => kinds.includes(kind));
      return badEdits(kind).map((one) => ({
        ...one,
        kind,
        text: edited(good?.yaml ?? '', kind, one),
      }));
    });
    const said = judge?.(edits.map(({ text }) => text)) ?? [];
    const otherwise = edits.flatMap(({ kind, title, refusal }, at) => {
      const wrong = (said[at] ?? []).flatMap((verdict) => verdict.wrong).join('\n');
      return refusal.test(wrong) ? [] : [{ kind, title, refusal, wrong }];
    });
    expect(otherwise).toEqual([]);
  });
});
