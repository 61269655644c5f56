// mtls fixtures: test certificates, good and bad, in a folder for suites in any language.
import { join, resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { escapeControl } from '../../base/text.ts';
import { parseIdentityName } from '../../name/san.ts';
import { parseDuration, parseTime } from '../../profile/duration.ts';
import { wholeSeconds } from '../../base/clock.ts';
import {
  checkFolder,
  writeFolder,
  type DueFixture,
  type FixtureResult,
} from '../../testing/fixtures/fixtures.ts';
import { undivided } from '../authority.ts';
import { argument, defineCommand, flag, value, values } from '../command.ts';
import { KEY_TYPE_OPTION, readKeyType } from '../identity.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { KEY_FILE_OPTIONS, readKeyFileOptions } from '../output-options.ts';
import { renderBlock } from '../render/block.ts';
import { shortPath } from '../render/issued.ts';
import { formatTime, formatTimeFrom } from '../render/time.ts';
import type { Style } from '../style.ts';

const REFRESH = 'Refresh:';
const SEEDED = 'The same bytes again:';

export const command = defineCommand({
  description:
    'Write test certificates to a folder, for suites in any language: a CA, a server, a client ' +
    'and a pair with SPIFFE IDs, all healthy, and the zoo: one certificate for each way to be ' +
    'bad, with the error that mtls, Node, OpenSSL, Go and GnuTLS give for it.\n\nEach lies in a ' +
    'folder of its own: cert.pem, key.pem, ca.pem for the other side, crl.pem where there is one, ' +
    'and a healthy peer. index.json lists them for a suite to iterate over. A .gitignore keeps ' +
    'them out of the repository: make them where the suite runs, with --refresh, and none expires ' +
    'there.',
  arguments: { dir: argument('optional', 'dir', 'the folder; fixtures by default') },
  options: {
    only: values('--only <name,...>', 'these alone, by their names in the index'),
    noZoo: flag('--no-zoo', 'leave the bad ones out'),
    name: values('--name <name>', 'a name of the server beside localhost'),
    ttl: value('--ttl <time>', 'lifetime of the healthy ones; 90d by default'),
    ...KEY_TYPE_OPTION,
    intermediate: flag('--intermediate', 'put a CA between root and certificates'),
    refresh: flag(
      '--refresh',
      'make what is missing, changed or due, and touch nothing else',
      REFRESH,
    ),
    check: flag('--check', 'say what is due, write nothing; exit 1 if anything is', REFRESH),
    renewBefore: value(
      '--renew-before <time>',
      'due when less than this is left; a third of its life by default',
      REFRESH,
    ),
    seed: value(
      '--seed <text>',
      'make all of it follow from this text, which is no secret: whoever reads it has the keys',
      SEEDED,
    ),
    at: value(
      '--at <time>',
      'the moment that seeded ones are made for; 2026-01-01 by default',
      SEEDED,
    ),
    ...KEY_FILE_OPTIONS,
    ...LOCK_OPTIONS,
    noGitignore: flag('--no-gitignore', 'leave .gitignore out', 'Files:'),
    force: flag('--force', 'replace what this command did not make', 'Files:'),
  },
  examples: [
    {
      line: 'mtls fixtures testdata/tls --refresh',
      does: 'before a suite: fresh ones, fast where they are',
    },
    { line: 'mtls fixtures testdata/tls --name api.test --no-zoo', does: 'a healthy PKI alone' },
    { line: 'mtls fixtures testdata/tls --only expired,wrongHost', does: 'two bad ones' },
    { line: 'mtls fixtures testdata/tls --check', does: 'whether anything is due' },
    { line: 'mtls fixtures testdata/tls --seed checkout', does: 'the same bytes on every machine' },
  ],
  exitCodes: [
    0,
    [1, 'with --check: something is due'],
    2,
    [3, 'the index in the folder cannot be understood'],
    4,
    [7, 'files of somebody else’s are in the way'],
  ],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { clock, cwd } = context;
    if (args.dir === '')
      throw new MtlsError('USAGE', 'the folder has no name', {
        hint: 'check the variable that it comes from, or leave it out for ./fixtures',
      });
    options.name.forEach(parseIdentityName);
    const folder = resolve(cwd, args.dir ?? 'fixtures');
    const only = options.only.flatMap((list) => list.split(',')).map((name) => name.trim());
    const { renewBefore, check } = options;
    const wanted = {
      folder,
      asked: {
        ...(options.name.length > 0 && { names: options.name }),
        ...(options.ttl !== undefined && { ttl: parseDuration(options.ttl) }),
        ...readKeyType(options),
        ...(options.intermediate && { intermediate: true }),
        ...readKeyFileOptions(options),
        ...(options.seed !== undefined && { seed: options.seed }),
        ...(options.at !== undefined && { at: wholeSeconds(parseTime(options.at, clock())) }),
      },
      ...(only.length > 0 && { only }),
      noZoo: options.noZoo,
      refresh: options.refresh,
      ...(renewBefore !== undefined && { renewBefore: parseDuration(renewBefore) }),
      force: options.force,
      noGitignore: options.noGitignore,
      clock,
    };
    if (renewBefore !== undefined && !options.refresh && !check)
      throw new MtlsError('USAGE', '--renew-before has no place where all is made anew', {
        hint: 'add --refresh or --check',
      });
    const result = check
      ? checkFolder(wanted)
      : await undivided(invocation, () =>
          writeFolder({ ...wanted, lock: lockOptions(invocation) }),
        );
    const { made, kept, indexChanged, settings, goodUntil } = result;
    const now = clock();
    if (settings.seed !== undefined && goodUntil && goodUntil < now)
      output.warn(
        `seeded for ${formatTime(settings.at ?? now)}, some of these ended at ${formatTime(goodUntil)}: choose a later --at`,
      );
    if (settings.seed !== undefined && made.length > 0 && !check)
      output.note('these follow from the seed: whoever knows it has their keys');
    if (result.unhidden)
      output.warn(
        'the folder holds other files, so .gitignore is left out: keep these from the repository',
      );
    const ok = !check || (made.length === 0 && !indexChanged);
    output.result({
      ok,
      json: () => ({
        folder,
        index: join(folder, 'index.json'),
        [check ? 'due' : 'made']: made.map(({ name, cause, detail }) => ({
          name,
          cause,
          detail: detail ?? null,
        })),
        kept,
        indexChanged,
        goodUntil: goodUntil ?? null,
      }),
      text: () => summary(result, { folder, cwd, now, check, style: output.style }),
    });
    return ok ? 0 : 1;
  },
});

