import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../src/crypto/generate.ts';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { spiffeBundle, upstreamSettings } from '../../src/manifest/spire.ts';
import { ca } from '../support/graph.ts';

interface Bundle {
  readonly keys: readonly (Record<string, unknown> & { readonly x5c: readonly string[] })[];
}

describe('spiffeBundle', () => {
  it.each(KEY_TYPES)('holds the key of a root, and itself: %s', async (type) => {
    const { certificate } = await ca({ key: generateKey(type) });
    const bundle = JSON.parse(spiffeBundle({ roots: [certificate], sequence: 3 })) as Bundle;
    expect(Object.keys(bundle)).toEqual(['spiffe_sequence', 'keys']);
    const [key] = bundle.keys;
    expect(key).toMatchObject({ use: 'x509-svid' });
    expect(key).not.toHaveProperty('kid');
    expect(key).not.toHaveProperty('d');
    const [der, ...more] = key?.x5c ?? [];
    expect(more).toEqual([]);
    const held = new X509Certificate(Buffer.from(der ?? '', 'base64'));
    const jwk = createPublicKey({ key: key as never, format: 'jwk' });
    expect(jwk.equals(held.publicKey)).toBe(true);
  });

  it('says when to look again, where it is told', async () => {
    const { certificate } = await ca();
    const text = spiffeBundle({ roots: [certificate], sequence: 0, refreshHint: 300 });
    expect(JSON.parse(text)).toMatchObject({ spiffe_sequence: 0, spiffe_refresh_hint: 300 });
  });
});

describe('upstreamSettings', () => {
  it('names the files where the server finds them', () => {
    expect(upstreamSettings('/run/spire/')).toContain('"/run/spire/upstream.key"');
  });

  it.each(['/a"b', '/a\\b', '/a${b}', '/a\nb', '/ä'])('refuses %j', (folder) => {
    expect(() => upstreamSettings(folder)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }) as Error,
    );
  });
});
