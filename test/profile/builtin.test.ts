import { describe, expect, it } from 'vitest';
import { DAY, YEAR } from '../../src/base/clock.ts';
import { parseLeafProfile, PROFILES } from '../../src/profile/builtin.ts';
import { LEAF_PROFILE_NAMES, PROFILE_NAMES } from '../../src/profile/profile.ts';

describe('the built-in profiles', () => {
  it('are found by their names', () => {
    for (const name of PROFILE_NAMES) expect(PROFILES[name].name).toBe(name);
  });

  it('live as long as the design says', () => {
    expect(PROFILES.root.ttl).toBe(10 * YEAR);
    expect(PROFILES.intermediate.ttl).toBe(5 * YEAR);
    for (const name of LEAF_PROFILE_NAMES) expect(PROFILES[name].ttl).toBe(90 * DAY);
  });

  // RFC 5280 §4.2.1.3, §4.2.1.9: keyCertSign and the CA bit go together
  it('sign certificates only as CAs, and only leaves have purposes', () => {
    for (const { ca, keyUsage, extendedKeyUsage } of Object.values(PROFILES))
      for (const family of ['rsa', 'other'] as const) {
        expect(keyUsage(family).includes('keyCertSign')).toBe(ca);
        expect(keyUsage(family).includes('digitalSignature')).toBe(!ca);
        expect(extendedKeyUsage.length > 0).toBe(!ca);
      }
  });
});

describe('parseLeafProfile', () => {
  it('takes the leaves alone', () => {
    expect(parseLeafProfile('peer')).toBe('peer');
    expect(parseLeafProfile(' SVID ')).toBe('svid');
    for (const text of ['root', 'intermediate', '', 'server2', '__proto__', 'toString'])
      expect(() => parseLeafProfile(text)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });
});
