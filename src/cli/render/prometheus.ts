// Prometheus' text format 0.0.4: what node_exporter's textfile collector reads.
import { effectiveEnd, type Ending } from '../../diagnose/expiry.ts';

const METRICS = [
  {
    name: 'mtls_certificate_not_after_timestamp_seconds',
    help: 'When the certificate ends.',
    value: ({ notAfter }: Ending) => notAfter,
  },
  {
    name: 'mtls_certificate_not_before_timestamp_seconds',
    help: 'When the certificate begins.',
    value: ({ notBefore }: Ending) => notBefore,
  },
  {
    name: 'mtls_chain_not_after_timestamp_seconds',
    help: 'When the first certificate of its chain ends.',
    value: effectiveEnd,
  },
] as const;

/** One sample for each certificate and metric; those that are replaced are left out. */
export function prometheusText(endings: readonly Ending[]): string {
  const shown = endings.filter(({ state }) => state !== 'replaced');
  return METRICS.flatMap(({ name, help, value }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...shown.map((ending) => `${name}{${labelsOf(ending)}} ${value(ending).getTime() / 1000}`),
  ])
    .map((line) => `${line}\n`)
    .join('');
}

function labelsOf({ title, place, serial, isIssuer }: Ending): string {
  const labels = { subject: title, source: place, serial, ca: String(isIssuer) };
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');
}

/** Backslash, quote and line feed; other control characters would break no parser and every screen. */
function escapeLabel(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cc}/gu, '\ufffd');
}
