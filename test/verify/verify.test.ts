import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeTime } from '../../src/asn1/time.ts';
import { bitString, integer, sequence } from '../../src/asn1/writer.ts';
import { DAY } from '../../src/base/clock.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { signerOf, type Signer } from '../../src/crypto/sign.ts';
import { FAULT_CODES, type FaultCode } from '../../src/verify/fault.ts';
import type { VerifyRequest } from '../../src/verify/types.ts';
import { verifierOf, verifyCertificate } from '../../src/verify/verify.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { ask, ca, CLIENT_AUTH, leaf, NOW, type Holder, type Shape } from '../support/graph.ts';

const before = (days: number) => new Date(NOW.getTime() - days * DAY);
const after = (days: number) => new Date(NOW.getTime() + days * DAY);

async function chain(shapes: { root?: Shape; issuing?: Shape; end?: Shape } = {}) {
  const root = await ca({ subject: 'CN=Root', ...shapes.root });
  const issuing = await ca({ subject: 'CN=Issuing', by: root, ...shapes.issuing });
  const end = await leaf({ by: issuing, ...shapes.end });
  return { root, issuing, end };
}

function verdict(request: VerifyRequest): string {
  const { ok, fault } = verifyCertificate(request);
  return ok ? 'ok' : `${fault.code} at ${fault.position}`;
}

describe('a path is found', () => {
  it('through intermediates in any order, beside what does not belong', async () => {
    const root = await ca({ subject: 'CN=Root' });
    const upper = await ca({ subject: 'CN=Upper', by: root });
    const lower = await ca({ subject: 'CN=Lower', by: upper });
    const stranger = await ca({ subject: 'CN=Stranger' });
    const end = await leaf({ by: lower });
    for (const untrusted of [
      [upper, lower, stranger],
      [stranger, lower, upper, root, end],
    ]) {
      const { ok, path } = verifyCertificate(ask(end, [stranger, root], untrusted));
      expect(ok).toBe(true);
      expect(path?.certificates).toEqual([end, lower, upper].map((one) => one.certificate));
      expect(path?.anchor.certificate).toBe(root.certificate);
    }
  });

  it('up to a trusted intermediate, whatever its root is', async () => {
    const { issuing, end } = await chain();
    expect(verdict(ask(end, [issuing]))).toBe('ok');
  });

  it('of no length where the leaf itself is trusted', async () => {
    const end = await leaf({ subject: 'CN=pinned' });
    const { ok, path } = verifyCertificate(ask(end, [end]));
    expect(ok).toBe(true);
    expect(path?.certificates).toEqual([end.certificate]);
  });

  it('from an anchor that is a name and a key alone', async () => {
    const { root, issuing, end } = await chain();
    const { subjectDer, publicKey } = root.certificate;
    const request = { ...ask(end, [], [issuing]), anchors: [{ subjectDer, publicKey }] };
    expect(verdict(request)).toBe('ok');
  });

  it('by the right key where several CAs have one name', async () => {
    const old = await ca({ subject: 'CN=Root' });
    const young = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: young });
    expect(verdict(ask(end, [old, young]))).toBe('ok');
    // Without key identifiers nothing but the signature tells them apart.
    const bare = await leaf({ by: young, extensions: { authorityKeyIdentifier: null } });
    expect(verdict(ask(bare, [old, young]))).toBe('ok');
  });

  it('past an expired cross-certificate (RFC 4158 §3.5.4)', async () => {
    const oldRoot = await ca({ subject: 'CN=Old root' });
    const root = await ca({ subject: 'CN=Root' });
    const cross = await ca({
      subject: 'CN=Root',
      key: root.key,
      by: oldRoot,
      notAfter: before(1),
    });
    const issuing = await ca({ subject: 'CN=Issuing', by: root });
    const end = await leaf({ by: issuing });
    expect(verdict(ask(end, [oldRoot, root], [cross, issuing]))).toBe('ok');
    expect(verdict(ask(end, [oldRoot], [cross, issuing]))).toBe('EXPIRED at 2');
  });

  it('where a name is written differently (RFC 5280 §7.1)', async () => {
    const root = await ca({ subject: 'CN=Example  Root' });
    const end = await leaf({ by: root, issuerName: 'CN=EXAMPLE root' });
    expect(verdict(ask(end, [root]))).toBe('ok');
  });

  it('through CAs that have signed each other, without going in circles', async () => {
    const a = await ca({ subject: 'CN=A' });
    const b = await ca({ subject: 'CN=B' });
    const ab = await ca({ subject: 'CN=A', key: a.key, by: b });
    const ba = await ca({ subject: 'CN=B', key: b.key, by: a });
    const end = await leaf({ by: a });
    expect(verdict(ask(end, [b], [ab, ba]))).toBe('ok');
    const { fault } = verifyCertificate(ask(end, [await ca()], [ab, ba]));
    expect(fault?.code).toBe('ISSUER_NOT_FOUND');
  });
});

