// mtls list: what was issued.
import { formatTime } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { chooseRecords } from '../../ca/find.ts';
import { recordInfo } from '../../library/info/record.ts';
import { parseCaName } from '../../store/layout.ts';
import { recordStatus, type IssuedRecord } from '../../store/records.ts';
import { parseDuration } from '../../profile/duration.ts';
import type { Authority } from '../../ca/authority.ts';
import { locateHome, openCa } from '../authority.ts';
import { choice, defineCommand, flag, value } from '../command.ts';
import { lookAtCas } from '../listed-cas.ts';
import { formatTimeFrom } from '../render/time.ts';
import { describeStatus } from '../select.ts';

const STATUSES = ['valid', 'pending', 'expired', 'revoked'] as const;

const TONES = { valid: 'good', pending: 'plain', expired: 'bad', revoked: 'bad' } as const;

interface Row {
  readonly ca: string;
  readonly record: IssuedRecord;
}

const CSV_HEADINGS = [
  'serial',
  'ca',
  'status',
  'names',
  'subject',
  'profile',
  'notBefore',
  'notAfter',
  'issuedAt',
  'renewedBy',
  'replaces',
  'revokedAt',
  'reason',
  'certificate',
  'key',
];

function csvFields({ ca, record }: Row, now: Date): readonly string[] {
  const { files, notBefore, notAfter, issuedAt, revoked } = recordInfo(record, now);
  return [
    record.serial,
    ca,
    recordStatus(record, now),
    record.names.join(' '),
    record.subject,
    record.profile,
    formatTime(notBefore),
    formatTime(notAfter),
    formatTime(issuedAt),
    record.renewedBy ?? '',
    record.replaces ?? '',
    revoked ? formatTime(revoked.at) : '',
    revoked?.reason ?? '',
    files.certificate ?? '',
    files.key ?? '',
  ];
}

export const command = defineCommand({
  description: 'List issued certificates, of one CA or of all CAs of the home.',
  options: {
    ca: value('--ca <name>', 'of this CA only'),
    status: choice('--status <status>', STATUSES, 'of this status only'),
    expiring: value('--expiring <time>', 'valid now, and expiring within this time, such as 30d'),
    profile: value('--profile <name>', 'of this profile only, such as server'),
    name: value('--name <name>', 'that carry this name'),
    csv: flag('--csv', 'comma-separated values, a line for each, with a heading'),
  },
  examples: [
    { line: 'mtls list', does: 'everything' },
    { line: 'mtls list --expiring 30d', does: 'what is due soon' },
    { line: "mtls list --json | jq -r '.certificates[].serial'", does: 'for scripts' },
    { line: 'mtls list --status revoked --csv > revoked.csv', does: 'for a spreadsheet' },
  ],
  exitCodes: [0, 2, 4],
  async run(invocation) {
    const { options, globals, context, output } = invocation;
    const now = context.clock();
    const { status, name, profile, csv } = options;
    if (csv && globals.json)
      throw new MtlsError('USAGE', '--csv and --json ask for different things', {
        hint: 'choose one of them',
      });
    const expiring = options.expiring === undefined ? undefined : parseDuration(options.expiring);
    const choice = { status, expiring, profile, name };
    // All are looked through before the first line is printed: what is damaged is said instead.
    const look = ({ store }: Authority) => ({
      ca: store.name,
      records: chooseRecords(store, choice, now),
    });
    const { seen: found, broken } =
      options.ca === undefined
        ? lookAtCas(invocation, locateHome(invocation), look)
        : { seen: [look(openCa(invocation, parseCaName(options.ca)))], broken: [] };
    await output.list<Row>({
      ok: broken.length === 0,
      rows: rowsOf(found),
      key: 'certificates',
      json: ({ ca, record }) => {
        const { serial, ...rest } = recordInfo(record, now);
        return { serial, ca, ...rest };
      },
      headings: ['serial', 'names', 'profile', 'CA', 'status', 'expires'],
      cells: ({ ca, record }) => [
        record.serial,
        record.names.join(', ') || record.subject,
        record.profile,
        ca,
        { text: describeStatus(record, now), tone: TONES[recordStatus(record, now)] },
        formatTimeFrom(new Date(record.notAfter), now),
      ],
      none: 'no certificates',
      ...(csv && { csv: { headings: CSV_HEADINGS, fields: (row) => csvFields(row, now) } }),
    });
    return broken.length === 0 ? 0 : 4;
  },
});

function* rowsOf(
  lists: readonly { readonly ca: string; readonly records: Iterable<IssuedRecord> }[],
): Generator<Row> {
  for (const { ca, records } of lists) for (const record of records) yield { ca, record };
}
