// What only somebody with the CA's key, root or time can do to a folder, and how the audit tells.
import { chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { encodePem } from '../../src/codec/pem.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { auditCa } from '../../src/diagnose/audit/audit.ts';
import { openJournal } from '../../src/store/journal-tail.ts';
import { writeCommit } from '../../src/store/journal-write.ts';
import { homePaths } from '../../src/store/layout.ts';
import { factsOf } from '../../src/store/new-record.ts';
import { serialText } from '../../src/store/records.ts';
import { headCheck } from '../../src/store/rotation.ts';
import { signCrl } from '../../src/x509/crl.ts';
import { isRoot, makeCa, NOW, onPosix, type TestCa } from '../store/support.ts';
import { temporaryFolder } from '../support/program.ts';

const DAY = 86_400_000;

function audit({ store, home }: TestCa, now = NOW, passphrase?: string) {
  const { name, paths } = store;
  const uid = process.getuid?.();
  const { ok, findings } = auditCa({
    ...{ home: homePaths(home.root), name, paths, naming: [], now, uid, head: undefined },
    passphrase: passphrase === undefined ? undefined : () => passphrase,
    insists: false,
  });
  return { ok, told: findings.map(({ code, severity }) => `${code} ${severity}`) };
}

/** Issues `names`, revokes the first of them, and records a CRL of the serials given. */
async function withCrl(names: readonly string[], listed: (serials: string[]) => string[]) {
  const ca = await makeCa(temporaryFolder());
  const leaves = await Promise.all(names.map((name) => ca.leaf(name)));
  const serials = leaves.map(({ serial }) => serialText(serial));
  const next = new Date(NOW.getTime() + DAY);
  const { certificate } = ca.store;
  const der = await signCrl(
    {
      issuer: certificate.subjectDer,
      thisUpdate: NOW,
      nextUpdate: next,
      number: 1n,
      authorityKeyId: keyIdentifier(certificate.publicKey.keyBits),
      entries: listed(serials).map((serial) => ({
        serial: fromHex(serial) ?? new Uint8Array(),
        revokedAt: NOW,
        reason: 'unspecified' as const,
      })),
    },
    ca.signer,
  );
  await ca.store.transaction({ signer: ca.signer }, (tx) => {
    for (const leaf of leaves) tx.issued({ certificate: leaf, profile: 'server', outputs: [] });
    const [first = ''] = serials;
    tx.revoked({ serial: first, reason: 'unspecified', revokedAt: NOW });
    tx.crl({ number: 1n, thisUpdate: NOW, nextUpdate: next, entries: listed(serials).length, der });
    return Promise.resolve();
  });
  return ca;
}

describe('the audit of a CA', () => {
  it('finds a revoked certificate that is on no CRL', async () => {
    expect(audit(await withCrl(['a', 'b'], ([a = '']) => [a]))).toEqual({ ok: true, told: [] });
    const wanting = await withCrl(['a', 'b'], ([, b = '']) => [b]);
    expect(audit(wanting)).toEqual({ ok: false, told: ['CRL_INCOMPLETE error'] });
  });

  it('finds a CRL that is past its next update', async () => {
    const ca = await withCrl(['a'], (all) => all);
    expect(audit(ca, new Date(NOW.getTime() + DAY))).toEqual({ ok: true, told: [] });
    const late = new Date(NOW.getTime() + DAY + 1000);
    expect(audit(ca, late)).toEqual({ ok: false, told: ['CRL_STALE warning'] });
  });

  it('finds a certificate that was recorded and that the CA never signed', async () => {
    const ca = await makeCa(temporaryFolder());
    const other = await makeCa(temporaryFolder());
    const foreign = await other.leaf('a');
    await ca.store.transaction({ signer: ca.signer }, (tx) => {
      tx.issued({ certificate: foreign, profile: 'server', outputs: [] });
      return Promise.resolve();
    });
    expect(audit(ca)).toEqual({ ok: false, told: ['CERTIFICATE_SIGNATURE error'] });
  });

  it('finds a commit that counts what is not there, signed though it is', async () => {
    const ca = await makeCa(temporaryFolder());
    const { paths, certificate } = ca.store;
    const { end } = openJournal(paths, headCheck(paths, certificate));
    const { head } = end;
    const more = { ...end, head: { ...head, totals: { ...head.totals, issued: 7 } } };
    const leaf = await ca.leaf('a');
    await writeCommit(
      paths,
      more,
      [
        {
          event: {
            type: 'issued',
            at: NOW.toISOString(),
            ...factsOf({ certificate: leaf, profile: 'server', outputs: [] }),
          },
          certificate: leaf.der,
        },
      ],
      { signer: ca.signer, at: NOW, mayWrite: () => undefined },
    );
    expect(audit(ca)).toEqual({ ok: false, told: ['HEAD_TOTALS error'] });
  });

  it('holds an encrypted key against the certificate when it can be opened', async () => {
    const ca = await makeCa(temporaryFolder());
    const other = await makeCa(temporaryFolder());
    await other.store.saveKey(writePrivateKey(other.key, 'secret'));
    copyFileSync(other.store.paths.key, ca.store.paths.key);
    expect(audit(ca)).toEqual({ ok: true, told: ['CA_KEY_CLOSED info'] });
    expect(audit(ca, NOW, 'wrong')).toEqual({ ok: true, told: ['CA_KEY_CLOSED info'] });
    expect(audit(ca, NOW, 'secret')).toEqual({ ok: false, told: ['KEY_MISMATCH error'] });
  });

  it.skipIf(!onPosix || !isRoot)('finds files of other users', async () => {
    const ca = await makeCa(temporaryFolder());
    chownSync(ca.store.paths.chain, 65534, 65534);
    expect(audit(ca)).toEqual({ ok: false, told: ['FILE_OWNER error'] });
  });

  it('says of a CRL that is none that it is damaged', async () => {
    const ca = await withCrl(['a'], (all) => all);
    writeFileSync(join(ca.store.paths.folder, 'crl.pem'), encodePem('X509 CRL', Buffer.alloc(9)));
    expect(audit(ca)).toEqual({ ok: false, told: ['CA_FILE_DAMAGED error'] });
  });
});
