// mtls status: what expires when.
import { MtlsError } from '../../base/errors.ts';
import type { Authority } from '../../ca/authority.ts';
import { chooseRecords } from '../../ca/find.ts';
import {
  byUrgency,
  effectiveEnd,
  endingsOf,
  stateOf,
  THRESHOLDS,
  type Ending,
  type ExpiryState,
  type Thresholds,
} from '../../diagnose/expiry.ts';
import type { Document } from '../../diagnose/document.ts';
import { pileOf } from '../../diagnose/pile.ts';
import { parseDuration, parseTime } from '../../profile/duration.ts';
import { serialText } from '../../store/records.ts';
import { certificateTitle } from '../../x509/title.ts';
import { locateHome, type Reaching } from '../authority.ts';
import { argument, choice, defineCommand, flag, value } from '../command.ts';
import { gatherSources } from '../gathered.ts';
import { lookAtCas } from '../listed-cas.ts';
import { prometheusText } from '../render/prometheus.ts';
import { renderTable } from '../render/table.ts';
import { formatTimeFrom } from '../render/time.ts';
import { givenPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';
import type { Style, Tone } from '../style.ts';

export const command = defineCommand({
  description:
    'Say what expires when: certificates in files, folders and Secrets, on live servers, and, ' +
    'without sources, all that the CAs of the home have issued and not revoked or renewed. A ' +
    'certificate stands with what ends first in its chain. Warned is 30 days before, urgent are ' +
    'the last 7; of short lives the last third and tenth.',
  arguments: {
    sources: argument(
      'any',
      'source',
      'file, folder, Secret, PKCS#12, host:port; the home where none is given',
    ),
  },
  options: {
    warn: value('--warn <time>', 'warn this long before the end; 30d, or a third of its life'),
    critical: value('--critical <time>', 'urgent this long before; 7d, or a tenth of its life'),
    at: value('--at <time>', 'at this time: a date, a time, or +/-duration; now by default'),
    failOn: choice(
      '--fail-on <state>',
      ['expired', 'critical', 'soon'],
      'what makes it end with 1; soon by default',
    ),
    due: flag('--due', 'only what is due'),
    prometheus: flag('--prometheus', 'as metrics in Prometheus’ text format'),
    ...PASSPHRASE_OPTIONS,
  },
  examples: [
    { line: 'mtls status', does: 'all that the home’s CAs have issued' },
    { line: 'mtls status /etc/mtls api.example.internal:8443', does: 'files and a server' },
    { line: 'kubectl get secrets -A -o yaml | mtls status -', does: 'a cluster' },
    {
      line: 'mtls status /etc/mtls --prometheus > /var/lib/node_exporter/mtls.prom',
      does: 'for a textfile collector',
    },
  ],
  exitCodes: [[0, 'nothing is due'], [1, 'something is due'], 3, 4, 5],
  async run(invocation) {
    const { args, options, context, output, globals } = invocation;
    if (options.prometheus && globals.json)
      throw new MtlsError('USAGE', '--prometheus and --json exclude each other', {
        hint: 'give one of them',
      });
    const now = context.clock();
    const at = options.at === undefined ? now : parseTime(options.at, now);
    const thresholds = thresholdsOf(options.warn, options.critical);
    const { found, whole } =
      args.sources.length === 0
        ? inventory(invocation, at, thresholds)
        : {
            found: endingsOf(pileOf(await readable(invocation, args.sources)), at, thresholds),
            whole: true,
          };
    const endings = [...found].sort(byUrgency);
    const due = endings.filter(({ state }) => DUE.includes(state));
    const limit = DUE.indexOf(options.failOn ?? 'soon');
    const none = !due.some(({ state }) => DUE.indexOf(state) <= limit);
    const shown = options.due ? due : endings;
    output.result({
      ok: none && whole,
      json: () => ({ at: at.toISOString(), certificates: shown.map(endingJson) }),
      ...(options.prometheus
        ? { document: () => prometheusText(shown) }
        : { text: () => endingsText(shown, at, output.style) }),
    });
    return !none ? 1 : whole ? 0 : 4;
  },
});

type Sources = Parameters<typeof gatherSources>[0] & Parameters<typeof givenPassphrase>[0];

/** What cannot be read expires unseen: it is said, and alone it is an error. */
async function readable(
  invocation: Sources,
  sources: readonly string[],
): Promise<readonly Document[]> {
  const documents = await gatherSources(invocation, sources, givenPassphrase(invocation));
  const troubles = documents.flatMap(({ troubles: own }) => own);
  const [first] = troubles;
  if (first && documents.every(({ parts }) => parts.length === 0)) throw first;
  for (const { message } of troubles) invocation.output.warn(message);
  return documents;
}

/** The most urgent first. */
const DUE: readonly ExpiryState[] = ['expired', 'critical', 'soon'];

function thresholdsOf(warn: string | undefined, critical: string | undefined): Thresholds {
  const exact = warn !== undefined || critical !== undefined;
  const asked = {
    warn: warn === undefined ? THRESHOLDS.warn : parseDuration(warn),
    critical: critical === undefined ? THRESHOLDS.critical : parseDuration(critical),
  };
  if (asked.critical > asked.warn)
    return warn === undefined
      ? { warn: asked.critical, critical: asked.critical, exact }
      : { warn: asked.warn, critical: asked.warn, exact };
  return { ...asked, exact };
}

/** What stands in the records of the home's CAs, and the CAs themselves; whole where all open. */
function inventory(
  reaching: Reaching,
  at: Date,
  thresholds: Thresholds,
): { readonly found: readonly Ending[]; readonly whole: boolean } {
  const look = ({ store, certificate }: Authority): readonly Ending[] => {
    const place = `CA ${store.name}`;
    const own: Ending = {
      title: certificateTitle(certificate),
      place,
      serial: serialText(certificate.serial),
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      state: stateOf(certificate, at, thresholds),
      isIssuer: true,
    };
    const issued: Ending[] = [];
    for (const record of chooseRecords(store, {}, at)) {
      if (record.revoked !== undefined || record.profile === 'intermediate') continue;
      const dates = { notBefore: new Date(record.notBefore), notAfter: new Date(record.notAfter) };
      issued.push({
        ...dates,
        title: record.names.join(', ') || record.subject,
        place,
        serial: record.serial,
        state: record.renewedBy === undefined ? stateOf(dates, at, thresholds) : 'replaced',
        isIssuer: false,
      });
    }
    return [own, ...issued];
  };
  const { seen, broken } = lookAtCas(reaching, locateHome(reaching), look);
  if (seen.length === 0)
    throw new MtlsError('CA_NOT_FOUND', 'no source was given, and the home has no CA', {
      hint: 'name files, folders or host:port: mtls status certs/',
    });
  return { found: seen.flat(), whole: broken.length === 0 };
}

function endingJson(ending: Ending): Readonly<Record<string, unknown>> {
  const {
    title,
    place,
    copies = [],
    serial,
    notBefore,
    notAfter,
    state,
    isIssuer,
    weakest,
  } = ending;
  return {
    subject: place,
    copies,
    certificate: title,
    serial,
    ca: isIssuer,
    state,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    chainNotAfter: effectiveEnd(ending).toISOString(),
    weakest: weakest?.title ?? null,
  };
}

const TONES: Readonly<Record<ExpiryState, Tone>> = {
  ok: 'good',
  soon: 'caution',
  critical: 'bad',
  expired: 'bad',
  pending: 'plain',
  replaced: 'faint',
};

function endingsText(endings: readonly Ending[], at: Date, style: Style): string {
  if (endings.length === 0) return 'nothing is due';
  return renderTable(
    ['state', 'expires', 'certificate', 'where'],
    endings.map((ending) => {
      const { state, title, place, copies = [], weakest } = ending;
      const cause = weakest ? ` with ${weakest.title}` : '';
      return [
        { text: state, tone: TONES[state] },
        `${formatTimeFrom(effectiveEnd(ending), at)}${cause}`,
        title,
        copies.length > 0 ? `${place} and ${copies.length} more` : place,
      ];
    }),
    style,
  );
}
