// CRLs: many of them, huge ones, and ones that lead in circles.
import type { GeneralName } from '../../../src/name/san.ts';
import type { Crl } from '../../../src/x509/crl.ts';
import type { DistributionPoint, IssuingDistributionPoint } from '../../../src/x509/extensions.ts';
import { generateKey } from '../../../src/crypto/generate.ts';
import { crlOf, day } from '../crl.ts';
import { ask, ca, leaf, type Holder } from '../graph.ts';
import { directory, first, hostile, list, many, type HostileCase } from './case.ts';

const trusted = await ca({ subject: 'CN=Trusted' });
const end = await leaf({ by: trusted });
const stranger = await ca({ subject: 'CN=Stranger' });

const required = { requireRevocation: true };

const entries = (count: number) =>
  list(count, (i) => ({
    serial: Uint8Array.of(9, i >> 16, i >> 8, i),
    revokedAt: day(-2),
    reason: 'superseded' as const,
  }));

const uris = (count: number, host: string) =>
  list(count, (i): GeneralName => ({ kind: 'uri', value: `http://${host}/${i}.crl` }));

const PARTITION: IssuingDistributionPoint = {
  onlyUserCerts: false,
  onlyCaCerts: false,
  indirectCrl: false,
  onlyAttributeCerts: false,
};

/** A leaf with these distribution points. */
const pointing = (points: readonly DistributionPoint[]) =>
  leaf({
    by: trusted,
    extensions: { crlDistributionPoints: { kind: 'crlDistributionPoints', points } },
  });

export const REVOCATION: readonly HostileCase[] = [
  hostile('a CRL of 100,000 entries', 'ok', async () => {
    const crls = [await crlOf(trusted, entries(100_000))];
    return ask(end, [trusted], [], { ...required, crls });
  }),
  hostile('a CRL of 100,000 entries, all of one serial number', 'ok', async () => {
    const same = { serial: Uint8Array.of(9), revokedAt: day(-2) };
    const crls = [
      await crlOf(
        trusted,
        list(100_000, () => same),
      ),
    ];
    return ask(end, [trusted], [], { ...required, crls });
  }),
  hostile('a CRL that lists the certificate 100,000 times', 'REVOKED', async () => {
    const crls = [
      await crlOf(
        trusted,
        list(100_000, () => end),
      ),
    ];
    return ask(end, [trusted], [], { ...required, crls });
  }),
  hostile('5,000 CRLs that the issuer did not sign', 'BUDGET_EXCEEDED', async () => {
    const crls = await many(5000, () => crlOf(trusted, [], { by: stranger }));
    return ask(end, [trusted], [], { ...required, crls });
  }),
  hostile('5,000 CRLs of others, and the right one', 'ok', async () => {
    const crls = await many(5000, () => crlOf(stranger));
    return ask(end, [trusted], [], { ...required, crls: [...crls, await crlOf(trusted)] });
  }),
  hostile('90 CRLs that revoked it for a while, and one that does not', 'ok', async () => {
    const { serial } = end.certificate;
    const hold = { serial, revokedAt: day(-3), reason: 'certificateHold' as const };
    const crls = await many(90, () => crlOf(trusted, [hold], { thisUpdate: day(-2) }));
    return ask(end, [trusted], [], { ...required, crls: [...crls, await crlOf(trusted)] });
  }),
  hostile('2,000 delta CRLs to one base', ['BUDGET_EXCEEDED', 'ok'], async () => {
    const base = await crlOf(trusted, [], { number: 1n });
    const deltas = await many(2000, (i) =>
      crlOf(trusted, [], { number: BigInt(i + 2), baseCrlNumber: 1n, by: stranger }),
    );
    return ask(end, [trusted], [], { ...required, crls: [base, ...deltas] });
  }),
  hostile('2,000 issuers of one name for one CRL', 'BUDGET_EXCEEDED', async () => {
    const issuers = await many(2000, () => ca({ subject: 'CN=Trusted', by: trusted }));
    const crls = [await crlOf(trusted, [], { by: stranger })];
    return ask(end, [trusted], issuers, { ...required, crls });
  }),
  hostile(
    '4,000 distribution points of the certificate, 4,000 names of the CRL',
    ['BUDGET_EXCEEDED', 'REVOCATION_UNKNOWN'],
    async () => {
      const points = uris(4000, 'a').map((name): DistributionPoint => ({
        name: { kind: 'fullName', names: [name] },
      }));
      const point = { ...PARTITION, name: { kind: 'fullName', names: uris(4000, 'b') } } as const;
      const crls = [await crlOf(trusted, [], { issuingDistributionPoint: point })];
      return ask(await pointing(points), [trusted], [], { ...required, crls });
    },
  ),
  hostile(
    '2,000 directory names of a point, 50 CRLs with 500 each',
    ['BUDGET_EXCEEDED', 'REVOCATION_UNKNOWN'],
    async () => {
      const named = (count: number, text: string) =>
        list(count, (i) => directory(`O=${text} ${i},OU=${'u'.repeat(50)}`));
      const point: DistributionPoint = { name: { kind: 'fullName', names: named(2000, 'a') } };
      const names = named(500, 'b');
      const crls = await many(50, () =>
        crlOf(trusted, [], {
          issuingDistributionPoint: { ...PARTITION, name: { kind: 'fullName', names } },
        }),
      );
      return ask(await pointing([point]), [trusted], [], { ...required, crls });
    },
  ),
  hostile('CRL issuers that vouch for each other in a ring', 'REVOCATION_UNKNOWN', async () => {
    // Each one's CRL is indirect and is signed by the next, whose status only the one after tells.
    const ring = await many(40, (i) =>
      ca({
        subject: `CN=Lists ${i}`,
        by: trusted,
        extensions: {
          crlDistributionPoints: {
            kind: 'crlDistributionPoints',
            points: [{ crlIssuer: [directory(`CN=Lists ${(i + 1) % 40}`)] }],
          },
        },
      }),
    );
    const crls: Crl[] = [];
    for (const holder of ring)
      crls.push(
        await crlOf(holder, [], {
          issuingDistributionPoint: { ...PARTITION, indirectCrl: true, onlyAttributeCerts: true },
        }),
      );
    const victim = await pointing([{ crlIssuer: [directory('CN=Lists 0')] }]);
    return ask(victim, [trusted], ring, { ...required, crls });
  }),
  hostile('thousands of ways up, with a CRL each', 'BUDGET_EXCEEDED', async () => {
    const all: Holder[] = [];
    const crls: Crl[] = [];
    let above: readonly Holder[] = [trusted];
    for (let level = 0; level < 6; level++) {
      const key = generateKey('ec-p256');
      const by = first(above);
      above = await many(8, (i) =>
        ca({
          subject: `CN=Level ${level}`,
          key,
          by,
          notBefore: new Date(Date.UTC(2020, i)),
        }),
      );
      crls.push(await crlOf(by, above));
      all.push(...above);
    }
    const lost = await leaf({ by: first(above) });
    crls.push(await crlOf(first(above), [lost]));
    return ask(lost, [trusted], all, { ...required, crls });
  }),
];
