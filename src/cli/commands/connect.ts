// mtls connect: a real handshake, shown message by message, and the verdict about it.
import { rootCertificates } from 'node:tls';
import { MtlsError } from '../../base/errors.ts';
import { escapeControl, quoteForeign } from '../../base/text.ts';
import { encodeBundle, readBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { SECOND } from '../../base/clock.ts';
import type { PrivateKey } from '../../crypto/key.ts';
import { tlsCame } from '../../diagnose/handshake-facts.ts';
import type {
  ClientIdentity,
  HandshakeFinding,
  HandshakeQuestion,
} from '../../diagnose/handshake-question.ts';
import { judgeHandshake, judgeKey } from '../../diagnose/handshake-verdict.ts';
import { connectTls } from '../../probe/connect.ts';
import type { ConnectRecord } from '../../probe/connect-types.ts';
import { STARTTLS_PROTOCOLS, type StartTls } from '../../probe/starttls.ts';
import { parseDuration } from '../../profile/duration.ts';
import { hostIdentity } from '../../verify/asked.ts';
import { anchorOf, type TrustAnchor } from '../../verify/types.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { argument, choice, defineCommand, flag, value, values } from '../command.ts';
import type { Invocation, OptionValues } from '../command.ts';
import type { ExitCode } from '../exit.ts';
import { readKeyFile } from '../key-file.ts';
import { countFindings, findingJson, findingText } from '../render/findings.ts';
import { handshakeText, stepJson } from '../render/handshake.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';
import { readSource } from '../source.ts';
import type { Style } from '../style.ts';
import { parseTarget, type Target } from '../target.ts';
import { gatherTrust } from '../trust.ts';

const OPTIONS = {
  cert: value('--cert <file>', 'the certificate to show, with its chain', 'Who we are:'),
  key: value('--key <file>', 'its key; by default in the same file', 'Who we are:'),
  ca: values('--ca <ca>', 'who is trusted: a CA of the home, or a file of roots (with a / or .)'),
  servername: value('--servername <name>', 'the name to ask for and to check; the host by default'),
  alpn: value('--alpn <protocols>', 'application protocols to offer: h2,http/1.1'),
  tls12: flag('--tls1.2', 'offer TLS 1.2 only'),
  tls13: flag('--tls1.3', 'offer TLS 1.3 only'),
  starttls: choice('--starttls <protocol>', STARTTLS_PROTOCOLS, 'ask for TLS in this protocol'),
  get: value('--get <path>', 'finish with an HTTP request: proxies may refuse only then'),
  timeout: value('--timeout <duration>', 'for all of it; 10s by default'),
  patience: value('--patience <duration>', 'wait so long for a late alert; half a second or so'),
  ...PASSPHRASE_OPTIONS,
} as const;

type Options = OptionValues<typeof OPTIONS>;

/** Where a protocol is usually served. */
const USUAL_PORTS: Readonly<Record<StartTls, number>> = {
  smtp: 25,
  imap: 143,
  postgres: 5432,
  mysql: 3306,
  ldap: 389,
};

const TIMEOUT = 10 * SECOND;
const PATIENCE = SECOND / 2;

export const command = defineCommand({
  description:
    'Connect to a server, show every message of the TLS handshake with what it carries, those of ' +
    'TLS 1.3 opened, and say what is wrong: the cause first. Without --ca the CAs of the home are ' +
    'trusted, or, where there are none, the public roots of Node.',
  arguments: { target: argument('required', 'host:port', 'where to connect; port 443 by default') },
  options: OPTIONS,
  examples: [
    {
      line: 'mtls connect api:8443 --ca ./ca.crt --cert client.crt --key client.key',
      does: 'as a client of mutual TLS',
    },
    {
      line: 'mtls connect localhost:8443 --ca ./ca.crt --get /',
      does: 'with a request at the end',
    },
    { line: 'mtls connect db.example.internal --starttls postgres', does: 'a database' },
  ],
  exitCodes: [[0, 'healthy'], [1, 'something is wrong'], 3, 4, [5, 'not one byte of TLS came']],
  async run(invocation) {
    const { args, options } = invocation;
    const { starttls } = options;
    const target = parseTarget(args.target, starttls ? USUAL_PORTS[starttls] : 443);
    refuseContradictions(options);
    const own = await readIdentity(invocation, options);
    const question = await questionOf(invocation, options, target, own?.client);
    const unfit = own && judgeKey(own.client, own.key.publicKey);
    if (unfit) return tell(invocation, { target, trusted: question.trustedAs, findings: [unfit] });
    const name = question.identity.kind === 'ip' ? undefined : question.identity.value;
    const record = await connectTls({
      host: target.host,
      port: target.port,
      serverName: name,
      identity: own && {
        chain: encodeBundle(own.client.certificates),
        key: writePrivateKey(own.key),
      },
      alpn: options.alpn?.split(',').map((one) => one.trim()),
      version: options.tls12 ? 'TLSv1.2' : options.tls13 ? 'TLSv1.3' : undefined,
      startTls: starttls,
      get: options.get,
      timeout: options.timeout === undefined ? TIMEOUT : parseDuration(options.timeout),
      patience: options.patience === undefined ? PATIENCE : parseDuration(options.patience),
    });
    return tell(invocation, {
      target,
      trusted: question.trustedAs,
      record,
      findings: judgeHandshake(record, question),
    });
  },
});

function refuseContradictions(options: Options): void {
  const fail = (what: string, hint: string) => new MtlsError('USAGE', what, { hint });
  if (options.tls12 && options.tls13)
    throw fail('--tls1.2 and --tls1.3 exclude each other', 'leave both out to offer both');
  if (options.key !== undefined && options.cert === undefined)
    throw fail('--key needs --cert', 'give the certificate that the key belongs to');
  const { get, alpn } = options;
  if (get === undefined) return;
  if (!/^\/[\x21-\x7e]*$/.test(get))
    throw new MtlsError('BAD_OPTION', `--get cannot be ${quoteForeign(get)}`, {
      hint: 'it is a path: /, /healthz, /v1/items?page=2',
    });
  if (alpn !== undefined && !alpn.split(',').some((one) => one.trim() === 'http/1.1'))
    throw fail('--get speaks HTTP/1.1', 'offer it: --alpn http/1.1');
}

/** What we show, from `--cert` and `--key`. */
async function readIdentity(
  invocation: Invocation,
  options: Options,
): Promise<{ readonly client: ClientIdentity; readonly key: PrivateKey } | undefined> {
  const { cert } = options;
  if (cert === undefined) return undefined;
  const { certificates } = await readSource(invocation, cert, { ...invocation, options });
  if (certificates.length === 0)
    throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(cert)}`, {
      hint: 'mtls inspect says what the file holds',
      data: { path: cert },
    });
  const keySource = options.key ?? cert;
  const key = await readKeyFile(invocation, options, keySource);
  return { client: { certificates, source: cert, keySource }, key };
}

async function questionOf(
  invocation: Invocation,
  options: Options,
  target: Target,
  client: ClientIdentity | undefined,
): Promise<HandshakeQuestion> {
  const trust = await trustOf(invocation, options.ca);
  return {
    target: target.text,
    at: invocation.context.clock(),
    ...trust,
    known: [...(client?.certificates.filter(isCa) ?? []), ...(await homeCas(invocation))],
    identity: hostIdentity(options.servername ?? target.host),
    client,
  };
}

interface Trusted {
  readonly anchors: readonly TrustAnchor[];
  readonly besideAnchors: readonly Certificate[];
  readonly trustedAs: string;
}

async function trustOf(invocation: Invocation, given: readonly string[]): Promise<Trusted> {
  if (given.length > 0) {
    const { anchors, untrusted } = await gatherTrust(invocation, given);
    return { anchors, besideAnchors: untrusted, trustedAs: given.join(', ') };
  }
  try {
    const { anchors, untrusted } = await gatherTrust(invocation, []);
    return { anchors, besideAnchors: untrusted, trustedAs: 'the CAs of the home' };
  } catch (error) {
    if (!isNobody(error)) throw error;
    const { certificates } = readBundle(Buffer.from(rootCertificates.join('\n')));
    return {
      anchors: certificates.map(anchorOf),
      besideAnchors: [],
      trustedAs: 'the public roots of Node, for want of --ca',
    };
  }
}

/** CAs of the home, which may know what a server forgot to send. */
async function homeCas(invocation: Invocation): Promise<readonly Certificate[]> {
  try {
    return (await gatherTrust(invocation, [])).untrusted;
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
    throw error;
  }
}

function isNobody(error: unknown): boolean {
  return error instanceof MtlsError && error.code === 'CA_NOT_FOUND';
}

function isCa({ basicConstraints }: Certificate): boolean {
  return basicConstraints?.ca === true;
}

interface Told {
  readonly target: Target;
  readonly trusted: string;
  /** Absent when there was no point in connecting. */
  readonly record?: ConnectRecord;
  readonly findings: readonly HandshakeFinding[];
}

function tell({ output }: Invocation, told: Told): ExitCode {
  const { target, trusted, record, findings } = told;
  const ok = !findings.some(({ severity }) => severity === 'error');
  const steps = record?.transcript.steps ?? [];
  output.result({
    ok,
    json: () => ({
      target: target.text,
      trusted,
      handshake: steps.map(stepJson),
      answer: record?.answer
        ? { status: record.answer.status, date: record.answer.date ?? null }
        : null,
      findings: findings.map(findingJson),
    }),
    text: () => connectionText(told, ok, output.style),
  });
  if (ok) return 0;
  return record === undefined || record.end.kind === 'unusable' || tlsCame(record) ? 1 : 5;
}

function connectionText(told: Told, ok: boolean, style: Style): string {
  const { target, trusted, record, findings } = told;
  const steps = record?.transcript.steps ?? [];
  const verdict = ok ? style.paint('good', 'healthy') : style.paint('bad', 'not healthy');
  const status = record?.answer ? `, HTTP ${record.answer.status}` : '';
  const counted = findings.length === 0 ? '' : `, ${countFindings(findings)}`;
  return [
    ...(steps.length === 0 ? [] : [target.text, handshakeText(steps, style), '']),
    ...findings.map((one) => findingText(one, style)),
    `${verdict}: ${target.text}${status}${counted} (trusting ${escapeControl(trusted)})`,
  ].join('\n');
}
