// Templates: real YAML in which the scalar `${name}` stands for a value. It is filled on the parsed
// tree, so that nothing is evaluated and no value leaves its place. Import this module on demand:
// YAML is heavy.
import { isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { MtlsError } from '../base/errors.ts';
import { escapeControl } from '../base/text.ts';
import { filled, type FaultAt } from './fill.ts';
import { KEY_PLACEHOLDER, refuseStrayKey } from './key-place.ts';
import { readTemplate } from './template.ts';
import { WRITTEN, type TemplateData } from './yaml-nodes.ts';

export type { TemplateData } from './yaml-nodes.ts';

/**
 * By the names of their placeholders; what is undefined goes, with the key or dash before it. `key`
 * is a private key in every template.
 */
export type TemplateValues = Readonly<Record<string, TemplateData | undefined>>;

/** A template that the user gives in place of ours. */
export interface GivenTemplate {
  /** How messages call it. */
  readonly title: string;
  readonly text: string;
}

/**
 * Fills the template at a path below `templates/`, or the one that is given in its place. Throws
 * as `renderTemplate` does.
 */
export function renderManifest(
  path: string,
  values: TemplateValues,
  given?: GivenTemplate,
): string {
  return renderTemplate(given?.title ?? path, given?.text ?? readTemplate(path), values);
}

/**
 * Fills a template of one or several documents and writes it again, with its comments. A mapping or
 * list that loses all it had goes too.
 *
 * @param title how messages call the template
 * @throws MtlsError BAD_OPTION for a placeholder that is unknown, in a key, or not the whole value;
 *   YAML_MALFORMED for a template that is no YAML
 */
export function renderTemplate(title: string, template: string, values: TemplateValues): string {
  const lineCounter = new LineCounter();
  const faultAt: FaultAt = (code, position, what, hint) => {
    const { line } = lineCounter.linePos(position);
    const where = `template ${escapeControl(title)}: line ${line}`;
    return new MtlsError(code, `${where}: ${what}`, { hint, data: { template: title, line } });
  };
  const documents = parseAllDocuments(template, {
    prettyErrors: false,
    logLevel: 'silent',
    customTags: [WRITTEN],
    lineCounter,
  });
  const nothing = () =>
    faultAt('YAML_MALFORMED', 0, 'there is nothing', 'give a manifest with ${name} in it');
  if (!Array.isArray(documents)) throw nothing();
  const texts: string[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error)
      throw faultAt(
        'YAML_MALFORMED',
        error.pos[0],
        `malformed YAML: ${parserSays(error.message)}`,
        'a template is YAML before it is filled too: ${name} stands alone behind its key',
      );
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.source === '')) continue;
    if (isScalar(contents))
      throw faultAt(
        'YAML_MALFORMED',
        contents.range[0],
        'a text where a manifest begins',
        'a manifest is a mapping: kind: Secret',
      );
    if (Object.hasOwn(values, KEY_PLACEHOLDER)) refuseStrayKey(document, faultAt);
    const whole = filled(contents, values, faultAt);
    if (!whole) continue;
    document.contents = whole;
    if (texts.length > 0) document.directives.docStart = true;
    texts.push(document.toString({ lineWidth: 0 }));
  }
  if (texts.length === 0) throw nothing();
  return texts.join('');
}

function parserSays(message: string): string {
  // It reports its own recursion among the errors of the text
  if (message.includes('call stack')) return 'nested too deeply';
  return escapeControl(message.charAt(0).toLowerCase() + message.slice(1));
}