describe('one thing wrong is named, with its place', () => {
  const cases: readonly (readonly [string, Parameters<typeof chain>[0], string])[] = [
    ['a leaf that has expired', { end: { notAfter: before(1) } }, 'EXPIRED at 0'],
    ['a leaf of tomorrow', { end: { notBefore: after(1) } }, 'NOT_YET_VALID at 0'],
    ['an intermediate that has expired', { issuing: { notAfter: before(1) } }, 'EXPIRED at 1'],
    ['a root that has expired', { root: { notAfter: before(1) } }, 'EXPIRED at 2'],
    [
      'an issuer that is no CA',
      { issuing: { extensions: { basicConstraints: { kind: 'basicConstraints', ca: false } } } },
      'NOT_A_CA at 1',
    ],
    [
      'an issuer without basic constraints',
      { issuing: { extensions: { basicConstraints: null } } },
      'NOT_A_CA at 1',
    ],
    [
      'a root without basic constraints',
      { root: { extensions: { basicConstraints: null } } },
      'NOT_A_CA at 2',
    ],
    [
      'an issuer that may not sign',
      { issuing: { extensions: { keyUsage: { kind: 'keyUsage', usages: ['cRLSign'] } } } },
      'KEY_USAGE at 1',
    ],
    [
      'a path that is too long for its root',
      {
        root: {
          extensions: { basicConstraints: { kind: 'basicConstraints', ca: true, pathLength: 0 } },
        },
      },
      'PATH_LENGTH_EXCEEDED at 2',
    ],
    [
      'a leaf for clients only',
      {
        end: {
          extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
        },
      },
      'EXTENDED_KEY_USAGE at 0',
    ],
    [
      'an intermediate for clients only',
      {
        issuing: {
          extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
        },
      },
      'EXTENDED_KEY_USAGE at 1',
    ],
    [
      'a leaf that cannot sign a handshake',
      { end: { extensions: { keyUsage: { kind: 'keyUsage', usages: ['dataEncipherment'] } } } },
      'KEY_USAGE at 0',
    ],
    [
      'a critical extension that nobody knows',
      {
        issuing: {
          extensions: {
            unknown: {
              critical: { kind: 'unknown', oid: '1.2.3.4.5', value: Uint8Array.of(5, 0) },
            },
          },
        },
      },
      'UNKNOWN_CRITICAL_EXTENSION at 1',
    ],
    [
      'a name outside of the constraints',
      {
        issuing: {
          extensions: {
            nameConstraints: {
              kind: 'nameConstraints',
              constraints: { permitted: [{ kind: 'dns', value: 'example.com' }], excluded: [] },
            },
          },
        },
      },
      'NAME_CONSTRAINT at 0',
    ],
    [
      'a required policy that the chain does not hold',
      {
        issuing: {
          extensions: {
            policyConstraints: { kind: 'policyConstraints', requireExplicitPolicy: 0 },
          },
        },
      },
      'POLICY at 0',
    ],
    ['a serial below zero', { end: { serial: Uint8Array.of(0x80, 1) } }, 'MALFORMED at 0'],
  ];
  it.each(cases)('%s', async (_, shapes, expected) => {
    const { root, issuing, end } = await chain(shapes);
    expect(verdict(ask(end, [root], [issuing]))).toBe(expected);
  });

  it('an RSA key that is too short', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const short = privateKeyFromPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }));
    const root = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: root, key: short });
    expect(verdict(ask(end, [root]))).toBe('WEAK_KEY at 0');
    const weak = await ca({ subject: 'CN=Weak', key: short });
    expect(verdict(ask(await leaf({ by: weak }), [weak]))).toBe('WEAK_KEY at 1');
  });

  it('a signature over SHA-1, except the one of an anchor over itself', async () => {
    const old = await ca({ subject: 'CN=Old' });
    const algorithm = signatureAlgorithm('ecdsa-sha1');
    const signer: Signer = {
      publicKey: old.key.publicKey,
      algorithm,
      sign: (message) => sign('sha1', message, old.key.keyObject),
    };
    const root = await ca({ subject: 'CN=Old', key: old.key, signer });
    expect(verdict(ask(await leaf({ by: root }), [root]))).toBe('ok');
    expect(verdict(ask(await leaf({ by: root, signer }), [root]))).toBe('WEAK_HASH at 0');
    const legacy = ask(await leaf({ by: root, signer }), [root], [], { profile: 'legacy' });
    expect(verdict(legacy)).toBe('ok');
  });

  it('a root that is not trusted', async () => {
    const { root, issuing, end } = await chain();
    const other = await ca({ subject: 'CN=Other' });
    expect(verdict(ask(end, [other], [issuing, root]))).toBe('UNTRUSTED_ROOT at 2');
  });

  it('a self-signed leaf', async () => {
    const end = await leaf({});
    const { fault } = verifyCertificate(ask(end, [await ca()]));
    expect(fault).toMatchObject({ code: 'UNTRUSTED_ROOT', position: 0 });
    expect(fault?.message).toContain('self-signed');
  });

  it('an intermediate that is missing, by its name', async () => {
    const { root, end } = await chain();
    const { fault } = verifyCertificate(ask(end, [root]));
    expect(fault).toMatchObject({ code: 'ISSUER_NOT_FOUND', position: 0 });
    expect(fault?.message).toContain('CN=Issuing');
  });

  it('a CA that was made anew under its old name', async () => {
    const made = await ca({ subject: 'CN=Root' });
    const again = await ca({ subject: 'CN=Root' });
    const end = await leaf({ by: made });
    const { fault } = verifyCertificate(ask(end, [again], [made]));
    expect(fault).toMatchObject({ code: 'BAD_SIGNATURE', position: 0, data: { trusted: true } });
  });

  it('a certificate that was changed after it was signed', async () => {
    const { root, issuing, end } = await chain();
    const der = Uint8Array.from(end.certificate.der);
    // The last octet of the name api.example.org in the alternative names
    const at = Buffer.from(der).lastIndexOf('example.org') + 'example.org'.length - 1;
    der[at] = 0x68;
    const changed = { ...end, certificate: parseCertificate(der) };
    expect(verdict(ask(changed, [root], [issuing]))).toBe('BAD_SIGNATURE at 0');
  });
});

