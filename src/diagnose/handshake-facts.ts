// What a recorded connection says about its two sides, picked from its messages.
import { MtlsError } from '../base/errors.ts';
import type { ConnectEnd, ConnectRecord } from '../probe/connect-types.ts';
import type { CertificateRequest, ClientHello, ServerHello } from '../probe/handshake-messages.ts';
import type { Side, Step } from '../probe/records-transcript.ts';
import { readRecord } from '../probe/records.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';

export interface SeenAlert {
  /** `unknown_ca` */
  readonly alert: string;
  readonly fatal: boolean;
  /** Milliseconds since the start. */
  readonly at: number;
  /** The message before it, of either side. */
  readonly after: string | undefined;
  /** After our own last handshake message. */
  readonly late: boolean;
}

export interface HandshakeFacts {
  readonly clientHello: ClientHello | undefined;
  readonly serverHello: ServerHello | undefined;
  /** What the server asks of a client; undefined when it does not ask. */
  readonly request: CertificateRequest | undefined;
  /** As sent; undefined when the handshake did not come to it. */
  readonly serverChain: readonly Certificate[] | undefined;
  /** Certificates that cannot be read, and why. */
  readonly unreadable: readonly MtlsError[];
  /** How many certificates we sent; undefined when we sent no such message. */
  readonly sent: number | undefined;
  /** The server’s alert that broke it off. */
  readonly refusal: SeenAlert | undefined;
  /** Ours. */
  readonly ownAlert: SeenAlert | undefined;
  /** Protocol that ALPN chose. */
  readonly alpn: string | undefined;
  /** The server said goodbye, or something that is not TLS's own. */
  readonly polite: boolean;
}

/** Alerts that break nothing off by themselves. */
const POLITE: ReadonlySet<string> = new Set(['close_notify', 'user_canceled']);

export function factsOf({ transcript, end }: ConnectRecord): HandshakeFacts {
  const { steps } = transcript;
  const find = <T>(side: Side, is: (message: Step['message']) => T | undefined): T | undefined => {
    for (const { from, message } of steps) {
      const found = from === side ? is(message) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const certificates = (side: Side): readonly Uint8Array[] | undefined =>
    find(side, (message) => ('certificates' in message ? message.certificates : undefined));
  const serverHello = find('server', (message) =>
    message.name === 'ServerHello' && 'suite' in message ? message : undefined,
  );
  const { chain, unreadable } = readChain(certificates('server'));
  return {
    clientHello: find('client', (message) => ('versions' in message ? message : undefined)),
    serverHello,
    request: find('server', (message) => ('authorities' in message ? message : undefined)),
    serverChain: chain,
    unreadable,
    sent: certificates('client')?.length,
    refusal: alertOf(steps, 'server') ?? alertTold(end, steps),
    ownAlert: alertOf(steps, 'client'),
    alpn:
      serverHello?.alpn ??
      find('server', (message) =>
        message.name === 'EncryptedExtensions' && 'alpn' in message ? message.alpn : undefined,
      ),
    polite: steps.some(
      ({ from, message }) =>
        from === 'server' &&
        (message.name === 'ApplicationData' ||
          ('alert' in message && message.alert === 'close_notify')),
    ),
  };
}

/** At least the beginning of one record of TLS came from the server. */
export function tlsCame({ firstBytes }: ConnectRecord): boolean {
  return firstBytes.length > 0 && readRecord(firstBytes) !== 'foreign';
}

function readChain(ders: readonly Uint8Array[] | undefined): {
  readonly chain: readonly Certificate[] | undefined;
  readonly unreadable: readonly MtlsError[];
} {
  if (ders === undefined) return { chain: undefined, unreadable: [] };
  const chain: Certificate[] = [];
  const unreadable: MtlsError[] = [];
  for (const der of ders)
    try {
      chain.push(parseCertificate(der));
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
      unreadable.push(error);
    }
  return { chain, unreadable };
}

function alertOf(steps: readonly Step[], side: Side): SeenAlert | undefined {
  const place = steps.findIndex(
    ({ from, message }) =>
      from === side && 'alert' in message && message.fatal && !POLITE.has(message.alert),
  );
  const step = steps[place];
  if (step === undefined || !('alert' in step.message)) return undefined;
  const { alert, fatal } = step.message;
  const before = steps.slice(0, place);
  const late = before.some(({ from, message }) => from === 'client' && message.name === 'Finished');
  return { alert, fatal, at: step.at, after: before.at(-1)?.message.name, late };
}

/** An alert that could not be read on the wire, as OpenSSL tells of it. */
function alertTold(end: ConnectEnd, steps: readonly Step[]): SeenAlert | undefined {
  const told = end.kind === 'tls' ? /^ERR_SSL_\w+_ALERT_(\w+)$/.exec(end.code)?.[1] : undefined;
  const last = steps.at(-1);
  if (told === undefined || last === undefined) return undefined;
  return {
    alert: told.toLowerCase(),
    fatal: true,
    at: last.at,
    after: steps.at(-2)?.message.name,
    late: steps.some(({ from, message }) => from === 'client' && message.name === 'Finished'),
  };
}
