import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toUtf8 } from '../../src/base/bytes.ts';
import { diagnose } from '../../src/diagnose/doctor.ts';
import type { DoctorSettings } from '../../src/diagnose/settings.ts';
import { gatherBytes } from '../../src/diagnose/gather.ts';
import { createTestPki } from '../../src/testing/index.ts';

const DAY = 86_400_000;

/** What is found in a list of Secrets whose certificates have all expired. */
async function found(secrets: number, look: Partial<DoctorSettings> = {}) {
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
  const { findings } = diagnose(
    await gatherBytes(toUtf8(list), 'all.yaml'),
    Object.defineProperties(
      { at, identities: [], homeCas: () => [], sources: ['all.yaml'] },
      Object.getOwnPropertyDescriptors(look),
    ),
  );
  return findings.filter(({ code }) => code === 'EXPIRED');
}

/** How often the side is asked for. */
async function asked(secrets: number): Promise<number> {
  let times = 0;
  const expired = await found(secrets, {
    get side() {
      times++;
      return undefined;
    },
  });
  expect(expired.length).toBeGreaterThanOrEqual(1);
  return times;
}

it('what mends one Secret of many makes a certificate for its own names alone', async () => {
  const expired = (await found(3)).filter(({ subject }) => subject.includes('Secret host-1:'));
  const lines = expired.flatMap(({ remedy }) => remedy?.commands ?? []);
  expect(lines.find(([, word]) => word === 'issue')?.slice(2, 3)).toEqual(['host-1.example.test']);
  expect(lines.filter((line) => line.includes('host-0.example.test'))).toHaveLength(1);
});

it('four times as many Secrets ask four times as often', async () => {
  const few = await asked(20);
  const many = await asked(80);
  expect(many).toBeLessThan(6 * few);
});
