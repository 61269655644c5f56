import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toUtf8 } from '../../src/base/bytes.ts';
import { diagnose } from '../../src/diagnose/doctor.ts';
import { gatherBytes } from '../../src/diagnose/gather.ts';
import { createTestPki } from '../../src/testing/index.ts';

const DAY = 86_400_000;

/** How often the side is asked for, in a list of Secrets whose certificates have all expired. */
async function asked(secrets: number): Promise<number> {
  const at = new Date();
  const pki = createTestPki({ ttl: '90d', now: new Date(at.getTime() - 400 * DAY) });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const items = Array.from({ length: secrets }, (_, index) => {
    const { cert, key } = pki.issue({ names: `host-${index}.example.test`, profile: 'server' });
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: `host-${index}` },
      data: { 'tls.crt': base64(cert), 'tls.key': base64(key), 'ca.crt': base64(pki.ca.cert) },
    };
  });
  const list = stringify({ apiVersion: 'v1', kind: 'List', items });
  let times = 0;
  const { findings } = diagnose(await gatherBytes(toUtf8(list), 'all.yaml'), {
    at,
    identities: [],
    homeCas: () => [],
    sources: ['all.yaml'],
    get side() {
      times++;
      return undefined;
    },
  });
  expect(findings.filter(({ code }) => code === 'EXPIRED').length).toBeGreaterThanOrEqual(1);
  return times;
}

it('four times as many Secrets ask four times as often', async () => {
  const few = await asked(20);
  const many = await asked(80);
  expect(many).toBeLessThan(6 * few);
});
