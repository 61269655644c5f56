// mtls renew: the same certificate under fresh dates, in the same files.
import { planRenewal, renew, type RenewOptions } from '../../ca/renew.ts';
import { quoteForeign } from '../../base/text.ts';
import { parseDuration } from '../../profile/duration.ts';
import { CA_OPTION, sayNotices } from '../authority.ts';
import { inTurn } from '../batch.ts';
import { defineCommand, flag, value } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { issuedBlock, issuedJson, issuedTitle } from '../render/issued.ts';
import { planJson, planText } from '../render/plan.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';
import { openIssuer, RECORD_ARGUMENT, selectRecord } from '../select.ts';

export const command = defineCommand({
  description:
    'Issue certificates again: the same names and profile, a new key, fresh dates of the ' +
    'same length, in the files of the certificate before. One that was signed from a request ' +
    'keeps its key, which only its holder can change.',
  arguments: { certificate: RECORD_ARGUMENT },
  options: {
    ...CA_OPTION,
    ttl: value('--ttl <time>', 'lifetime; as long as it was by default'),
    reuseKey: flag('--reuse-key', 'keep the key'),
    dryRun: flag('--dry-run', 'show what would be issued, and issue nothing'),
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls renew api.example.internal.crt', does: 'by its file' },
    { line: 'mtls renew api.example.internal --ttl 30d', does: 'by its name' },
    { line: 'mtls renew api.example.internal --reuse-key', does: 'where the key is pinned' },
  ],
  exitCodes: [
    0,
    2,
    3,
    4,
    [6, 'some were renewed before one failed'],
    [7, 'revoked, outside the constraints, or the CA has expired'],
  ],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { clock, cwd } = context;
    const now = clock();
    const authority = openIssuer(invocation, options.ca, args.certificate);
    const how: RenewOptions = {
      clock,
      ttl: options.ttl === undefined ? undefined : parseDuration(options.ttl),
      reuseKey: options.reuseKey,
      lock: lockOptions(invocation),
    };
    // What is meant twice, by its file and by its name, is renewed once
    const records = new Map(
      args.certificate.map((word) => {
        const record = selectRecord(authority, word, cwd);
        return [record.serial, record];
      }),
    );
    const renewals = [...records.values()].map((record) => planRenewal(authority, record, how));
    for (const { plan } of renewals) for (const warning of plan.warnings) output.warn(warning);
    if (options.dryRun) {
      output.result({
        json: () => ({
          dryRun: true,
          renewals: renewals.map(({ record, plan }) => ({
            replaces: record.serial,
            ...planJson(plan),
          })),
        }),
        text: () => renewals.map(({ plan }) => planText(plan, output.style)).join('\n\n'),
      });
      return 0;
    }
    const signer = await unlockCa(invocation, options, authority);
    const renewed = await inTurn(invocation, renewals, {
      title: ({ record }) => record.names[0] ?? record.serial,
      verb: 'renewed',
      work: (renewal) => renew(authority, signer, renewal, how),
    });
    for (const { notices } of renewed) sayNotices(invocation, notices);
    output.result({
      ok: renewed.length === renewals.length,
      json: () => ({
        certificates: renewed.map((issued, index) => ({
          replaces: renewals[index]?.record.serial,
          ...issuedJson(issued, authority.store.name),
        })),
      }),
      text: () =>
        renewed
          .map(
            (issued) =>
              `renewed ${issuedTitle(issued)} by CA ${quoteForeign(authority.store.name)}\n` +
              issuedBlock(issued, now, cwd, output.style),
          )
          .join('\n'),
    });
    return renewed.length === renewals.length ? 0 : 6;
  },
});
