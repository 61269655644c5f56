import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import { diagnose } from '../../src/diagnose/doctor.ts';
import { gatherBytes } from '../../src/diagnose/gather.ts';
import { objectReports } from '../../src/diagnose/objects.ts';
import { createTestPki } from '../../src/testing/index.ts';

const { server, client, ca } = createTestPki();
const DAY = 24 * 60 * 60 * 1000;

const secret = (namespace: string, { cert, key }: { cert: string; key: string }) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/tls',
  metadata: { name: 'api', namespace },
  stringData: { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca.cert },
});

async function judged(items: readonly object[], at: Date) {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const documents = await gatherBytes(toUtf8(text), 'all.json');
  const settings = { at, identities: [], sources: ['all.json'], homeCas: () => [] };
  const diagnosis = diagnose(documents, settings);
  return { findings: diagnosis.findings, reports: objectReports(diagnosis) };
}

const endOf = async () => {
  const { reports } = await judged([secret('prod', server)], new Date());
  const end = reports[0]?.leaves[0]?.certificate.notAfter;
  if (!end) throw new Error('the server has no certificate');
  return end.getTime();
};

describe('one certificate in several Secrets', () => {
  it('has expired in each of them, and is told once', async () => {
    const { findings, reports } = await judged(
      [secret('prod', server), secret('dev', server), secret('test', server)],
      new Date((await endOf()) + DAY),
    );
    const expired = findings.filter(({ code }) => code === 'EXPIRED');
    expect(expired.map(({ subject }) => subject)).toContain('all.json, Secret prod/api: tls.crt');
    expect(
      expired.flatMap(({ consequences }) => consequences.map(({ subject }) => subject)),
    ).toEqual(
      expect.arrayContaining([
        'all.json, Secret dev/api: tls.crt',
        'all.json, Secret test/api: tls.crt',
      ]),
    );
    expect(reports.map(({ health }) => health)).toEqual(['error', 'error', 'error']);
  });

  it('ends soon in each of them', async () => {
    const { reports } = await judged(
      [secret('prod', server), secret('dev', server)],
      new Date((await endOf()) - 60_000),
    );
    expect(reports.map(({ health }) => health)).toEqual(['warning', 'warning']);
  });

  it('what is wrong with one Secret alone stays there', async () => {
    const { reports } = await judged(
      [secret('prod', { cert: server.cert, key: client.key }), secret('dev', server)],
      new Date(),
    );
    expect(reports.map(({ health }) => health)).toEqual(['error', 'good']);
  });
});
