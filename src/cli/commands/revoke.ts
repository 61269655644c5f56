// mtls revoke: no longer to be trusted, and the CRL that says so.
import { revoke } from '../../ca/revoke.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { parseDuration, parseTime } from '../../profile/duration.ts';
import type { RevocationReason } from '../../store/events.ts';
import { CA_OPTION, sayNotices, undivided } from '../authority.ts';
import { defineCommand, value } from '../command.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { crlJson, crlLine } from '../render/crl.ts';
import { shellWord } from '../render/shell.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';
import { openIssuer, RECORD_ARGUMENT, selectRecord } from '../select.ts';

/** As they are typed; RFC 5280 §5.3.1 has the same words in camel case. */
const REASONS: Readonly<Record<string, RevocationReason>> = {
  unspecified: 'unspecified',
  'key-compromise': 'keyCompromise',
  'ca-compromise': 'cACompromise',
  'affiliation-changed': 'affiliationChanged',
  superseded: 'superseded',
  'cessation-of-operation': 'cessationOfOperation',
  'certificate-hold': 'certificateHold',
  'privilege-withdrawn': 'privilegeWithdrawn',
  'aa-compromise': 'aACompromise',
};

export const command = defineCommand({
  description:
    'Revoke certificates, and issue the next CRL with them in the same step. The CRL lies in ' +
    'the CA’s folder; mtls ca crl writes it elsewhere.',
  arguments: { certificate: RECORD_ARGUMENT },
  options: {
    ...CA_OPTION,
    reason: value('--reason <reason>', Object.keys(REASONS).join(', ')),
    at: value('--at <time>', 'since when it is not to be trusted; now by default'),
    ttl: value('--ttl <time>', 'how long the CRL holds; 30d by default'),
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls revoke api.example.internal.crt', does: 'by its file' },
    { line: 'mtls revoke 5f3c… --reason key-compromise', does: 'by its serial, with the reason' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'it is revoked already, or the CA has expired']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { clock, cwd } = context;
    const now = clock();
    const reason = readReason(options.reason);
    const revokedAt = options.at === undefined ? undefined : parseTime(options.at, now);
    if (revokedAt && revokedAt > now)
      throw new MtlsError('BAD_TIME', 'a revocation does not begin in the future', {
        hint: 'leave --at out, or give a time that has passed',
      });
    const ttl = options.ttl === undefined ? undefined : parseDuration(options.ttl);
    const authority = openIssuer(invocation, options.ca, args.certificate);
    const records = args.certificate.map((word) => selectRecord(authority, word, cwd));
    const distinct = [...new Map(records.map((record) => [record.serial, record])).values()];
    const signer = await unlockCa(invocation, options, authority);
    const issued = await undivided(invocation, () =>
      revoke(authority, signer, distinct, {
        clock,
        reason,
        revokedAt,
        ttl,
        lock: lockOptions(invocation),
      }),
    );
    sayNotices(invocation, issued.notices);
    output.result({
      json: () => ({
        ca: authority.store.name,
        revoked: distinct.map(({ serial, names, subject }) => ({ serial, names, subject, reason })),
        crl: { ...crlJson(issued), path: authority.store.paths.crl },
      }),
      text: () =>
        [
          ...distinct.map(
            ({ serial, names, subject }) =>
              `revoked ${quoteForeign(names.join(', ') || subject)}, serial ${serial}, ${reason}`,
          ),
          `${crlLine(issued)}: ${shellWord(authority.store.paths.crl)}`,
        ].join('\n'),
    });
    return 0;
  },
});

function readReason(text: string | undefined): RevocationReason {
  if (text === undefined) return 'unspecified';
  const plain = (word: string) => word.toLowerCase().replaceAll('-', '');
  const found = Object.entries(REASONS).find(([word]) => plain(word) === plain(text));
  if (found) return found[1];
  throw new MtlsError('BAD_OPTION', `--reason does not take ${quoteForeign(text)}`, {
    hint: `one of ${Object.keys(REASONS).join(', ')}`,
  });
}
