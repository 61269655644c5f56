// Who prints where: results on stdout, everything else on stderr; `--json` is one document.

import { escapeControl } from '../base/text.ts';
import type { Context } from './context.ts';
import type { Cell } from './render/cell.ts';
import { csvLine } from './render/csv.ts';
import { jsonDocument, jsonPieces } from './render/json.ts';
import { tableLines } from './render/table.ts';
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

/** Results of which there may be too many to hold: they are printed as they come. */
interface ListResult<Row> {
  /** False when something is left out; true where absent. */
  readonly ok?: boolean;
  readonly rows: Iterable<Row>;
  /** Name of the array in the JSON document. */
  readonly key: string;
  readonly json: (row: Row) => Readonly<Record<string, unknown>>;
  readonly headings: readonly string[];
  readonly cells: (row: Row) => readonly Cell[];
  /** Said to people where there are no rows. */
  readonly none: string;
  /** Printed instead of the table, under `--quiet` too. */
  readonly csv?: {
    readonly headings: readonly string[];
    readonly fields: (row: Row) => readonly string[];
  };
}

export interface Output {
  /** For stdout. */
  readonly style: Style;
  /** For stderr. */
  readonly errorStyle: Style;
  /** Prints the command's one result. */
  result(result: Result): void;
  /** Prints a list as the command's one result. Rows that fail midway leave it unfinished. */
  list<Row>(list: ListResult<Row>): Promise<void>;
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

const PIECE = 64 * 1024;

function* mapped<From, To>(items: Iterable<From>, change: (item: From) => To): Generator<To> {
  for (const item of items) yield change(item);
}

export function createOutput(options: OutputOptions): Output {
  const { context, schema, json, quiet, style, errorStyle } = options;
  const warnings: string[] = [];

  function say(line: string): void {
    if (!quiet) context.stderr.write(`${line}\n`);
  }

  /** In large pieces: a system call for each row would cost more than the row. */
  async function writeAll(pieces: Iterable<string>): Promise<void> {
    let held = '';
    for (const piece of pieces) {
      held += piece;
      if (held.length < PIECE) continue;
      context.stdout.write(held);
      held = '';
      if (!(await context.stdout.drained())) return;
    }
    if (held !== '') context.stdout.write(held);
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
    async list({ ok = true, rows, key, json: body, headings, cells, none, csv }) {
      if (json) {
        const said = warnings.length > 0 ? { warnings } : {};
        await writeAll(jsonPieces({ schema, ok }, key, mapped(rows, body), said));
      } else if (csv !== undefined) {
        context.stdout.write(csvLine(csv.headings));
        await writeAll(mapped(rows, (row) => csvLine(csv.fields(row))));
      } else if (!quiet) await writeAll(tableLines(headings, mapped(rows, cells), style, none));
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
