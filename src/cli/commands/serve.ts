// mtls serve: a TLS server for trying clients, which says of each why it is let in or not.
import { SECOND } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { judgeGuest, type Door, type Guest } from '../../diagnose/handshake-guest.ts';
import type { ClientIdentity } from '../../diagnose/handshake-question.ts';
import { judgeKey } from '../../diagnose/handshake-verdict.ts';
import { parseNamePattern, type NamePattern } from '../../profile/name-pattern.ts';
import {
  CLIENT_MODES,
  startServing,
  type ServedAnswer,
  type ServedHandshake,
  type ServedRequest,
  type Serving,
} from '../../probe/serve.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { choice, defineCommand, flag, value, values } from '../command.ts';
import type { Invocation, OptionValues } from '../command.ts';
import type { ExitCode } from '../exit.ts';
import { readKeyFile } from '../key-file.ts';
import { hostCheck, LOOPBACK, readAddress, readPort } from '../listen.ts';
import { handshakeLine, guestJson } from '../render/guest.ts';
import { jsonText } from '../render/json.ts';
import { shellLine } from '../render/shell.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';
import { clearPassphrases } from '../held-passphrases.ts';
import { readSource } from '../source.ts';
import { gatherTrust, type Trust } from '../trust.ts';

const DOOR = 'Who is let in:';

const OPTIONS = {
  cert: value('--cert <file>', 'the server’s certificate, with its chain'),
  key: value('--key <file>', 'its key; by default in the same file'),
  ca: values('--ca <ca>', 'who is trusted: a CA of the home, or a file of roots (with a / or .)'),
  clientCa: values('--client-ca <ca>', 'who is trusted for clients, where it is another', DOOR),
  clients: choice('--clients <mode>', CLIENT_MODES, 'what becomes of their certificates', DOOR),
  allowCn: values('--allow-cn <name>', 'clients with this common name; * for any', DOOR),
  allowDns: values('--allow-dns <pattern>', 'clients with such a DNS name: *.example.org', DOOR),
  allowSpiffe: values('--allow-spiffe <pattern>', 'clients with such a SPIFFE ID', DOOR),
  listen: value('--listen <address>', 'the address to listen on; 127.0.0.1 by default'),
  port: value('--port <number>', 'the port; 8443 by default, 0 for any that is free'),
  once: flag('--once', 'end after one connection: 0 if it was let in, else 1'),
  ...PASSPHRASE_OPTIONS,
} as const;

type Options = OptionValues<typeof OPTIONS>;

/** Of a handshake, and of a request. */
const TIMEOUT = 10 * SECOND;

export const command = defineCommand({
  description:
    'Serve TLS for trying clients: each handshake is logged, each request answered in JSON with ' +
    'what was seen of the client and why it would be refused. Certificates of clients are demanded, ' +
    'or with --clients only requested or ignored. It listens on loopback unless told otherwise.',
  options: OPTIONS,
  examples: [
    {
      line: 'mtls serve --cert server.crt --key server.key --ca ./ca.crt',
      does: 'demand certificates of clients',
    },
    {
      line: 'mtls serve --cert server.crt --key server.key --ca ./ca.crt --clients request',
      does: 'let everybody in, and say who would be refused',
    },
    {
      line: "mtls serve --cert server.pem --ca ./ca.crt --allow-dns '*.example.org'",
      does: 'certificate and key in one file, and only some are let in',
    },
  ],
  exitCodes: [
    0,
    [1, 'with --once: the client was not let in'],
    3,
    4,
    [5, 'the port is not to be had'],
    7,
  ],
  async run(invocation) {
    const { options, context, output } = invocation;
    const { server, key } = await readServer(invocation, options);
    const trust = await gatherTrust(invocation, options.ca, invocation);
    const guests =
      options.clientCa.length === 0
        ? trust
        : await gatherTrust(invocation, options.clientCa, invocation);
    warnOfServer(server.certificates, trust, invocation);
    const allow = patternsOf(options);
    const doorAt = (at: Date): Door => ({
      clients: options.clients ?? 'demand',
      at,
      anchors: guests.anchors,
      untrusted: guests.untrusted,
      allow,
    });
    const judged = new WeakMap<ServedHandshake, Guest>();
    const judge = (handshake: ServedHandshake): Guest => {
      const known = judged.get(handshake);
      if (known) return known;
      const guest = judgeGuest(handshake, doorAt(context.clock()));
      judged.set(handshake, guest);
      return guest;
    };
    const address = readAddress(options.listen);
    const knows = hostCheck(server.certificates, address);
    const { end, ended } = ending(invocation);
    clearPassphrases(context);
    let last: boolean | undefined;

    return context.interruption.hold(async (): Promise<ExitCode> => {
      const serving = await start({
        address,
        port: readPort(options.port),
        chain: encodeBundle(server.certificates),
        key: writePrivateKey(key),
        clientCas: encodeBundle(
          guests.anchors.flatMap(({ certificate }) => (certificate ? [certificate] : [])),
        ),
        clients: options.clients ?? 'demand',
        timeout: TIMEOUT,
        onHandshake: (handshake) => {
          const guest = judge(handshake);
          last = guest.ok;
          output.note(handshakeLine(handshake, guest));
        },
        onEnd: () => {
          if (options.once && last !== undefined) end();
        },
        answer: (handshake, request) => ({
          date: context.clock(),
          ...answer(handshake, judge(handshake), request, knows, options),
        }),
      });
      announce(serving, invocation, options);
      await ended;
      await serving.close();
      return options.once && last === false ? 1 : 0;
    });
  },
});

