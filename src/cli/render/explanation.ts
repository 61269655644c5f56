// What a code or a message means, as people and programs read it.
import { CODES, pageOf, type CodePage } from '../../diagnose/explain.ts';
import type { Explained } from '../../diagnose/foreign/explain.ts';
import { PROGRAMS } from '../../diagnose/foreign/programs/index.ts';
import type { Advice } from '../../diagnose/foreign/advice.ts';
import { escapeControl, quoteForeign } from '../../base/text.ts';
import type { Style } from '../style.ts';
import { renderBlock, type BlockRow } from './block.ts';
import { shellLine } from './shell.ts';
import { renderTable } from './table.ts';

/** The page of a code. */
export function pageText(page: CodePage, style: Style): string {
  const rows: BlockRow[] = [
    ['means', page.means],
    ['comes of', page.example ?? []],
    ['what to do', page.remedy],
    ['of a CA', page.remedyOfCa ?? []],
    ['clause', page.clause ?? []],
  ];
  const head = `${style.paint('strong', page.code)}, ${page.kind}`;
  return `${head}\n${renderBlock(rows, { style, indent: 2 })}`;
}

export function pageJson(page: CodePage): Readonly<Record<string, unknown>> {
  const { code, kind, means, remedy, remedyOfCa, example, clause } = page;
  return {
    code,
    kind,
    means,
    remedy,
    ...(remedyOfCa !== undefined && { remedyOfCa }),
    ...(example !== undefined && { example }),
    ...(clause !== undefined && { clause }),
  };
}

/** What says most in full, the others in a line each, or all in full. */
export function explanationsText(found: readonly Explained[], all: boolean, style: Style): string {
  const shown = all ? found : found.slice(0, 1);
  const blocks = shown.map((one) => explainedText(one, style));
  const others = found.slice(shown.length);
  if (others.length > 0) {
    const lines = others.map(
      ({ line, means, program }) => `  line ${line}, ${program}: ${escapeControl(means)}`,
    );
    blocks.push(`${style.paint('strong', 'also in it')}\n${lines.join('\n')}`);
  }
  return blocks.join('\n\n');
}

/** What the values of a message are called. */
const VALUE_NAMES: Readonly<Record<string, string>> = {
  host: 'name called',
  names: 'names it has',
  now: 'the clock says',
  until: 'valid until',
  from: 'valid from',
  target: 'address',
  port: 'port',
  user: 'user',
  file: 'file',
  ca: 'CA',
  reason: 'reason',
  peer: 'other side',
  alert: 'alert',
};

function explainedText(one: Explained, style: Style): string {
  const { program, line, excerpt, means, values, causes, codes, source, also, count } = one;
  const rows: BlockRow[] = [
    ['means', { text: means, tone: 'strong' }],
    ...Object.entries(values)
      .filter(([name]) => VALUE_NAMES[name] !== undefined)
      .map(([name, value]): BlockRow => [VALUE_NAMES[name] as string, quoteForeign(value)]),
    ['also said', also.map((place) => `line ${place.line}: ${quoteForeign(place.excerpt)}`)],
    ['times', count > also.length + 1 ? String(count) : []],
  ];
  const heading = causes.length === 1 ? 'the cause' : 'likely causes, the likeliest first';
  return [
    `${style.paint('accent', `line ${line}, ${program}:`)} ${quoteForeign(excerpt, 200)}`,
    renderBlock(rows, { style, indent: 2 }),
    '',
    style.paint('strong', heading),
    ...causes.map((cause, index) => adviceText(cause, index + 1, style)),
    '',
    renderBlock(
      [
        ['codes', codes.map((code) => `${code}: mtls explain ${code}`)],
        ['source', source],
      ],
      { style, indent: 2 },
    ),
  ].join('\n');
}

function adviceText({ cause, tell, fix, commands }: Advice, place: number, style: Style): string {
  const command = (argv: readonly string[]) => `       ${style.paint('accent', shellLine(argv))}`;
  return [
    `${String(place).padStart(3)}. ${cause}`,
    ...tell.flatMap(({ command: argv, shows }) => [
      command(argv),
      `         ${style.paint('faint', 'shows')} ${shows}`,
    ]),
    `     ${style.paint('good', 'fix:')} ${fix}`,
    ...commands.map(command),
  ].join('\n');
}

export function explainedJson(one: Explained): Readonly<Record<string, unknown>> {
  return {
    trouble: one.trouble,
    program: one.program,
    line: one.line,
    text: one.excerpt,
    count: one.count,
    means: one.means,
    values: one.values,
    causes: one.causes,
    codes: one.codes,
    source: one.source,
    also: one.also.map(({ program, line, excerpt }) => ({ program, line, text: excerpt })),
  };
}

/** `--list`. */
export function codeListText(style: Style): string {
  const tables = Object.entries(CODES).map(([kind, codes]) => {
    const rows = codes.map((code) => [`  ${code}`, pageOf(code)?.means ?? '']);
    return `${style.paint('strong', `${kind}s`)}\n${renderTable(undefined, rows, style)}`;
  });
  const programs = PROGRAMS.map(({ program, messages }) => `${program} (${messages.length})`);
  return [...tables, `${style.paint('strong', 'messages of')}\n  ${programs.join(', ')}`].join(
    '\n\n',
  );
}

export function codeListJson(): Readonly<Record<string, unknown>> {
  return {
    codes: Object.values(CODES)
      .flat()
      .flatMap((code) => pageOf(code) ?? [])
      .map(pageJson),
    programs: PROGRAMS.map(({ program, messages }) => ({ program, messages: messages.length })),
  };
}
