import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../src/manifest/render.ts';

const render = (template: string, values: Parameters<typeof renderTemplate>[2]) =>
  renderTemplate('my.yaml', template, values);

describe('renderTemplate', () => {
  it('puts values in their places', () => {
    expect(render('a: {{x}}\nb:\n  - {{y}}\n  - c: {{ x }}\n', { x: '1', y: 'z' })).toBe(
      'a: "1"\nb:\n  - z\n  - c: "1"\n',
    );
  });

  it('leaves out the lines of values that are not there', () => {
    expect(render('a: {{x}}\nb: {{y}}\n', { x: undefined, y: 'z' })).toBe('b: z\n');
  });

  it('indents mappings and blocks below their key', () => {
    expect(render('m:\n  labels: {{l}}\n  - t: {{t}}\n', { l: { a: 'b' }, t: 'x\ny\n' })).toBe(
      'm:\n  labels:\n    a: b\n  - t: |\n      x\n      y\n',
    );
  });

  it('keeps comments and everything else', () => {
    const text = '# {{not}} a value\nliteral: { a: 1 }\n\n';
    expect(render(text, {})).toBe(text);
  });

  it.each([
    ['a: "{{x}}"'],
    ['a: {{x}}-ca'],
    ['a: pre{{x}}'],
    ['a: {{x}} # why'],
    ['a: [{{x}}]'],
    ['{{x}}: a'],
    ['{{x}}'],
    ['a: {{ .Values.x }}'],
    ['a: {{ x | quote }}'],
    ['a: {{x}} {{x}}'],
    ['a: {{}}'],
  ])('refuses %s', (template) => {
    expect(() => render(`ok: 1\n${template}\n`, { x: 'v' })).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringContaining('template my.yaml: line 2: ') as unknown,
      }) as Error,
    );
  });

  it('knows no values but those it is given', () => {
    for (const name of ['y', 'toString', 'constructor', '__proto__'])
      expect(() => render(`a: {{${name}}}`, { x: 'v' })).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION' }),
      );
  });

  it('does not fill values into values', () => {
    expect(render('a: {{x}}\nb: {{y}}\n', { x: '{{y}}', y: 'z' })).toBe('a: "{{y}}"\nb: z\n');
  });
});
