// A mutual TLS handshake in this process, over loopback, with Node's own TLS on both ends:
// the proof that what was issued works, by a validator that is not ours.
import { checkServerIdentity, connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { isIP, type AddressInfo } from 'node:net';
import { MtlsError } from '../base/errors.ts';

/** What one end holds: PEM of its chain, of its key, and of the roots that it trusts. */
export interface Endpoint {
  readonly certificate: string;
  readonly key: string;
  readonly roots: string;
}

export interface HandshakeProof {
  /** As Node names it: `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** The name that the client asked for and checked. */
  readonly host: string;
  /** DER of the leaf that each end saw of the other. */
  readonly serverLeaf: Uint8Array;
  readonly clientLeaf: Uint8Array;
  /** Why the server turned a client without a certificate away. */
  readonly anonymousRefusal: string;
}

const TIMEOUT = 10_000;

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // 127.0.0.1 only: nobody else may knock
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function failed(who: string, cause: unknown): MtlsError {
  return new MtlsError('HANDSHAKE_FAILED', `the handshake failed: ${who}: ${reasonOf(cause)}`, {
    cause,
  });
}

/** What OpenSSL means, without its addresses and source files. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { reason } = cause as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : cause.message;
}

/** The client's half: connects, checks the server, reads its greeting to the end. */
function dial(
  port: number,
  host: string,
  roots: string,
  identity: { readonly certificate: string; readonly key: string } | undefined,
): Promise<{ protocol: string; cipher: string; serverLeaf: Uint8Array }> {
  return new Promise((resolve, reject) => {
    let seen: { protocol: string; cipher: string; serverLeaf: Uint8Array } | undefined;
    const socket: TLSSocket = connect({
      port,
      host: '127.0.0.1',
      // SNI carries names only (RFC 6066 §3); an address is still checked as `host`
      ...(isIP(host) === 0 && { servername: host }),
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
      ca: roots,
      ...(identity && { cert: identity.certificate, key: identity.key }),
      minVersion: 'TLSv1.2',
      timeout: TIMEOUT,
    });
    socket.once('secureConnect', () => {
      seen = {
        protocol: socket.getProtocol() ?? 'unknown',
        cipher: socket.getCipher().standardName,
        serverLeaf: new Uint8Array(socket.getPeerCertificate().raw),
      };
    });
    let greeting = '';
    socket.setEncoding('utf8').on('data', (text) => (greeting += String(text)));
    socket.once('timeout', () => socket.destroy(new Error('timed out')));
    socket.once('error', reject);
    // In TLS 1.3 the client's certificate is judged after the client thinks itself connected,
    // so only the greeting proves that the server agreed.
    socket.once('close', () => {
      if (seen && greeting === GREETING) resolve(seen);
      else reject(new Error('the server closed the connection without a greeting'));
    });
  });
}

const GREETING = 'mutual\n';

/**
 * Shakes hands over loopback, both ends verifying the other, and then once more as a client
 * without a certificate, which must be refused.
 *
 * @throws MtlsError `HANDSHAKE_FAILED` with the end that refused and Node's reason
 */
export async function proveMutualHandshake(
  server: Endpoint,
  client: Endpoint,
  host: string,
): Promise<HandshakeProof> {
  let clientLeaf: Uint8Array | undefined;
  const refusals: Error[] = [];
  const listener = createServer(
    {
      cert: server.certificate,
      key: server.key,
      ca: server.roots,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      handshakeTimeout: TIMEOUT,
    },
    (socket) => {
      clientLeaf = new Uint8Array(socket.getPeerCertificate().raw);
      socket.on('error', () => undefined);
      socket.end(GREETING);
    },
  );
  listener.on('tlsClientError', (error) => {
    refusals.push(error);
  });
  const port = await listen(listener);
  try {
    const seen = await dial(port, host, client.roots, client).catch((cause: unknown) => {
      const [refusal] = refusals;
      throw refusal ? failed('the server says', refusal) : failed('the client says', cause);
    });
    refusals.length = 0;
    const anonymous = await dial(port, host, client.roots, undefined).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    if (anonymous === undefined || clientLeaf === undefined)
      throw failed('the server', 'it let a client without a certificate in');
    return {
      ...seen,
      host,
      clientLeaf,
      anonymousRefusal: reasonOf(refusals[0] ?? anonymous),
    };
  } finally {
    listener.close();
  }
}
