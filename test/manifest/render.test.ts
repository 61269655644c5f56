import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { renderManifest, renderTemplate, type TemplateData } from '../../src/manifest/render.ts';
import { thrown } from '../support/thrown.ts';
import { hostileText } from './hostile-values.ts';

const render = (template: string, values: Parameters<typeof renderTemplate>[2]) =>
  renderTemplate('my.yaml', template, values);

// kubectl reads YAML 1.1, most others 1.2
function readBoth(text: string): unknown[] {
  const [old, current] = (['1.1', '1.2'] as const).map((version) => {
    const documents = parseAllDocuments(text, { version, logLevel: 'error' });
    if (!Array.isArray(documents)) throw new Error('an empty stream');
    return documents.map((document): unknown => {
      expect(document.errors).toEqual([]);
      return document.toJS() as unknown;
    });
  });
  expect(old).toEqual(current);
  return current ?? [];
}

describe('renderTemplate', () => {
  it('puts values in their places', () => {
    expect(render('a: ${x}\nb:\n  - ${y}\n  - c: ${x}\n', { x: '1', y: 'z' })).toBe(
      'a: "1"\nb:\n  - z\n  - c: "1"\n',
    );
  });

  it('writes numbers, booleans, lists and trees', () => {
    const tree = { b: [1, { c: false, d: undefined }], a: 'on', e: [], f: {} };
    expect(render('n: ${n}\nt:\n  - ${t}\n', { n: 400, t: tree })).toBe(
      'n: 400\nt:\n  - b:\n      - 1\n      - c: false\n    a: "on"\n    e: []\n    f: {}\n',
    );
  });

  it('takes the key or the dash of a value that is not there, and what is then empty', () => {
    expect(
      render('a: ${x}\nb: ${y}\nc:\n  - ${x}\n  - ${y}\nd:\n  e:\n    - f: ${x}\ng: {}\n', {
        x: undefined,
        y: 'z',
      }),
    ).toBe('b: z\nc:\n  - z\ng: {}\n');
  });

  it('keeps PEM readable, below its key', () => {
    expect(render('m:\n  - t: ${t}\n  - ${t}\n', { t: 'x y\nz\n' })).toBe(
      'm:\n  - t: |\n      x y\n      z\n  - |\n    x y\n    z\n',
    );
  });

  it('keeps comments, blank lines, spellings and everything else', () => {
    const text =
      '# ${not} a value\nmode: 0400 # octal to kubectl\nyes: yes\n\nn: 1e3\nf: 1.50\nt: ~\nv:\nw: 1\n\n# end\n';
    expect(render(text, {})).toBe(text);
    expect(
      render('# before\na: ${x} # why\nb: ${x} # why\nc: ${l} # why\n', { x: 'u\nv\n', l: ['w'] }),
    ).toBe('# before\na: | # why\n  u\n  v\nb: | # why\n  u\n  v\nc:\n  # why\n  - w\n');
  });

  it('fills several documents', () => {
    const text = render('a: ${x}\n---\n# second\nb: ${y}\n---\nc: ${z}\n', {
      x: '1',
      y: undefined,
      z: 'u\nv\n',
    });
    expect(text).toBe('a: "1"\n---\nc: |\n  u\n  v\n');
    expect(render('---\na: ${x}\n', { x: true })).toBe('---\na: true\n');
  });

  it.each([
    ['a: "${x}"', 'is not the whole value'],
    ["a: '${x}'", 'is not the whole value'],
    ['a: ${x}-ca', 'is not the whole value'],
    ['a: pre${x}', 'is not the whole value'],
    ['a: |\n  ${x}', 'is not the whole value'],
    ['a: &b ${x}', 'is not the whole value'],
    ['a: !!str ${x}', 'is not the whole value'],
    ['a: ${x} ${x}', 'is not the whole value'],
    ['a: ${x|quote}', 'is not the whole value'],
    ['a: ${}', 'is not the whole value'],
    ['a: ${', 'is not the whole value'],
    ['${x}: a', 'stands in a key'],
    ['? b${x}\n: a', 'stands in a key'],
    ['a: {{ .Values.x }}', 'a key that is no text'],
    ['a: {{x}}', 'a key that is no text'],
    ['? [b]\n: a', 'a key that is no text'],
    ['? [c: ${x}]\n: a', 'malformed YAML'],
    ['a: [${x}]', 'malformed YAML'],
    ['a: {b: ${x}}', 'malformed YAML'],
    ['a: *ok', 'an alias'],
    ['a: ${y}', 'nothing is known as "y"'],
    ['a: ${toString}', 'nothing is known as "toString"'],
    ['a: ${constructor}', 'nothing is known as "constructor"'],
    ['a: ${__proto__}', 'is not the whole value'],
    ['a: b: c', 'malformed YAML'],
    ['ok: 2', 'malformed YAML: map keys must be unique'],
  ])('refuses %s', (template, message) => {
    expect(() => render(`ok: &ok 1\n${template}\n`, { x: 'v' })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^(?:BAD_OPTION|YAML_MALFORMED)$/) as unknown,
        message: expect.stringMatching(/^template my\.yaml: line [2-4]: /) as unknown,
      }) as Error,
    );
    expect(() => render(`ok: &ok 1\n${template}\n`, { x: 'v' })).toThrow(message);
  });

  it.each(['', '# ${x}\n', '${x}', '"${x}"', 'text', '---\n', 'a: ${gone}\n'])(
    'refuses what is no manifest, or leaves nothing: %j',
    (text) => {
      expect(() => render(text, { x: 'a\n---\nb\n', gone: undefined })).toThrow(
        expect.objectContaining({ code: 'YAML_MALFORMED' }) as Error,
      );
    },
  );

  it('says that a nesting is too deep', () => {
    expect(() => render(`a: ${'['.repeat(20_000)}`, {})).toThrow(/nested too deeply$/);
  });

  it.each(['data', 'stringData'])('lets a private key into the %s of a Secret', (field) => {
    const text = `apiVersion: v1\nkind: "Secret"\n${field}:\n  tls.key: \${key}\n`;
    expect(render(`a: 1\n---\n${text}`, { key: 'x' })).toContain('  tls.key: x\n');
    expect(render(`${text}---\n${text}`, { key: 'x' }).match(/tls\.key: x/g)).toHaveLength(2);
  });

  it.each([
    ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  tls.key: ${key}\n'],
    ['a Secret of another API', 'apiVersion: a/v1\nkind: Secret\ndata:\n  tls.key: ${key}\n'],
    ['a Secret without a version', 'kind: Secret\ndata:\n  tls.key: ${key}\n'],
    ['a kind that is filled', 'apiVersion: v1\nkind: ${x}\ndata:\n  tls.key: ${key}\n'],
    ['an annotation', 'apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    k: ${key}\n'],
    ['a label', 'apiVersion: v1\nkind: Secret\nmetadata:\n  labels:\n    data: ${key}\n'],
    ['a name', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${key}\ndata: {a: b}\n'],
    ['a value in a value', 'apiVersion: v1\nkind: Secret\ndata:\n  a:\n    data: ${key}\n'],
    ['a list', 'apiVersion: v1\nkind: Secret\ndata:\n  - ${key}\n'],
    ['the data itself', 'apiVersion: v1\nkind: Secret\ndata: ${key}\n'],
    ['no manifest', 'a: ${key}\n'],
    [
      'the document behind',
      'apiVersion: v1\nkind: Secret\ndata:\n  a: ${key}\n---\nkind: ConfigMap\ndata:\n  a: ${key}\n',
    ],
  ])('keeps a private key out of %s', (_, text) => {
    const made = () => render(text, { key: 'held', x: 'Secret' });
    expect(made).toThrow(/line \d+: a private key outside of the values of a Secret$/);
    // Where it is no template of a key's, the name is as good as any
    expect(thrown(() => render(text, { x: 'Secret' })).message).toContain('nothing is known');
  });

  it('lets no value out of its place, whatever it is', () => {
    const data = fc.letrec<{ tree: TemplateData }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        hostileText,
        fc.boolean(),
        fc.integer(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(
          hostileText.filter((key) => key !== '__proto__'),
          tie('tree'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    })).tree;
    const template = 'a: ${x} # c\nb:\n  - ${x}\n  - k: ${x}\n    l: 1\n---\nx: ${x}\nc: 1\n';
    fc.assert(
      fc.property(data, (x) => {
        expect(readBoth(render(template, { x }))).toEqual([
          { a: x, b: [x, { k: x, l: 1 }] },
          { x, c: 1 },
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not fill values into values', () => {
    expect(render('a: ${x}\nb: ${y}\n', { x: '${y}', y: 'z' })).toBe('a: "${y}"\nb: z\n');
  });
});

it('renderManifest takes what is given in place of ours', () => {
  const given = { title: 'mine.yaml', text: 'mine: ${resources}\n' };
  const path = 'kubernetes/kustomization.yaml';
  expect(renderManifest(path, { resources: ['a'] }, given)).toBe('mine:\n  - a\n');
  expect(renderManifest(path, { resources: ['a'], patches: undefined })).toContain('kind: Kusto');
  expect(() => renderManifest(path, {}, given)).toThrow('template mine.yaml: line 1: ');
});
