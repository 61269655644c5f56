// What openssl refuses under -x509_strict, lint calls an error: each rule tried before a judge of
// another house.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/engine.ts';
import type { Holder } from '../../src/testing/certify.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { ca, extension, leaf, names, NOW, raw, ROOT, usage, type Unusual } from './support.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mtls-lint-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What openssl says of a chain: leaf, then its issuers. */
function strict(chain: readonly Holder[]): string {
  const [first, ...others] = chain.map(({ pem }, index) => {
    const path = join(folder, `${index}.pem`);
    writeFileSync(path, pem);
    return path;
  });
  const at = String(Math.floor(NOW.getTime() / 1000) + 3600);
  const untrusted = others.slice(0, -1).flatMap((path) => ['-untrusted', path]);
  const args = ['verify', '-x509_strict', '-attime', at, '-CAfile', others.at(-1) ?? ''];
  const { stdout, stderr } = spawnSync('openssl', [...args, ...untrusted, first ?? ''], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}

function errors(chain: readonly Holder[]): readonly string[] {
  return lint(chain.map(({ certificate }) => ({ certificate })))
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ rule }) => rule.id);
}

const onLeaf = (unusual: Unusual) => [leaf(unusual), ROOT];
const onCa = (unusual: Unusual) => {
  const sub = ca({ issuer: ROOT, subject: 'CN=Sub', ...unusual });
  return [leaf({ issuer: sub }), sub, ROOT];
};

/** A rule, openssl's words (crypto/x509/x509_txt.c), and a chain that both are about. */
const CASES: readonly (readonly [rule: string, words: RegExp, made: () => readonly Holder[]])[] = [
  [
    'basic-constraints-not-critical',
    /Basic Constraints of CA cert not marked critical/,
    () =>
      onCa({
        with: { basicConstraints: extension({ kind: 'basicConstraints', ca: true }, false) },
      }),
  ],
  [
    'subject-key-id-missing-ca',
    /Missing Subject Key Identifier/,
    () => onCa({ with: { subjectKeyIdentifier: null } }),
  ],
  [
    'ca-key-usage-missing',
    /CA cert does not include key usage extension/,
    () => onCa({ with: { keyUsage: null } }),
  ],
  [
    'key-usage-cert-sign-without-ca',
    /Using cert purpose for non-CA|key usage keyCertSign invalid for non-CA cert/i,
    () => onLeaf({ with: { keyUsage: usage('digitalSignature', 'keyCertSign') } }),
  ],
  [
    'path-length-without-ca',
    /Path length invalid for non-CA cert/i,
    () => onLeaf({ with: { basicConstraints: raw('basicConstraints', '3003020100', true) } }),
  ],
  [
    'subject-empty-without-names',
    /Subject name empty|Subject empty/i,
    () => onLeaf({ subject: '', with: { subjectAltName: null } }),
  ],
  [
    'names-not-critical-without-subject',
    /Empty Subject Alternative Name extension|Subject empty and Subject Alt Name extension not critical/i,
    () => onLeaf({ subject: '', with: { subjectAltName: names('api.example.org') } }),
  ],
  [
    'authority-key-id-missing',
    /Missing Authority Key Identifier/,
    () => onLeaf({ with: { authorityKeyIdentifier: null } }),
  ],
  [
    'authority-key-id-critical',
    /Authority Key Identifier marked critical|unhandled critical extension/,
    () => {
      const { subjectKeyId: keyId } = ROOT.certificate;
      const value = { kind: 'authorityKeyIdentifier', ...(keyId && { keyId }) } as const;
      return onLeaf({ with: { authorityKeyIdentifier: extension(value, true) } });
    },
  ],
  [
    'subject-key-id-critical',
    /Subject Key Identifier marked critical|unhandled critical extension/,
    () => {
      const id = new Uint8Array(20).fill(3);
      const value = { kind: 'subjectKeyIdentifier', id } as const;
      return onLeaf({ with: { subjectKeyIdentifier: extension(value, true) } });
    },
  ],
];

describe.skipIf(!hasOpenssl)('openssl verify -x509_strict', () => {
  it('takes what lint calls clean', () => {
    for (const chain of [onLeaf({}), onCa({})]) {
      expect(errors(chain)).toEqual([]);
      expect(strict(chain)).toMatch(/: OK\n$/);
    }
  });

  it.each(CASES)('refuses what %s calls an error', (rule, words, made) => {
    const chain = made();
    expect(strict(chain)).toMatch(words);
    expect(errors(chain)).toContain(rule);
  });
});
