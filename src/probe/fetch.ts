// Fetching revocation lists, and only when the user asked for it: plain HTTP, within limits.
// RFC 5280 §4.2.1.13 wants http there; a list is signed, so the transport need not be.
import { get, type IncomingMessage } from 'node:http';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

export interface FetchLimits {
  /** Of one answer, in octets. */
  readonly bytes: number;
  /** For one answer, from connecting to its last octet, in milliseconds. */
  readonly timeout: number;
  readonly redirects: number;
}

/** As for files: twice the PEM of a CRL with a million entries; ten seconds, as OpenSSL's apps wait. */
export const FETCH_LIMITS: FetchLimits = {
  bytes: 64 * 1024 * 1024,
  timeout: 10_000,
  redirects: 3,
};

function refused(url: string, why: string): MtlsError {
  return new MtlsError('NETWORK', `cannot fetch ${quoteForeign(url)}: ${why}`, {
    hint: 'fetch the list yourself and give it with --crl',
    data: { url },
  });
}

/** Parses a URL that a certificate names; only plain HTTP is fetched. */
function parseHttpUrl(text: string, from: string): URL {
  const url = URL.canParse(text, from) ? new URL(text, from) : undefined;
  // file:, ldap: and the like would reach where no list lies
  if (url?.protocol !== 'http:') throw refused(text, 'only http is fetched');
  if (url.username !== '' || url.password !== '') throw refused(text, 'it names a user');
  return url;
}

/**
 * Fetches one URL. Throws NETWORK for another scheme, an answer that is no 200, too many
 * redirects, too much or too slow an answer.
 */
export async function fetchBytes(
  text: string,
  limits: FetchLimits = FETCH_LIMITS,
): Promise<Uint8Array> {
  const deadline = AbortSignal.timeout(limits.timeout);
  let url = parseHttpUrl(text, text);
  for (let hops = 0; hops <= limits.redirects; hops++) {
    const answer = await request(url, text, deadline);
    const { statusCode = 0, headers } = answer;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      answer.destroy();
      url = parseHttpUrl(headers.location, url.href);
      continue;
    }
    if (statusCode !== 200) {
      answer.destroy();
      throw refused(text, `the server answered ${statusCode}`);
    }
    return readBody(answer, text, limits.bytes, deadline);
  }
  throw refused(text, `more than ${limits.redirects} redirects`);
}

function request(url: URL, asked: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { signal, headers: { accept: 'application/pkix-crl' } }, resolve).on(
      'error',
      (error) => {
        reject(refused(asked, why(error, signal)));
      },
    );
  });
}

async function readBody(
  answer: IncomingMessage,
  asked: string,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) throw refused(asked, `more than ${most} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof MtlsError ? error : refused(asked, why(error, signal));
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function why(error: unknown, signal: AbortSignal): string {
  // An answer that is given up midway ends in a reset connection
  if (signal.aborted) return 'it took too long';
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
