// Configurations of Consul's CA as JSON: what stands in them besides certificate and key.
import { fromUtf8 } from '../base/bytes.ts';
import type { Document } from '../diagnose/document.ts';
import { readBoundedFile } from '../store/read.ts';
import { STANDARD_INPUT } from './source.ts';

const MAX_PAYLOAD = 1024 * 1024;

/** The payloads by the sources that hold them; what is no JSON is left out. */
export function readPayloads(
  documents: readonly Document[],
  standardInput: Uint8Array | undefined,
): ReadonlyMap<string, unknown> {
  const sources = new Set(
    documents
      .filter(({ name }) => /(?:^|\.)(?:RootCert|PrivateKey)$/i.test(name))
      .map(({ source }) => source),
  );
  const payloads = new Map<string, unknown>();
  for (const source of sources) {
    const bytes =
      source === STANDARD_INPUT ? standardInput : readBoundedFile(source, { max: MAX_PAYLOAD });
    const text = bytes && fromUtf8(bytes);
    if (text === undefined) continue;
    try {
      payloads.set(source, JSON.parse(text));
    } catch (error) {
      // YAML, which Consul does not read either
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return payloads;
}
