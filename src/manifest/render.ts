// Templates: YAML in which `{{name}}` stands for a value. Nothing is evaluated, and a value cannot
// leave its place: it is quoted for where it stands, and it may stand nowhere else.
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { yamlMapping, yamlText } from './yaml.ts';

/** Text, a mapping of texts, or undefined: then the line is left out. */
export type TemplateValue = string | Readonly<Record<string, string>> | undefined;

const PLACEHOLDER = /\{\{[^{}\n]*\}\}/g;
// `key: {{name}}`, `- {{name}}`, `- key: {{name}}`; comments may follow nowhere
const WHOLE_VALUE = /^( *)((?:- +)*(?:[\w./-]+: +|(?<=- +)))\{\{ *([A-Za-z]\w*) *\}\} *$/;

/**
 * Fills a template's placeholders. Each is the whole value of its line; a line whose value is
 * undefined is left out, comment lines stay as they are.
 *
 * @param title how messages call the template
 * @throws MtlsError BAD_OPTION for a placeholder that is unknown or stands inside other text
 */
export function renderTemplate(
  title: string,
  template: string,
  values: Readonly<Record<string, TemplateValue>>,
): string {
  const lines: string[] = [];
  template.split(/\r?\n/).forEach((line, index) => {
    const placeholders = line.trimStart().startsWith('#') ? null : line.match(PLACEHOLDER);
    if (!placeholders) {
      lines.push(line);
      return;
    }
    const fail = (what: string, hint: string) =>
      new MtlsError('BAD_OPTION', `template ${escapeControl(title)}: line ${index + 1}: ${what}`, {
        hint,
      });
    const [, indent = '', before = '', name = ''] = WHOLE_VALUE.exec(line) ?? [];
    if (name === '')
      throw fail(
        `${quoteForeign(placeholders[0])} is not the whole value`,
        'a placeholder stands alone behind its key: name: {{name}}',
      );
    if (!Object.hasOwn(values, name))
      throw fail(
        `nothing is known as ${quoteForeign(name)}`,
        `known are ${Object.keys(values).join(', ')}`,
      );
    const value = values[name];
    if (value === undefined) return;
    const dashes = /^(?:- +)*/.exec(before)?.[0].length ?? 0;
    const deeper = `${indent}${' '.repeat(dashes)}  `;
    lines.push(
      typeof value === 'string'
        ? `${indent}${before}${yamlText(value, deeper)}`
        : `${indent}${before.trimEnd()}${yamlMapping(value, deeper)}`,
    );
  });
  return lines.join('\n');
}
