// Every template there is, filled with hostile values: what comes out is YAML 1.1 and 1.2, and each
// value is the one scalar that it was.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { isScalar, parseAllDocuments, visit, type Document } from 'yaml';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../src/manifest/render.ts';
import { hostileText } from './hostile-values.ts';

const root = fileURLToPath(new URL('../../templates', import.meta.url));
const templates = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.yaml'),
);

function documentsOf(text: string, version: '1.1' | '1.2'): readonly Document[] {
  const documents = parseAllDocuments(text, { version, logLevel: 'error' });
  if (!Array.isArray(documents)) throw new Error('an empty stream');
  for (const { errors } of documents) expect(errors).toEqual([]);
  return documents;
}

const plain = (documents: readonly Document[]) =>
  documents.map((document): unknown => document.toJS());

/** The placeholders of a template, and what it says with them. */
function placeholdersOf(text: string): readonly string[] {
  const names = new Set<string>();
  for (const document of documentsOf(text, '1.2'))
    visit(document, {
      Scalar(_, { value }) {
        const [, name] = /^\$\{(\w+)\}$/.exec(String(value)) ?? [];
        if (name !== undefined) names.add(name);
      },
    });
  return [...names];
}

/** The same tree by another way: values put in place of the names, after parsing. */
function expected(text: string, values: Readonly<Record<string, string>>): unknown {
  const documents = documentsOf(text, '1.2');
  for (const document of documents)
    visit(document, {
      Scalar(_, scalar) {
        const [, name] = /^\$\{(\w+)\}$/.exec(String(scalar.value)) ?? [];
        if (name !== undefined) scalar.value = values[name];
      },
    });
  return plain(documents);
}

it('there are templates', () => {
  expect(templates).toContain('kubernetes/secret-tls.yaml');
});

describe.each(templates)('%s', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const names = placeholdersOf(text);

  it('keeps hostile values in their places', () => {
    expect(names).not.toEqual([]);
    fc.assert(
      fc.property(
        fc.record(Object.fromEntries(names.map((name) => [name, hostileText]))),
        (values) => {
          const written = renderTemplate(path, text, values);
          const wanted = expected(text, values);
          for (const version of ['1.1', '1.2'] as const)
            expect(plain(documentsOf(written, version))).toEqual(wanted);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says the same in YAML 1.1 and 1.2, and quotes what may be taken for something else', () => {
    const values = Object.fromEntries(names.map((name) => [name, 'x']));
    const written = renderTemplate(path, text, values);
    expect(plain(documentsOf(written, '1.1'))).toEqual(plain(documentsOf(written, '1.2')));
    for (const document of documentsOf(written, '1.2'))
      visit(document, {
        Scalar(_, scalar) {
          expect(isScalar(scalar) && scalar.tag).not.toBe('tag:yaml.org,2002:binary');
        },
      });
  });
});
