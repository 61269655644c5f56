// mtls list: what was issued.
import { chooseRecords } from '../../ca/find.ts';
import { recordInfo } from '../../library/info/record.ts';
import { listCas } from '../../store/ca-store.ts';
import { parseCaName } from '../../store/layout.ts';
import { recordStatus, type IssuedRecord } from '../../store/records.ts';
import { parseDuration } from '../../profile/duration.ts';
import { locateHome, openCa, openListedCa } from '../authority.ts';
import { choice, defineCommand, value } from '../command.ts';
import { renderTable } from '../render/table.ts';
import { formatTimeFrom } from '../render/time.ts';
import { describeStatus } from '../select.ts';

const STATUSES = ['valid', 'pending', 'expired', 'revoked'] as const;

const TONES = { valid: 'good', pending: 'plain', expired: 'bad', revoked: 'bad' } as const;

export const command = defineCommand({
  description: 'List issued certificates, of one CA or of all CAs of the home.',
  options: {
    ca: value('--ca <name>', 'of this CA only'),
    status: choice('--status <status>', STATUSES, 'of this status only'),
    expiring: value('--expiring <time>', 'valid now, and expiring within this time, such as 30d'),
    name: value('--name <name>', 'that carry this name'),
  },
  examples: [
    { line: 'mtls list', does: 'everything' },
    { line: 'mtls list --expiring 30d', does: 'what is due soon' },
    { line: "mtls list --json | jq -r '.certificates[].serial'", does: 'for scripts' },
  ],
  exitCodes: [0, 2, 4],
  run(invocation) {
    const { options, context, output } = invocation;
    const now = context.clock();
    const { status, name } = options;
    const expiring = options.expiring === undefined ? undefined : parseDuration(options.expiring);
    const home = locateHome(invocation);
    const authorities =
      options.ca === undefined
        ? listCas(home).map((name) => openListedCa(invocation, home, name))
        : [openCa(invocation, parseCaName(options.ca))];
    const found: { ca: string; record: IssuedRecord }[] = [];
    for (const { store } of authorities)
      for (const record of chooseRecords(store, { status, expiring, name }, now))
        found.push({ ca: store.name, record });
    output.result({
      json: () => ({
        certificates: found.map(({ ca, record }) => {
          const { serial, ...rest } = recordInfo(record, now);
          return { serial, ca, ...rest };
        }),
      }),
      text: () =>
        found.length === 0
          ? 'no certificates'
          : renderTable(
              ['serial', 'names', 'profile', 'CA', 'status', 'expires'],
              found.map(({ ca, record }) => [
                record.serial,
                record.names.join(', ') || record.subject,
                record.profile,
                ca,
                { text: describeStatus(record, now), tone: TONES[recordStatus(record, now)] },
                formatTimeFrom(new Date(record.notAfter), now),
              ]),
              output.style,
            ),
    });
    return Promise.resolve(0);
  },
});
