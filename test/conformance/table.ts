// `npm run conformance:table`: runs the peers that are here and writes peers.json and
// docs/conformance.md anew.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { askPeer, type LocalFigures, type LocalPeer } from './peers.ts';
import { casesOf, LIMBO_SUITES } from './suites.ts';

async function write(url: URL, text: string): Promise<void> {
  const path = fileURLToPath(url);
  const style = { ...(await resolveConfig(path)), filepath: path };
  writeFileSync(path, await format(text, style));
}

async function figuresOf(peer: LocalPeer): Promise<LocalFigures> {
  const suites: Record<string, LocalFigures['suites'][string]> = {};
  let version = '';
  for (const [file] of LIMBO_SUITES) {
    const asked = await askPeer(peer, casesOf(file));
    version = asked.version;
    suites[file] = asked.totals;
  }
  return { version, suites };
}

const figures = { openssl: await figuresOf('openssl'), go: await figuresOf('go') };
await write(new URL('./peers.json', import.meta.url), JSON.stringify(figures));
// Read only now, for it holds what was just written.
const { conformancePage } = await import('./document.ts');
await write(new URL('../../docs/conformance.md', import.meta.url), conformancePage());
