import { describe, expect, it } from 'vitest';
import { PasswordBudget } from '../../src/crypto/password-budget.ts';

const salt = new Uint8Array(8);

describe('what one file may cost', () => {
  it.each([
    // GnuTLS, PBE-SHA1-3DES: a MAC, and three hashes for certificates and for the key
    ['the dearest that is written', [600_000, 1_800_000], true],
    ['Java before 16, under three passphrases', [100_000, 100_000, 100_000, 300_000], true],
    ['one huge count', [4_000_001], false],
    ['many small ones', Array.from({ length: 41 }, () => 100_000), false],
    ['one beyond all numbers', [2 ** 47], false],
  ])('%s', (_, counts, allowed) => {
    const budget = new PasswordBudget();
    const spend = () => {
      for (const iterations of counts) budget.spend({ kind: 'pkcs12', iterations });
    };
    if (allowed) expect(spend).not.toThrow();
    else expect(spend).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }) as Error);
  });

  it('counts PBKDF2 and scrypt with it', () => {
    const budget = new PasswordBudget();
    budget.spend({ kind: 'pbkdf2', salt, iterations: 10_000_000, hash: 'sha256' });
    budget.spend({ kind: 'scrypt', salt, cost: 2 ** 17, blockSize: 8, parallelization: 1 });
    expect(() => {
      budget.spend({ kind: 'scrypt', salt, cost: 2 ** 20, blockSize: 8, parallelization: 1 });
    }).toThrow('more rounds of key derivation');
  });
});
