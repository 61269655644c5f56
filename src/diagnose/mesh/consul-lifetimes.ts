// The rest of a configuration of Consul's CA: its provider, and the lifetimes, by the rules of
// CommonCAProviderConfig.Validate.
import { HOUR, YEAR } from '../../base/clock.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatDuration } from '../../profile/duration.ts';
import { found, type MeshFinding } from './mesh-set.ts';

/** Its defaults, in milliseconds. */
const DEFAULTS = {
  LeafCertTTL: 72 * HOUR,
  IntermediateCertTTL: YEAR,
  RootCertTTL: 10 * YEAR,
} as const;

type Lifetime = keyof typeof DEFAULTS;

const BITS = { ec: [224, 256, 384, 521], rsa: [2048, 4096] } as const;

/** Findings of what was parsed, of any shape. */
export function lifetimeFindings(payload: unknown, place: string): readonly MeshFinding[] {
  if (!isMapping(payload)) return [];
  const provider = payload['Provider'];
  if (provider !== 'consul')
    return [
      found(
        'MESH_OBJECT',
        place,
        `the provider of a CA with its key is "consul", and not ${typeof provider === 'string' ? quoteForeign(provider) : 'left out'}`,
      ),
    ];
  const config = payload['Config'];
  if (!isMapping(config)) return [];
  // Keys count whatever their case
  const fields = new Map(Object.entries(config).map(([name, one]) => [name.toLowerCase(), one]));
  if (fields.get('skipvalidate') === true) return [];
  const findings: MeshFinding[] = [];
  const times = { ...DEFAULTS } as Record<Lifetime, number>;
  for (const name of Object.keys(DEFAULTS) as Lifetime[]) {
    const given = fields.get(name.toLowerCase());
    if (given === undefined) continue;
    const time = goDuration(given);
    if (time === undefined)
      findings.push(
        found('BAD_DURATION', place, `${name} is ${shown(given)}, which is no duration of Go`, {
          mend: 'count in hours: "72h"; Go knows no days',
        }),
      );
    else times[name] = time;
  }
  if (findings.length > 0) return findings;
  const fault = timeFault(times) ?? keyFault(fields);
  return fault === undefined ? [] : [found(fault.code, place, fault.cause)];
}

function timeFault(times: Readonly<Record<Lifetime, number>>) {
  const { LeafCertTTL: leaf, IntermediateCertTTL: intermediate, RootCertTTL: root } = times;
  const said = (cause: string) => ({ code: 'BAD_DURATION', cause }) as const;
  if (root < intermediate)
    return said(
      `IntermediateCertTTL is ${formatDuration(intermediate)}, and RootCertTTL less: ${formatDuration(root)}`,
    );
  if (leaf < HOUR || leaf > YEAR)
    return said(`LeafCertTTL is ${formatDuration(leaf)}, and Consul takes 1h to 365d`);
  if (intermediate < 3 * HOUR)
    return said(
      `IntermediateCertTTL is ${formatDuration(intermediate)}, and Consul takes 3h at least`,
    );
  if (intermediate < 3 * leaf)
    return said(
      `IntermediateCertTTL is ${formatDuration(intermediate)}, less than three times the LeafCertTTL of ${formatDuration(leaf)}`,
    );
  return undefined;
}

function keyFault(fields: ReadonlyMap<string, unknown>) {
  const type = fields.get('privatekeytype') ?? 'ec';
  const bits = Number(fields.get('privatekeybits') ?? 256);
  const said = (cause: string) => ({ code: 'MESH_KEY_TYPE', cause }) as const;
  if (type !== 'ec' && type !== 'rsa')
    return said(`PrivateKeyType is ${shown(type)}, and Consul knows "ec" and "rsa"`);
  const known: readonly number[] = BITS[type];
  if (known.includes(bits)) return undefined;
  return said(`PrivateKeyBits is ${bits}, and of ${type} keys Consul knows ${known.join(', ')}`);
}

const UNITS: Readonly<Record<string, number>> = {
  h: HOUR,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};

/** As time.ParseDuration; a number counts nanoseconds. */
function goDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1e-6;
  if (typeof value !== 'string') return undefined;
  const [, sign, text] = /^([+-]?)(.*)$/s.exec(value) ?? [];
  if (text === '0') return 0;
  if (text === undefined || !/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text))
    return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += Number(count) * (UNITS[unit ?? ''] ?? NaN);
  return sign === '-' ? -total : total;
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? quoteForeign(value)
    : `a ${value === null ? 'null' : typeof value}`;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
