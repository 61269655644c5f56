// How an error is shown: two lines for people, one document for programs, never a secret.

import { MtlsError } from '../base/errors.ts';
import { escapeControl } from '../base/text.ts';
import type { Context } from './context.ts';
import { Interrupted, exitCodeOf, type ExitCode } from './exit.ts';
import { hintFor } from './hints.ts';
import { jsonDocument } from './render/json.ts';
import type { Style } from './style.ts';

export interface FailureOptions {
  /** `mtls.<command>/1` */
  readonly schema: string;
  readonly json: boolean;
  readonly debug: boolean;
  readonly style: Style;
}

// Codes that say nothing beyond the message.
const UNSAID: ReadonlySet<string> = new Set(['USAGE', 'INTERNAL']);

/** Shows what was thrown and answers the exit code. */
export function showFailure(thrown: unknown, context: Context, options: FailureOptions): ExitCode {
  const exit = exitCodeOf(thrown);
  if (thrown instanceof Interrupted) return exit;
  const error = asMtlsError(thrown, options.debug);
  const { style } = options;
  const code = UNSAID.has(error.code) ? '' : style.paint('faint', ` [${error.code}]`);
  const lines = [
    `mtls: ${style.paint('bad', 'error:')} ${escapeControl(error.message)}${code}`,
    ...hintLines(hintOf(error), style),
  ];
  if (options.debug) lines.push(stackOf(thrown));
  context.stderr.write(`${lines.join('\n')}\n`);
  if (options.json) context.stdout.write(failureDocument(error, options.schema));
  return exit;
}

function hintOf({ hint, code }: MtlsError): string | undefined {
  return hint ?? hintFor(code);
}

function hintLines(hint: string | undefined, style: Style): readonly string[] {
  if (hint === undefined) return [];
  return hint
    .split('\n')
    .map((line) => `mtls: ${style.paint('accent', 'hint:')} ${escapeControl(line)}`);
}

function failureDocument(error: MtlsError, schema: string): string {
  const { code, message, data } = error;
  const hint = hintOf(error);
  return jsonDocument(schema, false, {
    error: { code, message, ...(hint === undefined ? {} : { hint }), data },
  });
}

/** What is no MtlsError may quote anything, a key included: its text is shown under --debug only. */
function asMtlsError(thrown: unknown, debug: boolean): MtlsError {
  if (thrown instanceof MtlsError) return thrown;
  return new MtlsError('INTERNAL', 'internal error', {
    hint: debug
      ? 'please report this, with the lines below'
      : 'this is a bug in mtls: run it again with --debug and report what it shows',
  });
}

function stackOf(thrown: unknown): string {
  const parts: string[] = [];
  let at = thrown;
  // A cause may in theory lead back to itself.
  for (let depth = 0; at instanceof Error && depth < 8; depth++) {
    const { message, stack } = at;
    // A line feed in the message would begin a line of its own
    parts.push((stack ?? message).replace(message, () => escapeControl(message)));
    at = at.cause;
  }
  const text = parts.length > 0 ? parts.join('\ncaused by: ') : String(thrown);
  return text.split('\n').map(escapeControl).join('\n');
}