async function readServer(
  invocation: Invocation,
  options: Options,
): Promise<{
  readonly server: ClientIdentity;
  readonly key: Awaited<ReturnType<typeof readKeyFile>>;
}> {
  const { cert } = options;
  if (cert === undefined)
    throw new MtlsError('USAGE', 'a server needs a certificate', {
      hint: 'mtls up makes a CA, a server and a client; give --cert server.crt --key server.key',
    });
  const { certificates } = await readSource(invocation, cert, { ...invocation, options });
  if (certificates.length === 0)
    throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(cert)}`, {
      hint: 'mtls inspect says what the file holds',
      data: { path: cert },
    });
  const keySource = options.key ?? cert;
  const key = await readKeyFile(invocation, options, keySource);
  const server = { certificates, source: cert, keySource };
  const unfit = judgeKey(server, key.publicKey);
  if (unfit) {
    const { text = '', commands = [] } = unfit.remedy ?? {};
    const hint = [text, ...commands.map(shellLine)].join(': ');
    throw new MtlsError('KEY_MISMATCH', unfit.cause, { hint });
  }
  return { server, key };
}

/** Clients will refuse what our own validator refuses. */
function warnOfServer(
  [leaf, ...untrusted]: readonly Certificate[],
  { anchors }: Trust,
  { context, output }: Invocation,
): void {
  if (leaf === undefined) return;
  const at = context.clock();
  const { fault } = verifyCertificate({ leaf, anchors, untrusted, at, purpose: 'server' });
  if (fault) output.warn(`clients will refuse this server: ${fault.message}`);
}

function patternsOf({ allowCn, allowDns, allowSpiffe }: Options): readonly NamePattern[] {
  for (const one of allowSpiffe)
    if (!one.startsWith('spiffe://'))
      throw new MtlsError('BAD_OPTION', `${quoteForeign(one)} is no pattern of SPIFFE IDs`, {
        hint: 'write spiffe://example.org/ns/*/sa/*',
      });
  for (const one of allowDns)
    if (/[/@:=]/.test(one))
      throw new MtlsError('BAD_OPTION', `${quoteForeign(one)} is no pattern of DNS names`, {
        hint: 'write api.example.org, *.example.org or **.example.org',
      });
  return [
    ...allowCn.map((one) => parseNamePattern(`CN=${one}`)),
    ...[...allowDns, ...allowSpiffe].map(parseNamePattern),
  ];
}

/** Settles on Ctrl-C and on SIGTERM, or when told. */
function ending({ context }: Invocation): {
  readonly end: () => void;
  readonly ended: Promise<void>;
} {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  context.interruption.signal.addEventListener('abort', end);
  return { end, ended };
}

async function start(options: Parameters<typeof startServing>[0]): Promise<Serving> {
  try {
    return await startServing(options);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const where = `${options.address}:${options.port}`;
    if (code.startsWith('ERR_'))
      throw new MtlsError('KEY_UNSUPPORTED', `TLS does not take this certificate: ${message}`, {
        hint: 'see what is wrong with it: mtls lint',
        cause: error,
      });
    throw new MtlsError('NETWORK', `cannot listen on ${where}: ${code}`, {
      hint:
        code === 'EADDRINUSE'
          ? 'another program has the port; --port 0 takes a free one'
          : 'give another --listen or --port',
      cause: error,
    });
  }
}

function announce(serving: Serving, { output }: Invocation, options: Options): void {
  const { address, port } = serving;
  const shown = address.includes(':') ? `[${address}]` : address;
  const url = `https://${address === LOOPBACK ? 'localhost' : shown}:${port}`;
  const clients = options.clients ?? 'demand';
  const local = address === LOOPBACK || address === '::1';
  if (!local) output.warn(`${shown} is not loopback: others can connect`);
  output.result({
    json: () => ({ url, address, port, clients }),
    text: () => `listening on ${url} (${shown}), certificates of clients: ${clients}`,
  });
}

function answer(
  handshake: ServedHandshake,
  guest: Guest,
  request: ServedRequest,
  knows: (host: string | undefined) => boolean,
  { clients = 'demand' }: Options,
): Omit<ServedAnswer, 'date'> {
  const tell = (status: number, body: Readonly<Record<string, unknown>>) => ({
    status,
    body: `${jsonText(body)}\n`,
  });
  if (!knows(request.host))
    return tell(421, { ok: false, error: 'the Host header names another server' });
  return tell(guest.ok || clients !== 'demand' ? 200 : 403, guestJson(handshake, guest));
}
