// Every example of docs/library.md, docs/testing.md, of the README and of the library's types: compiled as a user would, run, and
// held to what its comments say.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { addNodeTypes, compile, packed, repository, type Packed } from './support/packed.ts';

interface Example {
  readonly title: string;
  readonly code: string;
}

function pageExamples(path: string): Example[] {
  const page = readFileSync(join(repository, path), 'utf8');
  const blocks = [...page.matchAll(/^## (.*)$|^```ts\n([^]*?)^```$/gm)];
  let title = '';
  return blocks.flatMap(([, heading, code]) => {
    title = heading ?? title;
    return code === undefined ? [] : { title: `${path}: ${title}`, code };
  });
}

/** `@example` of doc comments, with the name of what they are about. */
function typeExamples(room: string): Example[] {
  const folder = join(repository, 'src', room);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [
        ...text.matchAll(/\/\*\*([^]*?)\*\/\s*(?:export (?:async )?function )?(\w+)/g),
      ].flatMap(([, comment = '', name = '']) => {
        const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
        const code = /@example\n([^]*)$/.exec(lines.join('\n'))?.[1];
        return code === undefined ? [] : { title: `${file}: ${name}`, code };
      });
    });
}

/** `value; // → expected` becomes a comparison. */
function comparing(code: string): string {
  return code.replace(
    /^(\s*)(.*);\s*\/\/ → (.*)$/gm,
    (_, space: string, value: string, expected: string) =>
      `${space}__same(await (${value}), (${expected}));`,
  );
}

const examples = [
  ...pageExamples('docs/library.md'),
  ...pageExamples('docs/testing.md'),
  ...pageExamples('README.md').filter(({ code }) => code.includes("from 'mtls-toolkit'")),
  ...typeExamples('library'),
];

let project: Packed;
beforeAll(() => {
  project = packed();
  addNodeTypes(project);
  examples.forEach(({ code }, index) => {
    const folder = join(project.project, `example-${index}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'example.mts'), code);
  });
});
afterAll(() => {
  project.remove();
});

it('they compile', () => {
  writeFileSync(
    join(project.project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
      },
      include: ['example-*/*'],
    }),
  );
  expect(compile(project.project, ['-p', '.'])).toBe('');
});

it('every function that is exported has one', async () => {
  const library = (await import('../../src/index.ts')) as Readonly<Record<string, unknown>>;
  const shown = new Set(examples.map(({ title }) => title.replace(/^.*: /, '')));
  const functions = Object.keys(library).filter((name) => /^[a-z]/.test(name));
  expect(functions.filter((name) => !shown.has(name))).toEqual([]);
  expect(functions.length).toBeGreaterThan(7);
});

describe('they do what they say', () => {
  it.each(examples.map((example, index) => ({ ...example, index })))(
    '$title',
    ({ code, index }) => {
      const promised = code.match(/\/\/ → /g)?.length ?? 0;
      const folder = join(project.project, `example-${index}`);
      const { code: script } = transformSync(comparing(code), {
        loader: 'ts',
        format: 'esm',
        target: 'node20',
      });
      writeFileSync(
        join(folder, 'run.mjs'),
        `import { deepStrictEqual as __equal } from 'node:assert';
let __count = 0;
const __same = (value, expected) => (__count++, __equal(value, expected));
${script}
process.on('exit', () => console.log(__count));`,
      );
      const { status, stdout, stderr } = runProgram(process.execPath, ['run.mjs'], { cwd: folder });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout.trim()).toBe(String(promised));
    },
  );
});