describe('several things wrong', () => {
  it('are all told, the most specific first', async () => {
    const { root, issuing, end } = await chain({ end: { notAfter: before(1) } });
    const { fault, attempts } = verifyCertificate(
      ask(end, [root], [issuing], { identity: { kind: 'dns', value: 'db.example.org' } }),
    );
    expect(fault?.code).toBe('EXPIRED');
    expect(attempts).toHaveLength(1);
    expect(attempts[0]?.faults.map(({ code }) => code)).toEqual(['EXPIRED', 'HOST_MISMATCH']);
  });

  it('put the attempt first that is nearest to good', async () => {
    const root = await ca({ subject: 'CN=Root' });
    const lost = await ca({ subject: 'CN=Lost' });
    const key = generateKey('ec-p256');
    const expired = await ca({ subject: 'CN=Issuing', key, by: root, notAfter: before(1) });
    const rootless = await ca({ subject: 'CN=Issuing', key, by: lost });
    const end = await leaf({ by: expired });
    const { fault, attempts } = verifyCertificate(ask(end, [root], [rootless, expired]));
    expect(fault).toMatchObject({ code: 'EXPIRED', position: 1 });
    expect(attempts.map(({ faults }) => faults[0]?.code)).toEqual(['EXPIRED', 'ISSUER_NOT_FOUND']);
  });

  it('escape what comes from certificates', async () => {
    const root = await ca();
    const end = await leaf({ by: root, names: [{ kind: 'dns', value: '\u001b[31mred' }] });
    const { fault } = verifyCertificate(
      ask(end, [root], [], { identity: { kind: 'dns', value: '\u001b[2J' } }),
    );
    expect(fault?.code).toBe('HOST_MISMATCH');
    expect(fault?.message).toContain('\\x1b[31mred');
    expect(fault?.message).not.toContain('\u001b');
  });
});

