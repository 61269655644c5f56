// Sources of commands that look at many things at once: files, folders, manifests, live servers.
import { existsSync } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Document, Resource } from '../diagnose/document.ts';
import { gather, gatherBytes } from '../diagnose/gather.ts';
import { parseIp } from '../name/ip.ts';
import type { Context } from './context.ts';
import { readStandardInput, refuseSecondInput, STANDARD_INPUT } from './source.ts';
import { parseTarget } from './target.ts';

/**
 * Reads all of them; what is damaged stands in its document. The passphrase opens key stores.
 *
 * @param take is told each object of the manifests, and says whether it is of use
 * @throws MtlsError NOTHING_FOUND, PASSPHRASE_NEEDED where a closed key store is all, FILE_NOT_FOUND … for what was named and cannot be reached,
 *   NETWORK for a server that shows no certificate
 */
export async function gatherSources(
  { context }: { readonly context: Pick<Context, 'stdin'> },
  sources: readonly string[],
  passphrase?: Uint8Array,
  take?: (resource: Resource) => boolean,
): Promise<readonly Document[]> {
  refuseSecondInput(sources);
  const documents: Document[] = [];
  const taken: Resource[] = [];
  const seen =
    take &&
    ((resource: Resource) => {
      if (take(resource)) taken.push(resource);
    });
  const opens = () => passphrase;
  for (const source of sources)
    if (source === STANDARD_INPUT)
      documents.push(
        ...(await gatherBytes(await readStandardInput(context.stdin), source, opens, seen)),
      );
    else if (isLive(source)) documents.push(await liveSource(source));
    else documents.push(...(await gather([source], opens, seen)));
  if (taken.length === 0 && documents.every(isEmpty)) {
    const closed = documents.find(({ skipped }) =>
      skipped.some(({ code }) => code === 'PASSPHRASE_NEEDED'),
    );
    if (closed) throw closedStore(closed.place);
    throw new MtlsError('NOTHING_FOUND', 'no certificate and no key in what was given', {
      hint: 'name the folder or the files of the certificates',
    });
  }
  return documents;
}

function isEmpty({ parts, troubles, jwks }: Document): boolean {
  return parts.length + troubles.length === 0 && jwks === undefined;
}

function closedStore(place: string): MtlsError {
  return new MtlsError(
    'PASSPHRASE_NEEDED',
    `the key store ${quoteForeign(place)} is encrypted, and no passphrase was given`,
    { hint: 'give --passphrase-file <file> or --passphrase-env <name>' },
  );
}

/** `host:port`, where no such file is there. */
function isLive(source: string): boolean {
  return /^[^/\\\s]+:\d{1,5}$/.test(source) && !existsSync(source);
}

async function liveSource(source: string): Promise<Document> {
  const target = parseTarget(source, 443);
  const { liveDocument } = await import('../diagnose/live.ts');
  const serverName = parseIp(target.host) ? undefined : target.host;
  return liveDocument({ ...target, text: source, serverName });
}