interface Shown {
  readonly folder: string;
  readonly cwd: string;
  readonly now: Date;
  readonly check: boolean;
  readonly style: Style;
}

const CAUSES: Readonly<Record<DueFixture['cause'], string>> = {
  new: 'new',
  anew: 'made anew',
  settings: 'asked for otherwise',
  version: 'of another version',
  missing: 'missing',
  changed: 'changed',
  ending: 'ending',
  ca: 'of a CA that is made anew',
};

/** More names than this are counted. */
const NAMED = 8;

function summary({ made, kept, indexChanged, goodUntil }: FixtureResult, shown: Shown): string {
  const { folder, cwd, now, check, style } = shown;
  const place = shortPath(folder, cwd);
  const verb = check ? 'due' : 'made';
  const head = `in ${place}: ${made.length} ${verb}, ${kept.length} kept`;
  const rows: [string, string[]][] = [];
  for (const [cause, label] of Object.entries(CAUSES)) {
    const those = made.filter((one) => one.cause === cause);
    if (those.length > 0) rows.push([label, list(those)]);
  }
  if (indexChanged && made.length === 0)
    rows.push(['index', [check ? 'says otherwise' : 'written again']]);
  if (goodUntil && !check) rows.push(['good until', [formatTimeFrom(goodUntil, now)]]);
  return rows.length === 0 ? head : `${head}\n${renderBlock(rows, { style, indent: 2 })}`;
}

function list(those: readonly DueFixture[]): string[] {
  if (those.some(({ detail }) => detail !== undefined))
    return those.map(({ name, detail }) =>
      escapeControl(detail === undefined ? name : `${name}: ${detail}`),
    );
  const named = those.slice(0, NAMED).map(({ name }) => name);
  const more = those.length - named.length;
  return [`${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
