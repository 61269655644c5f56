// docs/conformance.md says what is so; `npm run conformance:table` writes it anew.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { hasPeer } from '../interop/support/peers.ts';
import { conformancePage, LOCAL_FIGURES } from './document.ts';
import { askPeer } from './peers.ts';
import { casesOf, hasCorpora, LIMBO_SUITES, SPIFFE_SUITES, spiffeVerdicts } from './suites.ts';

const page = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));

describe.skipIf(!hasCorpora)('the table of suites', () => {
  it('is current', async () => {
    const style = { ...(await resolveConfig(page)), filepath: page };
    expect(readFileSync(page, 'utf8')).toBe(await format(conformancePage(), style));
  });

  const peers = [
    ['openssl', hasPeer('openssl', ['version'])],
    ['go', hasPeer('go', ['version'])],
  ] as const;

  describe.each(peers)('%s', (peer, present) => {
    it.skipIf(!present)('says here what the table says', async ({ skip }) => {
      const known = LOCAL_FIGURES[peer];
      for (const [file] of LIMBO_SUITES) {
        const { version, totals } = await askPeer(peer, casesOf(file));
        // Another version may judge otherwise; the table says which one it was.
        if (version !== known.version) skip(`the table is of ${known.version}, this is ${version}`);
        expect(totals, file).toEqual(known.suites[file]);
      }
    });
  });

  it('has every SPIFFE ID, trust domain and SVID right', () => {
    spiffeVerdicts().forEach((judged, index) => {
      expect(judged).toHaveLength(SPIFFE_SUITES[index]?.[1] ?? -1);
      expect(judged.filter(({ expected, actual }) => expected !== actual)).toEqual([]);
    });
  });
});
