// What agents of Consul are handed, by what `consul tls cert create` and the chart's values.yaml say.
import fc from 'fast-check';
import { Secret } from 'kubernetes-models/v1/Secret';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, type Document } from 'yaml';
import { MtlsError } from '../../src/base/errors.ts';
import {
  agentFiles,
  agentHost,
  agentNames,
  agentSettings,
  autoEncryptFiles,
  readAgentPlace,
  readLabel,
} from '../../src/manifest/consul-agent.ts';
import {
  caCertSecret,
  chartNames,
  consulSecrets,
  consulValues,
} from '../../src/manifest/consul-helm.ts';
import { formatGeneralName } from '../../src/name/san.ts';
import { hostileText } from './hostile-values.ts';
import { base64, fields, namespaced, oneOf } from './strict.ts';

const place = readAgentPlace('dc1', 'consul');

it.each([
  ['server', 'DNS:server.dc1.consul DNS:localhost IP:127.0.0.1'],
  ['client', 'DNS:client.dc1.consul DNS:localhost IP:127.0.0.1'],
  ['cli', 'DNS:cli.dc1.consul DNS:localhost'],
] as const)('names a %s as consul tls cert create does', (role, wanted) => {
  expect(agentNames({ role, place }).map(formatGeneralName).join(' ')).toBe(wanted);
});

it('names the node of a server too', () => {
  expect(agentNames({ role: 'server', place, node: 'n1' }).map(formatGeneralName)).toContain(
    'DNS:n1.server.dc1.consul',
  );
});

it('calls files as consul tls cert create does', () => {
  expect(agentFiles('server', place, 0)).toEqual({
    ca: 'consul-agent-ca.pem',
    certificate: 'dc1-server-consul-0.pem',
    key: 'dc1-server-consul-0-key.pem',
    settings: 'dc1-server-consul-0.hcl',
  });
  expect(agentFiles('cli', readAgentPlace('FRA', 'Example.org.'), 7).certificate).toBe(
    'fra-cli-example.org-7.pem',
  );
  expect(agentHost('client', place)).toBe('client.dc1.consul');
});

it('takes one label for a datacenter and a node', () => {
  for (const wrong of ['', 'a.b', 'a_b', '../a', 'a/b', '-a', '*', '*.a'])
    expect(() => readLabel(wrong, 'node')).toThrow(MtlsError);
});

describe('settings', () => {
  it('a client with auto-encrypt needs the root alone', () => {
    const text = agentSettings('client', autoEncryptFiles(place), '/x/');
    expect(text).toContain('ca_file         = "/x/consul-agent-ca.pem"\n');
    expect(text).toMatch(/^auto_encrypt \{\n {2}tls = true\n\}\n$/m);
    expect(text).not.toMatch(/cert_file|key_file|\$/);
  });

  it('keeps hostile folders within their strings, or refuses them', () => {
    const lines = (text: string) => text.split('\n');
    const usual = lines(agentSettings('server', agentFiles('server', place, 0), '/x'));
    fc.assert(
      fc.property(hostileText, (folder) => {
        let text: string;
        try {
          text = agentSettings('server', agentFiles('server', place, 0), folder);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_OPTION' });
          return;
        }
        expect(folder).not.toMatch(/["\\\n]|\$\{/);
        const at = folder.replace(/\/+$/, '');
        expect(lines(text)).toEqual(usual.map((line) => line.split('"/x/').join(`"${at}/`)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('for the chart', () => {
  it('the Secret of the roots', () => {
    const secret = parse(caCertSecret({ name: 'c', namespace: 'n', roots: 'ROOTS\n' })) as never;
    new Secret(secret).validate();
    fields({
      apiVersion: oneOf('v1'),
      kind: oneOf('Secret'),
      metadata: namespaced(),
      type: oneOf('Opaque'),
      data: fields({ 'tls.crt': base64 }),
    })(secret, '');
    expect(secret).toHaveProperty(['data', 'tls.crt'], btoa('ROOTS\n'));
  });

  it('its values, which name the Secrets', () => {
    const yaml = consulValues('mesh', readAgentPlace('fra', 'example.org'));
    const [one, ...more] = (parseAllDocuments(yaml) as Document[]).map((all): unknown =>
      all.toJS(),
    );
    expect(more).toEqual([]);
    expect(one).toEqual({
      global: {
        name: 'mesh',
        datacenter: 'fra',
        domain: 'example.org',
        tls: {
          enabled: true,
          verify: true,
          enableAutoEncrypt: true,
          caCert: { secretName: consulSecrets('mesh').ca, secretKey: 'tls.crt' },
        },
      },
      server: { serverCert: { secretName: consulSecrets('mesh').server } },
    });
  });

  // As its tls-init job asks for, but for *.mesh-server, which only Go takes for a wildcard
  it('the names of its servers', () => {
    const names = chartNames(place, { name: 'mesh', namespace: 'prod' }).map(formatGeneralName);
    expect(names).toEqual(
      expect.arrayContaining([
        'DNS:server.dc1.consul',
        'DNS:*.server.dc1.consul',
        'DNS:mesh-server',
        'DNS:*.mesh-server.prod',
        'DNS:*.mesh-server.prod.svc',
        'IP:127.0.0.1',
        'IP:::1',
      ]),
    );
  });
});
