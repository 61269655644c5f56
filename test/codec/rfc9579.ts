// The key stores of RFC 9579 appendix A, by their section.
import { readFileSync } from 'node:fs';

interface Vectors {
  readonly vectors: Readonly<Record<string, { readonly title: string; readonly base64: string }>>;
}

const { vectors } = JSON.parse(
  readFileSync(new URL('./rfc9579.json', import.meta.url), 'utf8'),
) as Vectors;

export const RFC9579_PASSWORD = '1234';

export function rfc9579(section: string): Uint8Array {
  return new Uint8Array(Buffer.from(vectors[section]?.base64 ?? '', 'base64'));
}
