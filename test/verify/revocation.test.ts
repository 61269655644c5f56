import { describe, expect, it } from 'vitest';
import { verifyCertificate } from '../../src/verify/verify.ts';
import type { Crl } from '../../src/x509/crl.ts';
import { crlOf, day } from '../support/crl.ts';
import { ask, ca, leaf, type Holder } from '../support/graph.ts';

// PKITS decides about base, delta, indirect and partitioned CRLs (test/conformance); here stands
// what happens to CRLs that are good for nothing.

const root = await ca({ subject: 'CN=Root' });
const issuing = await ca({ subject: 'CN=Issuing', by: root });
const good = await leaf({ by: issuing });
const bad = await leaf({ by: issuing });

function verdict(end: Holder, crls: readonly Crl[], requireRevocation = false): string {
  const { ok, fault } = verifyCertificate(ask(end, [root], [issuing], { crls, requireRevocation }));
  return ok ? 'ok' : `${fault.code} at ${fault.position}`;
}

describe('a CRL of the issuer', () => {
  it('tells revoked from good', async () => {
    const crl = await crlOf(issuing, [bad]);
    expect(verdict(good, [crl])).toBe('ok');
    expect(verdict(bad, [crl])).toBe('REVOKED at 0');
  });

  it('says when and why in the fault', async () => {
    const crls = [await crlOf(issuing, [bad])];
    const { fault } = verifyCertificate(ask(bad, [root], [issuing], { crls }));
    expect(fault?.data).toMatchObject({
      reason: 'keyCompromise',
      revokedAt: day(-2).toISOString().replace('.000Z', 'Z'),
    });
  });

  it('revokes an intermediate', async () => {
    const crl = await crlOf(root, [issuing]);
    expect(verdict(good, [crl])).toBe('REVOKED at 1');
  });

  it('of another issuer says nothing, even with the same serial number', async () => {
    const other = await ca({ subject: 'CN=Other' });
    expect(verdict(bad, [await crlOf(other, [bad])])).toBe('ok');
  });
});

describe('a CRL that is good for nothing', () => {
  const other = ca({ subject: 'CN=Issuing' });

  it.each([
    ['stale', { thisUpdate: day(-9), nextUpdate: day(-2) }],
    ['of tomorrow', { thisUpdate: day(1) }],
    [
      'for authority certificates only in part',
      {
        issuingDistributionPoint: {
          onlyUserCerts: true,
          onlyCaCerts: false,
          indirectCrl: false,
          onlyAttributeCerts: false,
          name: {
            kind: 'fullName' as const,
            names: [{ kind: 'uri' as const, value: 'http://x/1' }],
          },
        },
      },
    ],
  ])('cannot clear: %s', async (what, shape) => {
    const clear = await crlOf(issuing, [], shape);
    const expected = what.startsWith('for') ? 'ok' : 'REVOCATION_UNKNOWN at 0';
    expect(verdict(good, [clear])).toBe(expected);
    expect(verdict(good, [clear], true)).toMatch(/REVOCATION_UNKNOWN/);
  });

  it('still revokes what it lists, when it is stale', async () => {
    const stale = await crlOf(issuing, [bad], { thisUpdate: day(-9), nextUpdate: day(-2) });
    expect(verdict(bad, [stale])).toBe('REVOKED at 0');
    expect(verdict(bad, [stale, await crlOf(issuing, [])])).toBe('REVOKED at 0');
  });

  it('neither clears nor revokes when another key signed it', async () => {
    const forged = await crlOf(issuing, [], { by: await other });
    expect(verdict(bad, [forged])).toBe('REVOCATION_UNKNOWN at 0');
    const crl = await crlOf(issuing, [bad]);
    expect(verdict(bad, [forged, crl])).toBe('REVOKED at 0');
    expect(verdict(bad, [crl, forged])).toBe('REVOKED at 0');
    expect(verdict(good, [forged, crl])).toBe('ok');
  });

  it('says what is wrong with it', async () => {
    const stale = await crlOf(issuing, [], { thisUpdate: day(-9), nextUpdate: day(-2) });
    const { fault } = verifyCertificate(ask(good, [root], [issuing], { crls: [stale] }));
    expect(fault?.message).toContain('stale');
  });
});

describe('when revocation is required', () => {
  it('a certificate without a CRL fails, the anchor apart', async () => {
    expect(verdict(good, [], true)).toBe('REVOCATION_UNKNOWN at 0');
    const ofLeaf = await crlOf(issuing, [bad]);
    expect(verdict(good, [ofLeaf], true)).toBe('REVOCATION_UNKNOWN at 1');
    expect(verdict(good, [ofLeaf, await crlOf(root, [])], true)).toBe('ok');
  });
});

describe('a hold (RFC 5280 §5.3.1)', () => {
  const held = {
    serial: good.certificate.serial,
    revokedAt: day(-2),
    reason: 'certificateHold' as const,
  };

  it('is a revocation while it lasts', async () => {
    expect(verdict(good, [await crlOf(issuing, [held])])).toBe('REVOKED at 0');
  });

  it('ends with a later CRL that does not list it, and with no earlier one', async () => {
    const then = await crlOf(issuing, [held], { thisUpdate: day(-3), nextUpdate: day(4) });
    expect(verdict(good, [then, await crlOf(issuing, [])])).toBe('ok');
    const earlier = await crlOf(issuing, [], { thisUpdate: day(-5), nextUpdate: day(2) });
    expect(verdict(good, [then, earlier])).toBe('REVOKED at 0');
  });
});

describe('who may sign a CRL (RFC 5280 §6.3.3 (f))', () => {
  it('an issuer without cRLSign may not', async () => {
    const mute = await ca({
      subject: 'CN=Mute',
      by: root,
      extensions: { keyUsage: { kind: 'keyUsage', usages: ['keyCertSign'] } },
    });
    const end = await leaf({ by: mute });
    const crls = [await crlOf(mute, [])];
    const { fault } = verifyCertificate(ask(end, [root], [mute], { crls }));
    expect(fault?.code).toBe('REVOCATION_UNKNOWN');
    expect(fault?.message).toContain('cRLSign');
  });

  it('another certificate of the issuer may, when it leads to the same anchor', async () => {
    const signer = await ca({
      subject: 'CN=Issuing',
      by: root,
      extensions: {
        basicConstraints: null,
        keyUsage: { kind: 'keyUsage', usages: ['cRLSign'] },
      },
    });
    const crl = await crlOf(issuing, [bad], { by: signer });
    const request = (extra: readonly Holder[]) =>
      verifyCertificate(ask(good, [root], [issuing, ...extra], { crls: [crl] }));
    expect(request([signer]).ok).toBe(true);
    expect(request([]).fault?.code).toBe('REVOCATION_UNKNOWN');
    const stray = await ca({ subject: 'CN=Stray' });
    const foreign = await ca({ subject: 'CN=Issuing', by: stray, key: signer.key });
    expect(request([foreign, stray]).fault?.code).toBe('REVOCATION_UNKNOWN');
  });
});
