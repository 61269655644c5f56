// SARIF 2.1.0: what its schema requires, and what it forbids.
import { expect, it } from 'vitest';
import { sarifText } from '../../src/cli/render/sarif.ts';
import type { Finding } from '../../src/diagnose/finding.ts';

const finding: Finding = {
  code: 'KEY_MODE',
  severity: 'warning',
  subject: 'my certs/ä#server.key',
  cause: 'everybody may read it',
  evidence: [
    { source: 'my certs/chain.pem, block 2 (line 21)', field: 'mode', value: '0644' },
    { field: 'judged at', value: 'now' },
  ],
  remedy: { text: 'take it away', commands: [['chmod', '600', 'my certs/ä#server.key']] },
  consequences: [],
};

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly startLine: number };
  };
}

interface Log {
  readonly version: string;
  readonly $schema: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly { readonly id: string }[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
      readonly relatedLocations: readonly Location[];
    }[];
  }[];
}

it('has what the schema requires', () => {
  const log = JSON.parse(sarifText([finding, { ...finding, severity: 'info' }])) as Log;
  expect(log.version).toBe('2.1.0');
  expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/);
  const [run] = log.runs;
  expect(log.runs).toHaveLength(1);
  expect(run?.tool.driver.name).toBe('mtls');
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['KEY_MODE']);
  expect(run?.results.map(({ level, ruleIndex, ruleId }) => [level, ruleIndex, ruleId])).toEqual([
    ['warning', 0, 'KEY_MODE'],
    ['note', 0, 'KEY_MODE'],
  ]);
  const [result] = run?.results ?? [];
  expect(result?.message.text).toContain("chmod 600 'my certs/ä#server.key'");
});

it('names files as URIs, and lines by number', () => {
  const log = JSON.parse(sarifText([finding])) as Log;
  const [result] = log.runs[0]?.results ?? [];
  const [location] = result?.locations ?? [];
  const { uri } = location?.physicalLocation.artifactLocation ?? { uri: '' };
  expect(uri).toBe('my%20certs/%C3%A4%23server.key');
  expect(new URL(uri, 'file:///').hash).toBe('');
  expect(result?.relatedLocations.map(({ physicalLocation }) => physicalLocation)).toEqual([
    { artifactLocation: { uri: 'my%20certs/chain.pem' }, region: { startLine: 21 } },
  ]);
});

it('is a log of nothing where nothing is wrong', () => {
  const log = JSON.parse(sarifText([])) as Log;
  expect(log.runs[0]?.results).toEqual([]);
});
