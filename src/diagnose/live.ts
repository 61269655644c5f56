// What a server shows, as a document beside files: the chain that it sends.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { connectTls } from '../probe/connect.ts';
import type { Document } from './document.ts';
import { factsOf } from './handshake-facts.ts';

export interface LiveTarget {
  readonly host: string;
  readonly port: number;
  /** `host:port` */
  readonly text: string;
  /** Sent as SNI; none for an address. */
  readonly serverName?: string | undefined;
}

const TIMEOUT = 10_000;

/**
 * Connects and hangs up again. Throws NETWORK where no certificate came.
 *
 * @param timeout for all of it, in milliseconds
 */
export async function liveDocument(target: LiveTarget, timeout = TIMEOUT): Promise<Document> {
  const { host, port, text, serverName } = target;
  const record = await connectTls({ host, port, serverName, timeout, patience: 0 });
  const { serverChain, unreadable } = factsOf(record);
  if (serverChain === undefined && unreadable.length === 0)
    throw new MtlsError('NETWORK', `${quoteForeign(text)} shows no certificate`, {
      hint: `mtls connect ${text} says why`,
      data: { target: text },
    });
  return {
    source: text,
    place: text,
    container: text,
    name: text,
    flaws: [],
    binary: false,
    parts: (serverChain ?? []).map((certificate, index) => ({
      kind: 'certificate',
      certificate,
      origin: { source: text, block: index + 1 },
    })),
    skipped: [],
    troubles: unreadable,
    encodedTwice: false,
    side: 'server',
  };
}
