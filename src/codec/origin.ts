// Where a part was found, for messages and for findings.
import { escapeControl } from '../base/text.ts';
import { MtlsError } from '../base/errors.ts';

export interface Origin {
  /** The file as it was named, `-`, or a host; undefined where the caller gave none. */
  readonly source: string | undefined;
  /** Where inside a manifest: `Secret default/api: tls.crt`. */
  readonly entry?: string | undefined;
  /** Which block of how ever many, from 1; undefined for DER. */
  readonly block?: number | undefined;
  /** Line of the block's beginning, in the file or in the manifest's value, from 1. */
  readonly line?: number | undefined;
}

/** `api.pem, block 2 (line 31)`, `secret.yaml, Secret default/api: tls.crt, block 1 (line 1)`. */
export function formatOrigin(origin: Origin): string {
  const { source, entry, block, line } = origin;
  const parts = [source, entry].filter((part) => part !== undefined).map(escapeControl);
  if (block !== undefined)
    parts.push(line === undefined ? `block ${block}` : `block ${block} (line ${line})`);
  return parts.join(', ');
}

/** Runs a reader; its error says where it happened. */
export function readAt<Value>(origin: Origin, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    const where = formatOrigin(origin);
    if (where === '') throw error;
    throw new MtlsError(error.code, `${where}: ${error.message}`, {
      hint: error.hint,
      data: { ...error.data, ...origin },
      cause: error,
    });
  }
}
