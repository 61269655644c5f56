import { expect, it } from 'vitest';
import { connectCaConfiguration, consulTrustDomain } from '../../src/manifest/consul.ts';

// The example of Consul's documentation of PUT /connect/ca/configuration
it('has the fields of the built-in provider', () => {
  expect(JSON.parse(connectCaConfiguration({ certificate: 'C\n', key: 'K\n' }))).toEqual({
    Provider: 'consul',
    Config: {
      PrivateKey: 'K\n',
      RootCert: 'C\n',
      LeafCertTTL: '72h',
      IntermediateCertTTL: '8760h',
    },
  });
});

it('reads the id of a cluster, as TrustDomain or alone', () => {
  const id = '11111111-2222-3333-4444-555555555555';
  expect(consulTrustDomain(id)).toBe(`${id}.consul`);
  expect(consulTrustDomain(` ${id}.consul\n`)).toBe(`${id}.consul`);
  for (const wrong of ['', 'consul', 'example.org', `${id}0`, `x${id}`, `${id}.consul/a`])
    expect(consulTrustDomain(wrong)).toBeUndefined();
});
