import { describe, expect, it } from 'vitest';
import { release } from '../../src/ca/release.ts';
import type { CertificateDer } from '../../src/base/bytes.ts';
import { DAY } from '../../src/base/clock.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { tbsOf, type IssuePlan } from '../../src/profile/plan.ts';
import type { LeafProfileName } from '../../src/profile/profile.ts';
import { resolveLeaf, resolveRoot } from '../../src/profile/resolve.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import { EXTENDED_KEY_USAGES } from '../../src/x509/extensions.ts';
import { ca, NOW, type Holder } from '../support/graph.ts';
import { thrown } from '../support/thrown.ts';

const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES;
const key = generateKey('ec-p256');

const leafPlan = (root: Holder, names: readonly string[], profile?: LeafProfileName) =>
  resolveLeaf(
    { names: names.map((name) => parseIdentityName(name)), profile },
    [root.certificate],
    { now: NOW },
  );

function sign(plan: IssuePlan, issuer: Holder): Promise<CertificateDer> {
  const signer = signerOf(issuer.key);
  const { publicKey } = key;
  return signCertificate(
    tbsOf(plan, { publicKey, serial: randomSerial(), algorithm: signer.algorithm }),
    signer,
  );
}

const judge = (
  der: CertificateDer,
  plan: IssuePlan,
  path: readonly Certificate[],
  publicKey = key.publicKey,
  now = NOW,
) => release(der, plan, publicKey, path, now);

describe('the last gate', () => {
  it('lets a good certificate pass, as it is', async () => {
    const root = await ca();
    const plan = leafPlan(root, ['api.example.org']);
    const der = await sign(plan, root);
    expect(judge(der, plan, [root.certificate]).der).toEqual(der);
  });

  it('holds a certificate against its plan', async () => {
    const root = await ca();
    const plan = leafPlan(root, ['api.example.org']);
    const path = [root.certificate];
    const der = await sign(plan, root);
    const stranger = generateKey('ec-p256').publicKey;
    const others: readonly IssuePlan[] = [
      { ...plan, extensions: leafPlan(root, ['www.example.org']).extensions },
      { ...plan, extensions: leafPlan(root, ['api.example.org'], 'client').extensions },
      { ...plan, extensions: plan.extensions.slice(1) },
      { ...plan, extensions: plan.extensions.map((one) => ({ ...one, critical: true })) },
      { ...plan, issuer: undefined },
      { ...plan, notAfter: new Date(plan.notAfter.getTime() + 1000) },
      { ...plan, notBefore: new Date(plan.notBefore.getTime() - 1000) },
      { ...plan, subjectDer: leafPlan(root, ['www.example.org']).subjectDer },
    ];
    for (const other of others)
      expect(thrown(() => judge(der, other, path))).toMatchObject({ code: 'INTERNAL' });
    expect(thrown(() => judge(der, plan, path, stranger))).toMatchObject({ code: 'INTERNAL' });
  });

  it('stops one that another CA of the same name has signed', async () => {
    const root = await ca({ subject: 'CN=root' });
    const double = await ca({ subject: 'CN=root' });
    const plan = leafPlan(root, ['api.example.org']);
    const der = await sign(plan, double);
    const error = thrown(() => judge(der, plan, [root.certificate]));
    expect(error).toMatchObject({ code: 'CHAIN_INVALID', data: { fault: 'BAD_SIGNATURE' } });
    expect(error.hint).toContain('nothing was issued');
  });

  it('stops a root whose own signature is not its own', async () => {
    const liar = await ca();
    const plan = resolveRoot({ subject: parseDn('CN=root') }, { now: NOW });
    const own = { ...liar, key };
    expect(judge(await sign(plan, own), plan, []).subjectDer).toEqual(plan.subjectDer);
    const forged = await sign(plan, liar);
    expect(thrown(() => judge(forged, plan, []))).toMatchObject({ code: 'CHAIN_INVALID' });
  });

  it.each<[LeafProfileName, string, string]>([
    ['server', serverAuth, clientAuth],
    ['client', clientAuth, serverAuth],
  ])('asks whether a %s’s chain serves its purpose', async (profile, own, other) => {
    const purposes = (oid: string) => ({ kind: 'extendedKeyUsage', purposes: [oid] }) as const;
    const fitting = await ca({ extensions: { extendedKeyUsage: purposes(own) } });
    const unfit = await ca({ extensions: { extendedKeyUsage: purposes(other) } });
    const fit = leafPlan(fitting, ['api.example.org'], profile);
    judge(await sign(fit, fitting), fit, [fitting.certificate]);
    const plan = leafPlan(unfit, ['api.example.org'], profile);
    const der = await sign(plan, unfit);
    expect(thrown(() => judge(der, plan, [unfit.certificate]))).toMatchObject({
      code: 'CHAIN_INVALID',
      data: { fault: 'EXTENDED_KEY_USAGE' },
    });
  });

  it('judges one for later, or for the past, at the nearest moment of its own time', async () => {
    const root = await ca();
    const plan = leafPlan(root, ['api.example.org']);
    const path = [root.certificate];
    for (const days of [3, -3]) {
      const from = new Date(NOW.getTime() + days * DAY);
      const shifted = { ...plan, notBefore: from, notAfter: new Date(from.getTime() + DAY) };
      judge(await sign(shifted, root), shifted, path);
    }
    // but within its CA's
    const beyond = new Date(root.certificate.notAfter.getTime() + DAY);
    const late = { ...plan, notBefore: beyond, notAfter: new Date(beyond.getTime() + DAY) };
    const der = await sign(late, root);
    expect(thrown(() => judge(der, late, path))).toMatchObject({ data: { fault: 'EXPIRED' } });
  });
});
