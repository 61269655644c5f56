// The doctor before set-ups that are broken in one way each, and before healthy ones.
import { describe, expect, it } from 'vitest';
import { hasOpenssl } from '../support/openssl.ts';
import { hasPeer } from './support/peers.ts';
import { BROKEN, type Broken } from './doctor/broken.ts';
import { HEALTHY } from './doctor/healthy.ts';
import { Kit, type Diagnosis } from './doctor/kit.ts';
import { byGo } from './doctor/make-go.ts';
import { byOpenssl } from './doctor/make-openssl.ts';
import { ours } from './doctor/make-ours.ts';

const MAKERS = { ours, openssl: byOpenssl, go: byGo };
const TURNS = ['openssl', 'go', 'ours'] as const;
const present = { ours: true, openssl: hasOpenssl, go: hasPeer('go', ['version']) };

/** Those who make it: each in turn, unless the set-up asks for one. */
const makerOf = ({ by }: { readonly by?: Broken['by'] }, index: number) =>
  by ?? TURNS[index % 3] ?? 'ours';

describe('broken set-ups', () => {
  for (const [index, broken] of BROKEN.entries()) {
    const by = makerOf(broken, index);
    const java = broken.java !== true || hasPeer('keytool', ['-help']);
    it.skipIf(!present[by] || !hasOpenssl || !java)(`${broken.name}, made by ${by}`, () => {
      const kit = new Kit(MAKERS[by]);
      broken.make(kit);
      const { sources = ['certs'], args = [], also = [] } = broken;

      const { status, findings } = kit.doctor(sources, args);
      const [first] = findings;
      expect(first).toMatchObject({
        code: broken.code,
        subject: broken.subject,
        severity: broken.severity ?? 'error',
      });
      expect(status).toBe(1);
      const accused = findings.filter(({ severity }) => severity !== 'info');
      const guilty = [broken.subject, ...also];
      expect(told({ findings: accused.filter(({ subject }) => !guilty.includes(subject)) })).toBe(
        '',
      );

      if (broken.unproven) return;
      for (const argv of first?.remedy?.argv ?? []) {
        const { status: ended, stderr } = kit.run(argv);
        expect(ended, `${argv.join(' ')}: ${stderr}`).toBe(0);
      }
      const folder = first?.remedy?.folder;
      const after = kit.doctor(typeof folder === 'string' ? [folder] : sources, args);
      expect(told(after)).toBe('');
      expect(after.status).toBe(0);
    });
  }
});

describe('healthy set-ups', () => {
  for (const [index, healthy] of HEALTHY.entries()) {
    const by = makerOf(healthy, index);
    it.skipIf(!present[by] || !hasOpenssl)(`${healthy.name}, made by ${by}`, () => {
      const kit = new Kit(MAKERS[by]);
      healthy.make(kit);
      const { sources = ['certs'], args = [] } = healthy;
      const diagnosis = kit.doctor(sources, args);
      expect(told(diagnosis)).toBe('');
      expect(diagnosis.status).toBe(0);
    });
  }
});

/** What is more than worth knowing. */
function told({ findings }: Pick<Diagnosis, 'findings'>): string {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, subject, cause }) => `${code} ${subject}: ${cause}`)
    .join('\n');
}
