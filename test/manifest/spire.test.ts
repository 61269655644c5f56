import { createPublicKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MtlsError } from '../../src/base/errors.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import {
  federatedTrustDomain,
  federationCreate,
  federationSettings,
  relationshipOf,
} from '../../src/manifest/spire-federation.ts';
import { spiffeBundle, upstreamSettings } from '../../src/manifest/spire.ts';
import { hostileText } from './hostile-values.ts';
import { fields, mapOf, oneOf, subdomain, text } from './strict.ts';
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

const other = relationshipOf({
  trustDomain: 'example.com',
  url: 'https://spire.example.com:8443',
  profile: 'https_spiffe',
});
const web = relationshipOf({ ...other, profile: 'https_web', endpointId: undefined });

describe('ClusterFederatedTrustDomain', () => {
  // config/crd/bases/spire.spiffe.io_clusterfederatedtrustdomains.yaml, and its webhook
  const OBJECT = fields({
    apiVersion: oneOf('spire.spiffe.io/v1alpha1'),
    kind: oneOf('ClusterFederatedTrustDomain'),
    metadata: fields({ name: subdomain, 'labels?': mapOf(/^[\w./-]+$/, text(/^[\w.-]*$/)) }),
    spec: fields({
      trustDomain: text(/^[a-z0-9._-]{1,255}$/),
      bundleEndpointURL: text(/^https:\/\/[^/@]+/),
      bundleEndpointProfile: fields({
        type: oneOf('https_spiffe', 'https_web'),
        'endpointSPIFFEID?': text(/^spiffe:\/\//),
      }),
      'trustDomainBundle?': text(/^{[^]*}\n$/),
      'className?': text(),
    }),
  });

  it('has the fields of the CRD and no others', () => {
    const whole = federatedTrustDomain(other, {
      name: 'example.com',
      labels: { team: 'a' },
      className: 'spire',
      bundle: '{"keys":[]}\n',
    });
    OBJECT(parse(whole), '');
    const { spec } = parse(whole) as { spec: Record<string, unknown> };
    expect(spec['trustDomainBundle']).toBe('{"keys":[]}\n');
    const least = parse(federatedTrustDomain(web, { name: 'example.com' })) as {
      spec: Record<string, unknown>;
    };
    OBJECT(least, '');
    expect(least.spec['bundleEndpointProfile']).toEqual({ type: 'https_web' });
  });
});

describe('a relationship', () => {
  const bad = (change: Partial<Parameters<typeof relationshipOf>[0]>) => () =>
    relationshipOf({ ...other, ...change });

  it.each([
    'http://a',
    'https:/a',
    'https://',
    'https://u@a',
    'https://u:p@a/b',
    'https://a/ b',
    'https://a/"',
    'https://a/\\',
    'https://a/${b}',
    'https://ä',
    'https://a\nb',
    'HTTPS://a',
  ])('is not with %j', (url) => {
    expect(bad({ url })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }) as Error);
  });

  it('is with an endpoint of the same trust domain', () => {
    expect(other.endpointId).toBe('spiffe://example.com/spire/server');
    expect(bad({ endpointId: 'spiffe://example.org/a' })).toThrow(MtlsError);
    expect(bad({ endpointId: 'example.com' })).toThrow(MtlsError);
    expect(bad({ profile: 'https_web' })).toThrow(MtlsError);
    expect(federationCreate(web, undefined)).not.toContain('-endpointSpiffeID');
  });

  it('stays one word in settings, or is refused', () => {
    fc.assert(
      fc.property(hostileText, (path) => {
        let settings: string;
        try {
          settings = federationSettings(other, {
            address: '::',
            port: 1,
            refreshHint: undefined,
            web: { certificate: path, key: path },
          });
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_OPTION' });
          return;
        }
        expect(settings.split('\n').filter((line) => line.includes('_path ='))).toEqual([
          `        cert_file_path = "${path}"`,
          `        key_file_path = "${path}"`,
        ]);
      }),
    );
  });
});
