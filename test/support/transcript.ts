// Transcripts: shell sessions that a person reads and a test replays.
//
//   # What follows is shown to be so.
//   $ mtls issue api.internal
//   what it prints, stdout and stderr as they come
//   [exit 7]
//
// A command goes on in lines that start with '> '. Output that would read as one of these marks
// is written with a backslash before it. Text that differs at every run is written as <serial>,
// <sha256> and so on; a second one of a kind as <serial 2>, so that sameness is tested too.
// A first comment '# needs: openssl go' names programs without which the transcript is skipped.

interface Step {
  /** Comments and blank lines before the command. */
  readonly prose: readonly string[];
  readonly command: string;
  /** Expected lines, the mark of the exit code among them. */
  readonly expected: readonly string[];
}

export interface Transcript {
  readonly steps: readonly Step[];
  /** Lines after the last step. */
  readonly rest: readonly string[];
  readonly needs: readonly string[];
}

/** What a step did. */
export interface Outcome {
  readonly output: string;
  /** Undefined when the shell itself ended. */
  readonly exit: number | undefined;
}

const isMark = (line: string): boolean => line.startsWith('#') || line.startsWith('$ ');

export function parseTranscript(text: string): Transcript {
  const lines = text.replace(/\n$/, '').split('\n');
  const steps: Step[] = [];
  let at = 0;
  const take = (wanted: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && wanted(lines[at] as string)) at += 1;
    return lines.slice(from, at);
  };
  for (;;) {
    const prose = take((line) => line === '' || line.startsWith('#'));
    if (at === lines.length) return { steps, rest: prose, needs: needsOf(lines) };
    const [first = ''] = lines.slice(at, ++at);
    if (!first.startsWith('$ '))
      throw new Error(`line ${at}: expected '$ command', got '${first}'`);
    const more = take((line) => line.startsWith('> '));
    const command = [first, ...more].map((line) => line.slice(2)).join('\n');
    const expected = take((line) => !isMark(line));
    // Blank lines before the next mark are the reader's, not the command's.
    while (expected.at(-1) === '') {
      expected.pop();
      at -= 1;
    }
    steps.push({ prose, command, expected });
  }
}

function needsOf(lines: readonly string[]): readonly string[] {
  const line = lines.find((candidate) => candidate.startsWith('# needs: '));
  return line === undefined ? [] : line.slice('# needs: '.length).split(' ');
}

/** The transcript as it should have read, had these been the outcomes. */
export function renderTranscript(
  transcript: Transcript,
  outcomes: readonly Outcome[],
  hide: (output: string) => string,
): string {
  const lines = transcript.steps.flatMap(({ prose, command }, index) => [
    ...prose,
    ...command.split('\n').map((line, part) => `${part === 0 ? '$' : '>'} ${line}`),
    ...outcomeLines(outcomes[index], hide),
  ]);
  return `${[...lines, ...transcript.rest].join('\n')}\n`;
}

function outcomeLines(outcome: Outcome | undefined, hide: (output: string) => string): string[] {
  if (outcome === undefined) return ['[not reached]'];
  const output = hide(outcome.output).replace(/\n+$/, '');
  const lines = output === '' ? [] : output.split('\n').map(guard);
  if (outcome.exit === undefined) return [...lines, '[the shell ended]'];
  return outcome.exit === 0 ? lines : [...lines, `[exit ${outcome.exit}]`];
}

/** Keeps output from being read as a mark. */
function guard(line: string): string {
  return isMark(line) || /^(> |\[exit |\\)/.test(line) ? `\\${line}` : line;
}

interface Volatile {
  readonly name: string;
  readonly pattern: RegExp;
}

// Longest first: a fingerprint must not be taken for a key identifier and a rest.
const VOLATILE: readonly Volatile[] = [
  { name: 'sha256', pattern: /\b[0-9A-F]{2}(?::[0-9A-F]{2}){31}\b/g },
  { name: 'sha256', pattern: /\b[0-9a-f]{64}\b/g },
  { name: 'sha1', pattern: /(?<=\b(?:SHA-1|sha1).{0,12})\b[0-9A-F]{2}(?::[0-9A-F]{2}){19}\b/g },
  { name: 'key id', pattern: /\b[0-9A-F]{2}(?::[0-9A-F]{2}){19}\b/g },
  { name: 'sha1', pattern: /(?<="sha1": ")[0-9a-f]{40}\b/g },
  { name: 'serial', pattern: /\b[0-9a-fA-F]{36,40}\b/g },
  { name: 'pin', pattern: /(?<=sha256\/\/)[A-Za-z0-9+/]{43}=/g },
  { name: 'base64', pattern: /(?<=-----BEGIN [A-Z0-9 ]+-----\n)[\s\S]*?(?=\n-----END )/g },
  { name: 'base64', pattern: /(?<=^ +(?:tls\.crt|tls\.key|ca\.crt): )[A-Za-z0-9+/=]{100,}$/gm },
];

/** Replaces what differs at every run; within one transcript, equal text gets an equal name. */
export function createHider(places: Readonly<Record<string, string>>): (output: string) => string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (kind: string, found: string): string => {
    // One value, however it is written.
    const key = `${kind} ${found.replaceAll(':', '').toLowerCase()}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = count === 1 ? `<${kind}>` : `<${kind} ${count}>`;
    names.set(key, name);
    return name;
  };
  return (output) => {
    let hidden = output;
    for (const [name, path] of Object.entries(places))
      hidden = hidden.replaceAll(path, `<${name}>`);
    for (const { name, pattern } of VOLATILE)
      hidden = hidden.replace(pattern, (found) => nameOf(name, found));
    return hidden;
  };
}
