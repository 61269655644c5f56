// One CertificateSigningRequest (certificates.k8s.io/v1), read as the API server would.
import { fromBase64, fromUtf8, toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { cutText, escapeControl, quoteForeign } from '../base/text.ts';
import { located } from '../codec/unrecognized.ts';
import { USAGES, type Usage } from './csr-usages.ts';
import { checkSignerName } from './signer-name.ts';

export const CSR_KIND = 'CertificateSigningRequest';
const CSR_VERSION = 'certificates.k8s.io/v1';

/** Seconds; the API server takes no shorter ones, and counts in 32 bits. */
export const SHORTEST_EXPIRATION = 600;
export const LONGEST_EXPIRATION = 2 ** 31 - 1;

export type Mapping = Readonly<Record<string, unknown>>;

/** How far it has come. A denied one stays denied, whatever else it says. */
export type CsrState = 'pending' | 'approved' | 'denied' | 'failed' | 'issued';

export interface CsrObject {
  readonly name: string;
  /** As messages call it: `csr.yaml, CertificateSigningRequest api`. */
  readonly place: string;
  /** What `spec.request` holds: PEM. */
  readonly request: Uint8Array;
  readonly signerName: string;
  readonly usages: readonly Usage[];
  /** At least 600. */
  readonly expirationSeconds: number | undefined;
  /** Who asks, as the API server has seen it. */
  readonly username: string | undefined;
  readonly groups: readonly string[];
  readonly state: CsrState;
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads one. Throws YAML_MALFORMED for what the API server would not have taken. */
export function readCsrObject(plain: Mapping, source: string): CsrObject {
  const metadata = mappingOf(plain['metadata']);
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const entry = `${CSR_KIND} ${name === '' ? 'without a name' : escapeControl(cutText(name))}`;
  const malformed = (what: string, hint?: string): MtlsError =>
    new MtlsError('YAML_MALFORMED', located({ source }, `${entry}: ${what}`), { hint });

  if (plain['apiVersion'] !== CSR_VERSION)
    throw malformed(
      `its apiVersion is not ${CSR_VERSION}`,
      'other versions are gone since Kubernetes 1.22',
    );
  const spec = mappingOf(plain['spec']);
  const status = mappingOf(plain['status']);
  // YAML 1.1 reads more into them than YAML 1.2
  if ([plain, metadata, spec, status].some((mapping) => Object.hasOwn(mapping, '<<')))
    throw malformed('it holds a merge key', 'write out what it stands for');
  return {
    name,
    place: `${source}, ${entry}`,
    request: requestOf(spec['request'], malformed),
    signerName: signerOf(spec['signerName'], malformed),
    usages: usagesOf(spec['usages'], malformed),
    expirationSeconds: expirationOf(spec['expirationSeconds'], malformed),
    username: typeof spec['username'] === 'string' ? spec['username'] : undefined,
    groups: Array.isArray(spec['groups'])
      ? (spec['groups'] as unknown[]).filter((group) => typeof group === 'string')
      : [],
    state: stateOf(status, malformed),
  };
}

type Malformed = (what: string, hint?: string) => MtlsError;

function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

const REQUEST = 'CERTIFICATE REQUEST';
const PEM_BODY = /^[ \t]*\r?\n(?:[A-Za-z0-9+/=]*[ \t]*\r?\n)+$/;

/**
 * The one block of PEM. The API server passes over what it cannot read, and shows those who approve
 * the first block that it can: in bytes that may be read in two ways they would see another request
 * than the one that is signed.
 */
function requestOf(value: unknown, malformed: Malformed): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value.replace(/[\r\n]/g, '')) : undefined;
  const hint = 'it is base64 of a PEM request: mtls k8s csr create NAME --csr FILE';
  if (bytes === undefined || bytes.length === 0)
    throw malformed('spec.request is not base64', hint);
  const [before = '', begin, body = '', end, after, ...more] = (fromUtf8(bytes) ?? '').split(
    '-----',
  );
  const fits =
    /^$|\n$/.test(before) &&
    begin === `BEGIN ${REQUEST}` &&
    PEM_BODY.test(body) &&
    end === `END ${REQUEST}` &&
    after !== undefined &&
    more.length === 0;
  if (!fits) throw malformed(`spec.request is not PEM of one ${REQUEST}`, hint);
  return toUtf8(`-----${begin}-----${body}-----${end}-----\n`);
}

function signerOf(value: unknown, malformed: Malformed): string {
  if (typeof value !== 'string') throw malformed('spec.signerName is missing');
  try {
    checkSignerName(value);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL')
      throw malformed(`spec.signerName: ${error.message}`, error.hint);
    throw error;
  }
  return value;
}

function usagesOf(value: unknown, malformed: Malformed): readonly Usage[] {
  if (!Array.isArray(value) || value.length === 0) throw malformed('spec.usages is missing');
  return (value as unknown[]).map((one) => {
    const usage = USAGES.find((known) => known === one);
    if (usage === undefined)
      throw malformed(`spec.usages holds ${quoteForeign(String(one))}, which is none`);
    return usage;
  });
}

function expirationOf(value: unknown, malformed: Malformed): number | undefined {
  if (value === undefined || value === null) return undefined;
  const fits =
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= SHORTEST_EXPIRATION &&
    value <= LONGEST_EXPIRATION;
  if (!fits)
    throw malformed(
      'spec.expirationSeconds is no number of seconds that Kubernetes takes',
      `at least ${SHORTEST_EXPIRATION}, which is ten minutes`,
    );
  return value;
}

const DECIDING: ReadonlySet<string> = new Set(['Approved', 'Denied', 'Failed']);

function stateOf(status: Mapping, malformed: Malformed): CsrState {
  const { certificate, conditions = [] } = status;
  if (conditions !== null && !Array.isArray(conditions))
    throw malformed('status.conditions is no list');
  const types = new Set<unknown>();
  for (const condition of (conditions ?? []) as unknown[]) {
    if (!isMapping(condition) || typeof condition['type'] !== 'string')
      throw malformed('status.conditions holds something that is no condition');
    const { type, status: holds } = condition;
    if (!DECIDING.has(type)) continue;
    // As the API server has it; who denied by hand, and wrote True without quotes, has denied
    if (holds !== 'True' || Object.hasOwn(condition, '<<'))
      throw malformed(
        `the condition ${type} has a status other than "True"`,
        'write status: "True", in quotes, or take the condition away',
      );
    types.add(type);
  }
  if (types.has('Denied')) return 'denied';
  if (types.has('Failed')) return 'failed';
  if (certificate !== undefined && certificate !== null && certificate !== '') return 'issued';
  return types.has('Approved') ? 'approved' : 'pending';
}
