import { beforeAll, describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { pageOf } from '../../src/diagnose/explain.ts';
import { explainText } from '../../src/diagnose/foreign/explain.ts';
import { PROGRAMS } from '../../src/diagnose/foreign/programs/index.ts';
import { TROUBLES } from '../../src/diagnose/foreign/troubles/index.ts';
import { OF_CLIENT } from '../../src/diagnose/foreign/troubles/of-client.ts';
import type { Cause } from '../../src/diagnose/foreign/types.ts';

const messages = PROGRAMS.flatMap(({ program, messages: all }) =>
  all.map((message) => ({ program, message, title: `${program}: ${message.says[0]}` })),
);
const troubles = Object.entries(TROUBLES);
const causes: readonly Cause[] = [
  ...troubles.flatMap(([, { causes: those }]) => those),
  ...Object.values(OF_CLIENT).flatMap(({ causes: those }) => those),
  ...messages.flatMap(({ message }) => message.causes ?? []),
];

/** A message with something in its places. */
const sample = (says: string) =>
  says.replaceAll('{host}', 'api.example').replace(/\{\w+…?\}/g, 'a.example');

/** The programs that have these words in a message, or a message in these words. */
function sharers(said: string): readonly string[] {
  const text = said.toLowerCase();
  return messages
    .filter(({ message }) =>
      message.says.some((says) => {
        const other = sample(says).toLowerCase();
        return other.includes(text) || text.includes(other);
      }),
    )
    .map(({ program }) => program);
}

describe('the table of foreign messages', () => {
  it('knows hundreds, of the programs that people use', () => {
    expect(messages.length).toBeGreaterThan(300);
    expect(new Set(PROGRAMS.map(({ program }) => program)).size).toBe(PROGRAMS.length);
  });

  it.each(messages)('$title is found, in any dress, and says where it stands', ({ message }) => {
    expect(message.source).toMatch(/^https:\/\/\S+$/);
    for (const says of message.says) {
      const said = sample(says);
      const dressed = [
        said,
        said.toUpperCase(),
        `2026-11-22T03:00:00Z ERROR [x] ${said}\n    at nowhere (x.js:1:2)`,
        JSON.stringify({ level: 'error', err: `${said}\nnext` }),
        `\u001b[31m${said.split(' ').join('\u001b[1m ')}\u001b[0m`,
        said.split(' ').join('\r\n  '),
      ];
      for (const text of dressed) {
        const found = explainText(text).find(({ trouble }) => trouble === message.trouble);
        expect(found, text).toBeDefined();
        // Words that two programs share are said of one of them
        expect(sharers(said)).toContain(found?.program);
      }
    }
  });

  it('gives no two messages the same words', () => {
    const known = new Map<string, string>();
    for (const { message, title } of messages)
      for (const says of message.says) {
        const words = says.toLowerCase().replace(/[^a-z0-9{}()[\]_…]+/g, ' ');
        expect(known.get(words), `${title} and ${known.get(words) ?? ''}`).toBeUndefined();
        known.set(words, title);
      }
  });

  it.each(troubles)('%s is told of by a message, and leads to codes of ours', (id, trouble) => {
    expect(messages.some(({ message }) => message.trouble === id)).toBe(true);
    expect(trouble.codes.length).toBeGreaterThan(0);
    for (const code of trouble.codes) expect(pageOf(code)?.code).toBe(code);
  });

  it('is written in plain lines', () => {
    const lines = [
      ...troubles.map(([, { means }]) => means),
      ...messages.flatMap(({ message }) => message.means ?? []),
      ...causes.flatMap(({ cause, fix, tell }) => [cause, fix, ...tell.map(({ shows }) => shows)]),
    ];
    for (const text of lines) {
      expect(text).toMatch(/^\S.*[^.\s]$/);
      // Names and codes may be in capitals, sentences are not
      expect(text).not.toMatch(/^(?:The|A|An|It|This|That|Its|Our|Your|No|Nothing|Give|Put|Set) /);
      expect(text.length, text).toBeLessThan(145);
    }
  });

  it('means the client’s side of troubles that there are', () => {
    for (const id of Object.keys(OF_CLIENT)) expect(TROUBLES).toHaveProperty([id]);
  });
});

describe('what it says to type', () => {
  let options: Map<string, Set<string>>;

  beforeAll(async () => {
    const loaded = await Promise.all(
      COMMANDS.map(async ({ path, load }) => {
        const { command } = await load();
        const flags = [...Object.values(command.options ?? {}), ...Object.values(GLOBAL_OPTIONS)];
        return [
          path.join(' '),
          new Set(flags.flatMap((one) => one.flags.match(/--[a-z0-9.-]+/g) ?? [])),
        ] as const;
      }),
    );
    options = new Map(loaded);
  });

  it('are commands and options that there are', () => {
    const lines = causes.flatMap(({ tell, commands }) => [
      ...tell.map(({ command }) => command),
      ...commands,
    ]);
    const ours = lines.filter(([program]) => program === 'mtls');
    expect(ours.length).toBeGreaterThan(150);
    for (const [, ...words] of ours) {
      const text = words.join(' ');
      const name = ['ca', 'k8s'].includes(words[0] ?? '') ? words.slice(0, 2).join(' ') : words[0];
      const flags = options.get(name ?? '');
      expect(flags, text).toBeDefined();
      for (const word of words.filter((one) => one.startsWith('--')))
        expect(flags, text).toContain(word);
    }
  });
});

describe('values', () => {
  const first = (text: string) => explainText(text)[0];

  it('of Go: the names, the name that was called, and the port of the URL beside it', () => {
    const found = first(
      'Get "https://api.example.internal:8443/v1": tls: failed to verify certificate: x509: certificate is valid for a.not.example, localhost, not api.example.internal',
    );
    expect(found?.values).toEqual({
      names: 'a.not.example, localhost',
      host: 'api.example.internal',
    });
    expect(found?.causes[0]?.tell[0]?.command).toEqual(
      'mtls verify server.crt --ca ./ca.crt --host api.example.internal'.split(' '),
    );
    expect(found?.causes[0]?.commands[0]).toEqual(
      'mtls issue api.example.internal a.not.example localhost'.split(' '),
    );
    expect(found?.causes[1]?.tell[0]?.command).toContain('api.example.internal:8443');
  });

  it('of Go: dates', () => {
    const now = '2026-11-22T03:12:00Z';
    const found = first(
      `x509: certificate has expired or is not yet valid: current time ${now} is after 2026-01-01T00:00:00Z`,
    );
    expect(found).toMatchObject({
      trouble: 'expired',
      values: { now, until: '2026-01-01T00:00:00Z' },
    });
    const young = first(
      `x509: certificate has expired or is not yet valid: current time ${now} is before 2027-01-01T00:00:00Z`,
    );
    expect(young).toMatchObject({
      trouble: 'not-yet-valid',
      values: { from: '2027-01-01T00:00:00Z' },
    });
  });

  it('of Node, in a line of JSON', () => {
    const found = first(
      JSON.stringify({
        err: "Hostname/IP does not match certificate's altnames: Host: api. is not in the cert's altnames: DNS:localhost, IP Address:127.0.0.1\n    at TLSSocket.onConnectSecure",
      }),
    );
    expect(found?.values).toEqual({ host: 'api', names: 'DNS:localhost, IP Address:127.0.0.1' });
    expect(found?.causes[0]?.commands[0]).toEqual('mtls issue api localhost 127.0.0.1'.split(' '));
  });

  it('of PostgreSQL and Node: a user, an address', () => {
    expect(
      first('FATAL:  certificate authentication failed for user "app"')?.causes[0]?.commands[0],
    ).toEqual('mtls issue --cn app --profile client'.split(' '));
    const refused = first('Error: connect ECONNREFUSED ::1:8443');
    expect(refused?.causes[0]?.tell[0]?.command.join(' ')).toBe(
      'mtls connect [::1]:8443 --ca ./ca.crt',
    );
  });

  it('that are no names or ports stay out of commands', () => {
    for (const evil of [
      '--ca=/etc/x',
      '$(reboot)',
      '`id`',
      "a';reboot;'",
      '../..',
      'a b',
      '\u202eevil',
      'x'.repeat(300),
    ]) {
      const found = first(`x509: certificate is valid for ${evil}, not ${evil}`);
      const words = found?.causes.flatMap(({ tell, commands }) => [
        ...tell.flatMap(({ command }) => command),
        ...commands.flat(),
      ]);
      expect(words?.some((word) => word.includes(evil)) ?? false).toBe(false);
    }
    const port = first('connect ECONNREFUSED api.example:99999999');
    expect(port?.causes[0]?.tell[0]?.command.join(' ')).toBe(
      'mtls connect HOST:PORT --ca ./ca.crt',
    );
  });
});

describe('a text of many lines', () => {
  it('puts what says most first, and says its line', () => {
    const found = explainText(
      [
        'connecting',
        '140735:error:0A000086:SSL routines::certificate verify failed:../ssl/statem/statem_clnt.c:1889:',
        'nothing',
        'verify error:num=10:certificate has expired',
      ].join('\r\n'),
    );
    expect(found.map(({ trouble, line }) => [trouble, line])).toEqual([
      ['expired', 4],
      ['verify-failed', 2],
    ]);
  });

  it('counts what is said again, and in other words', () => {
    const [found, ...others] = explainText(
      'Error: certificate has expired\n  code: CERT_HAS_EXPIRED\n'.repeat(50),
    );
    expect(others).toEqual([]);
    expect(found).toMatchObject({ trouble: 'expired', line: 1, count: 100 });
    expect(found?.also).toHaveLength(1);
  });

  it('finds the one line that says more, after thousands that say less', () => {
    const text = `${'certificate verify failed\n'.repeat(5000)}certificate has expired`;
    expect(explainText(text)[0]).toMatchObject({ trouble: 'expired', line: 5001, count: 1 });
  });

  it('reads words that a narrow terminal broke', () => {
    const line = `2026-11-22T03:00:00.000Z app[12]: ${'x'.repeat(30)} certificate verify fai\nled`;
    expect(explainText(line)[0]?.trouble).toBe('verify-failed');
    expect(explainText('short fai\nled: certificate verify fai\nled')).toEqual([]);
  });

  it('takes what a server says beside its client’s certificate for the client’s', () => {
    const nginx = 'client SSL certificate verify error: (10:certificate has expired) while reading';
    expect(explainText(nginx)[0]?.causes[0]?.commands[0]).toEqual(['mtls', 'renew', 'client.crt']);
    const far = `${nginx}\n${'y '.repeat(1000)}\ncurl: (60) SSL certificate problem: unable to get local issuer certificate`;
    const chain = explainText(far).find(({ trouble }) => trouble === 'unknown-issuer');
    expect(chain?.means).toBe(TROUBLES['unknown-issuer'].means);
  });

  it('tells a check of Linkerd that failed from one that passed', () => {
    const passed = '√ trust anchors are within their validity period';
    expect(explainText(passed)).toEqual([]);
    expect(explainText(passed.replace('√', '×'))[0]?.trouble).toBe('expired');
  });

  it('does not take a version of curl for its exit code, nor prose for a message', () => {
    for (const text of [
      'curl 7.88.1',
      'we verify every certificate',
      'unsupported protocol scheme "x"',
      '',
      '\n\n',
      '{host}',
    ])
      expect(explainText(text)).toEqual([]);
  });
});

describe('hostile texts', () => {
  const MiB = 1024 * 1024;
  const fill = (piece: string) =>
    piece.repeat(Math.ceil((2 * MiB) / piece.length)).slice(0, 2 * MiB);
  const texts: Readonly<Record<string, string>> = {
    'one letter': fill('a'),
    'one word': fill('certificate '),
    'beginnings of messages': fill('x509: certificate is valid for '),
    'messages whose ends never come': fill(
      'certificate signed by unknown authority (possibly because of x ',
    ),
    'a message again and again': fill('certificate has expired\n'),
    'a message again and again on one line': fill('certificate has expired '),
    colours: fill('\u001b[31m'),
    'colours without an end': fill('\u001b[3'),
    'titles without an end': fill('\u001b]0;'),
    'a title without an end': `\u001b]0;${fill('b')}`,
    'written colours': fill('\\u001b[31m'),
    backslashes: fill('\\'),
    'bidirectional marks': fill('\u202e\u2066'),
    'lone surrogates': fill('\ud800'),
    'zero bytes': fill('\0'),
    'a million lines': fill('\n'),
    'wrapped words': fill(`${'w'.repeat(70)}\n`),
    'half of a message on full lines': fill(`${'v'.repeat(60)} certificate verify fai\n`),
    quotes: fill('not valid for \'"'),
    'spaces within a message': `certificate${fill(' ')}has expired`,
  };

  it.each(Object.entries(texts))('%s', (_what, text) => {
    const start = performance.now();
    const found = explainText(text);
    // No measure, but what is quadratic takes hours
    expect(performance.now() - start).toBeLessThan(20_000);
    for (const { excerpt, also } of found) {
      expect(excerpt.length).toBeLessThan(500);
      expect(also.length).toBeLessThan(10);
    }
  });
});
