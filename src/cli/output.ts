// Who prints where: results on stdout, everything else on stderr; `--json` is one document.

import { escapeControl } from '../base/text.ts';
import type { Context } from './context.ts';
import { jsonDocument } from './render/json.ts';
import type { Style } from './style.ts';

interface Result {
  /** False when the verdict is bad; true where absent. */
  readonly ok?: boolean;
  /** The body of the JSON document. */
  readonly json: () => Readonly<Record<string, unknown>>;
  /** A report for people; not printed under `--quiet`. Ends without a line feed. */
  readonly text?: () => string;
  /** What was asked for itself, such as PEM or YAML; printed under `--quiet` too, as it is. */
  readonly document?: () => string | Uint8Array;
}

export interface Output {
  /** For stdout. */
  readonly style: Style;
  /** For stderr. */
  readonly errorStyle: Style;
  /** Prints the command's one result. */
  result(result: Result): void;
  /** Says something by the way, on stderr. */
  note(text: string): void;
  /** Says what to do next, on stderr. */
  hint(text: string): void;
  /** Says what the reader should not miss, on stderr and among the `warnings` of the JSON. */
  warn(text: string): void;
}

interface OutputOptions {
  readonly context: Context;
  /** `mtls.<command>/1` */
  readonly schema: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly style: Style;
  readonly errorStyle: Style;
}

export function createOutput(options: OutputOptions): Output {
  const { context, schema, json, quiet, style, errorStyle } = options;
  const warnings: string[] = [];

  function say(line: string): void {
    if (!quiet) context.stderr.write(`${line}\n`);
  }

  return {
    style,
    errorStyle,
    result({ ok = true, json: body, text, document }) {
      if (json) {
        const said = warnings.length > 0 ? { warnings } : {};
        context.stdout.write(jsonDocument(schema, ok, { ...body(), ...said }));
        return;
      }
      if (text !== undefined && !quiet) context.stdout.write(`${text()}\n`);
      if (document !== undefined) context.stdout.write(document());
    },
    note(text) {
      say(escapeControl(text));
    },
    hint(text) {
      say(`mtls: ${errorStyle.paint('accent', 'hint:')} ${escapeControl(text)}`);
    },
    warn(text) {
      warnings.push(text);
      say(`mtls: ${errorStyle.paint('caution', 'warning:')} ${escapeControl(text)}`);
    },
  };
}