describe('boundaries', () => {
  it.each([
    ['the first second', new Date('2026-05-01T00:00:00.000Z'), 'ok'],
    ['just before', new Date('2026-04-30T23:59:59.999Z'), 'NOT_YET_VALID at 0'],
    ['the last second', new Date('2026-07-01T00:00:00.999Z'), 'ok'],
    ['just after', new Date('2026-07-01T00:00:01.000Z'), 'EXPIRED at 0'],
  ])('dates hold to the second: %s', async (_, at, expected) => {
    const year = { notBefore: new Date('2020-01-01'), notAfter: new Date('2030-01-01') };
    const root = await ca(year);
    const end = await leaf({
      by: root,
      notBefore: new Date('2026-05-01T00:00:00Z'),
      notAfter: new Date('2026-07-01T00:00:00Z'),
    });
    expect(verdict(ask(end, [root], [], { at }))).toBe(expected);
  });

  it('self-issued certificates do not count for the path length (RFC 5280 §6.1.4 (l))', async () => {
    const root = await ca({
      subject: 'CN=Root',
      extensions: { basicConstraints: { kind: 'basicConstraints', ca: true, pathLength: 1 } },
    });
    const one = await ca({ subject: 'CN=Issuing', by: root });
    const two = await ca({ subject: 'CN=Issuing', by: one });
    const end = await leaf({ by: two });
    expect(verdict(ask(end, [root], [one, two]))).toBe('ok');
    const three = await ca({ subject: 'CN=Below', by: two });
    const deep = await leaf({ by: three });
    expect(verdict(ask(deep, [root], [one, two, three]))).toBe('PATH_LENGTH_EXCEEDED at 4');
  });

  it('a v1 root is an anchor, a v1 intermediate is no CA (RFC 5280 §6.1.1 (d), §6.1.4 (k))', async () => {
    const top = await ca({ subject: 'CN=Top' });
    const v1 = async (by: Holder, subject: string, holder: Holder): Promise<Holder> => {
      const signer = signerOf(by.key);
      const { certificate } = holder;
      const tbs = sequence(
        integer(7),
        signer.algorithm.identifier,
        by.certificate.subjectDer,
        sequence(encodeTime(certificate.notBefore), encodeTime(certificate.notAfter)),
        certificate.subjectDer,
        certificate.publicKey.spki,
      );
      const signature = await Promise.resolve(signer.sign(tbs));
      const der = sequence(tbs, signer.algorithm.identifier, bitString(signature));
      return { ...holder, subject, certificate: parseCertificate(der) };
    };
    const root = await v1(top, 'CN=Top', top);
    expect(root.certificate.version).toBe(1);
    const end = await leaf({ by: root });
    expect(verdict(ask(end, [root]))).toBe('ok');
    expect(verdict(ask(end, [root], [], { profile: 'rfc5280' }))).toBe('NOT_A_CA at 1');
    const below = await v1(top, 'CN=Below', await ca({ subject: 'CN=Below' }));
    expect(verdict(ask(await leaf({ by: below }), [top], [below]))).toBe('NOT_A_CA at 1');
  });
});

describe('a verifier', () => {
  it('judges one leaf after the other alike', async () => {
    const { root, issuing, end } = await chain();
    const late = await leaf({ by: issuing, notAfter: before(1) });
    const verify = verifierOf(ask(end, [root], [issuing]));
    const answers = [end, late, end, late].map((one: Holder) => verify(one.certificate).ok);
    expect(answers).toEqual([true, false, true, false]);
  });

  it('builds with what comes with each leaf, and forgets it', async () => {
    const { root, issuing, end } = await chain();
    const { issuing: stranger } = await chain();
    const verify = verifierOf(ask(end, [root]));
    const judged = (...more: readonly Holder[]) =>
      verify(
        end.certificate,
        more.map(({ certificate }) => certificate),
      );
    expect(judged().fault?.code).toBe('ISSUER_NOT_FOUND');
    expect(judged(stranger, issuing).path?.certificates).toEqual([
      end.certificate,
      issuing.certificate,
    ]);
    expect(judged(stranger).ok).toBe(false);
    expect(judged().fault?.code).toBe('ISSUER_NOT_FOUND');
  });
});

it('ranks every code', () => {
  const codes: readonly FaultCode[] = FAULT_CODES;
  expect(new Set(codes).size).toBe(codes.length);
});
