// mtls explain: what a code of ours, or an error of another program, means and what to do about it.
import { MtlsError } from '../../base/errors.ts';
import { codesIn, codesLike, pageOf, type CodePage } from '../../diagnose/explain.ts';
import { explainText, type Explained } from '../../diagnose/foreign/explain.ts';
import { argument, defineCommand, flag, type Invocation } from '../command.ts';
import type { ExitCode } from '../exit.ts';
import {
  codeListJson,
  codeListText,
  explainedJson,
  explanationsText,
  pageJson,
  pageText,
} from '../render/explanation.ts';
import { STANDARD_INPUT } from '../source.ts';

const ARGUMENTS = {
  text: argument('any', 'text', 'a code, or an error text pasted whole; - for standard input'),
};

const OPTIONS = {
  list: flag('--list', 'list the codes and the programs whose messages are known'),
  all: flag('--all', 'explain everything that is found, not only what says most'),
};

export const command = defineCommand({
  description:
    'Say what a code of mtls means, or what the error of another program means: the likely causes ' +
    'in order, how to tell them apart, and the fix. Paste the text whole, as argument or on ' +
    'standard input: of all messages in it, the one that says most comes first. Nothing is sent ' +
    'anywhere.',
  arguments: ARGUMENTS,
  options: OPTIONS,
  examples: [
    { line: 'mtls explain EXPIRED', does: 'a code' },
    {
      line: 'mtls explain "x509: certificate is valid for localhost, not api.internal"',
      does: 'an error of Go, with the names in it',
    },
    {
      line: 'kubectl logs deploy/api | mtls explain',
      does: 'whatever is known in a log',
    },
  ],
  exitCodes: [[0, 'explained'], [1, 'nothing known in it'], 2, [3, 'nothing came']],
  async run(invocation) {
    const { args, options, output } = invocation;
    if (options.list) {
      output.result({ json: codeListJson, text: () => codeListText(output.style) });
      return 0;
    }
    const text = await textOf(invocation, args.text);
    const asked = pageOf(text);
    if (asked !== undefined) return show(invocation, [asked], [], options.all);
    const rule = RULE_ID.test(text.trim()) ? await rulePage(text.trim()) : undefined;
    if (rule !== undefined) return show(invocation, [rule], [], options.all);
    const pages = codesIn(text).flatMap((code) => pageOf(code) ?? []);
    const found = explainText(text);
    if (pages.length > 0 || found.length > 0) return show(invocation, pages, found, options.all);
    return unknown(invocation, text);
  },
});

type Asked = Pick<Invocation, 'context' | 'output'>;

/** Rules of `mtls lint` are called so; they are loaded only for what looks like one. */
const RULE_ID = /^[a-z][a-z0-9-]{2,60}$/;

async function rulePage(id: string): Promise<CodePage | undefined> {
  const { LINT_DEMANDS } = await import('../../lint/engine.ts');
  const rule = LINT_DEMANDS.find((one) => one.id === id);
  if (rule === undefined) return undefined;
  const { what: means, citation: clause, remedy } = rule;
  return { code: id, kind: 'rule of lint', means, remedy: remedy.text, clause };
}

/** A log is pasted in parts; more of it is not read. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

async function textOf(asked: Asked, words: readonly string[]): Promise<string> {
  const { context } = asked;
  const piped = words.length === 1 && words[0] === STANDARD_INPUT;
  if (words.length > 0 && !piped) return words.join(' ');
  if (!piped && context.stdinIsTerminal)
    throw new MtlsError('USAGE', 'nothing to explain', {
      hint: 'give a code or an error text, or pipe a log into it; mtls explain --list lists codes',
    });
  return readText(asked);
}

/** Standard input up to a bound; whoever writes on is not waited for. */
async function readText({ context, output }: Asked): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of context.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length <= MAX_CHARACTERS) continue;
    output.warn(`only the first ${MAX_CHARACTERS / 1024 / 1024} MiB were read`);
    output.hint('the end of a log says more of now: tail -n 1000 app.log | mtls explain');
    return text.slice(0, MAX_CHARACTERS);
  }
  if (text.trim() !== '') return text;
  throw new MtlsError('FILE_EMPTY', 'nothing came on standard input', {
    hint: 'check the program before the pipe',
  });
}

function show(
  { output }: Asked,
  pages: readonly CodePage[],
  found: readonly Explained[],
  all: boolean,
): ExitCode {
  output.result({
    json: () => ({ explanations: [...found.map(explainedJson), ...pages.map(pageJson)] }),
    text: () =>
      [
        ...(found.length > 0 ? [explanationsText(found, all, output.style)] : []),
        ...pages.map((page) => pageText(page, output.style)),
      ].join('\n\n'),
  });
  return 0;
}

function unknown({ output }: Asked, text: string): ExitCode {
  const near = codesLike(text);
  output.result({
    ok: false,
    json: () => ({ explanations: [], ...(near.length > 0 && { near }) }),
    text: () => 'nothing in it is known here',
  });
  for (const code of near) output.hint(`did you mean ${code}? mtls explain ${code}`);
  if (near.length > 0) return 1;
  output.hint('mtls connect HOST:PORT --ca ./ca.crt shows the handshake, and says what is wrong');
  output.hint('mtls doctor server.crt server.key ca.crt looks for the cause in files');
  return 1;
}
