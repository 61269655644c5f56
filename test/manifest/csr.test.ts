import { CertificateSigningRequest } from 'kubernetes-models/certificates.k8s.io/v1/CertificateSigningRequest';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { fromUtf8, toUtf8 } from '../../src/base/bytes.ts';
import { makeCsr } from '../../src/ca/csr.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { readCsrManifest, type CsrChange } from '../../src/manifest/csr.ts';
import { newCsr } from '../../src/manifest/csr-create.ts';
import { parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import type { CertificationRequest } from '../../src/x509/csr.ts';
import { hostileText } from './hostile-values.ts';
import { now } from '../profile/authorities.ts';
import { thrown } from '../support/thrown.ts';

let request: CertificationRequest;
let yaml: string;
beforeAll(async () => {
  request = await makeCsr(
    { subject: parseDn('CN=api.prod.svc'), names: [parseIdentityName('api.prod.svc')] },
    generateKey('ec-p256'),
  );
  yaml = newCsr({ name: 'api', request, signerName: 'example.org/workloads', usages: [] }).yaml;
});

const read = (text: string) => readCsrManifest(toUtf8(text), 'csr.yaml');
const changed = (text: string, change: CsrChange): string => {
  const manifest = read(text);
  return manifest.changed(new Map(manifest.requests.map((one) => [one, change])));
};
const approval: CsrChange = {
  condition: { type: 'Approved', reason: 'Test', message: 'by a test: "yes"', at: now },
};
const signed: CsrChange = { certificate: '-----BEGIN CERTIFICATE-----\nAA==\n' };

function valid(text: string): void {
  new CertificateSigningRequest(
    parse(text) as ConstructorParameters<typeof CertificateSigningRequest>[0],
  ).validate();
}

describe('a new request', () => {
  it('is one that Kubernetes takes', () => {
    valid(yaml);
    expect(parse(yaml)).toMatchObject({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'api' },
      spec: {
        signerName: 'example.org/workloads',
        usages: ['digital signature', 'server auth'],
      },
    });
  });

  it('is read back', () => {
    const [object] = read(yaml).requests;
    expect(object).toMatchObject({ name: 'api', state: 'pending', expirationSeconds: undefined });
    expect(fromUtf8(object?.request ?? new Uint8Array())).toMatch(
      /^-----BEGIN CERTIFICATE REQUEST-----\n/,
    );
  });

  // apis/certificates/validation: ValidateSignerName and expirationSeconds
  it.each([
    ['no path', 'example.org'],
    ['no dot', 'example/workloads'],
    ['upper case', 'Example.org/workloads'],
    ['two paths', 'example.org/a/b'],
    ['an empty path', 'example.org/'],
    ['an empty label', 'example..org/a'],
    ['a label of 64', `${'a'.repeat(64)}.org/a`],
    ['too long', `example.org/${'a.'.repeat(300)}a`],
  ])('refuses a signer with %s', (_, signerName) => {
    expect(thrown(() => newCsr({ name: 'api', request, signerName, usages: [] })).code).toBe(
      'BAD_OPTION',
    );
  });

  it('takes no lifetime that the API server would not', () => {
    const make = (expiration: number) =>
      newCsr({ name: 'api', request, signerName: 'a.b/c', usages: [], expiration });
    expect(thrown(() => make(599_999)).code).toBe('BAD_DURATION');
    expect(thrown(() => make(2 ** 31 * 1000)).code).toBe('BAD_DURATION');
    expect(make(600_000).expirationSeconds).toBe(600);
  });
});

describe('the status of a request', () => {
  it('is all that changes', () => {
    const written = `# by hand\n${yaml}  # own\n  extra: [1, 2]   # kept\nunknown: 0x1F\n`;
    const made = changed(written, { ...approval, ...signed });
    const before = parse(written) as Record<string, unknown>;
    const after = parse(made) as Record<string, unknown>;
    expect({ ...after, status: undefined }).toEqual({ ...before, status: undefined });
    for (const line of written.split('\n')) expect(made).toContain(line);
    valid(changed(yaml, { ...approval, ...signed }));
    expect(after['status']).toEqual({
      conditions: [
        {
          type: 'Approved',
          status: 'True',
          reason: 'Test',
          message: 'by a test: "yes"',
          lastUpdateTime: '2026-03-01T12:00:00Z',
          lastTransitionTime: '2026-03-01T12:00:00Z',
        },
      ],
      certificate: Buffer.from('-----BEGIN CERTIFICATE-----\nAA==\n').toString('base64'),
    });
  });

  it('is read after it was written', () => {
    const approved = changed(yaml, approval);
    expect(read(approved).requests[0]?.state).toBe('approved');
    expect(read(changed(approved, signed)).requests[0]?.state).toBe('issued');
    const denial = { condition: { ...approval.condition, type: 'Denied' } } as CsrChange;
    expect(read(changed(changed(approved, signed), denial)).requests[0]?.state).toBe('denied');
  });

  it('goes into lists, JSON and streams, past what is something else', () => {
    const object = parse(yaml) as Record<string, unknown>;
    const list = { apiVersion: 'v1', kind: 'List', items: [{ kind: 'Secret', data: {} }, object] };
    for (const indent of [0, 2, 4]) {
      const made = JSON.parse(changed(JSON.stringify(list, null, indent), approval)) as typeof list;
      expect(made.items[0]).toEqual(list.items[0]);
      expect(made.items[1]).toMatchObject({
        ...object,
        status: { conditions: [{ type: 'Approved' }] },
      });
    }
    const stream = `kind: Secret\ndata: {a: ''}\n---\n${yaml}---\n${yaml}`;
    const documents = parseAllDocuments(changed(stream, approval));
    expect(
      documents.map((one) => (one as { has: (key: string) => boolean }).has('status')),
    ).toEqual([false, true, true]);
    const typed = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequestList' };
    const { spec, metadata } = object;
    const items = [{ metadata, spec }];
    expect(read(JSON.stringify({ ...typed, items })).requests).toHaveLength(1);
  });

  it('holds any message as one text', () => {
    fc.assert(
      fc.property(hostileText, (message) => {
        const change = {
          condition: { type: 'Denied', reason: message, message, at: now },
        } as const;
        const { status } = parse(changed(yaml, change)) as {
          status: { conditions: [{ message: string; reason: string }] };
        };
        expect(status.conditions[0].message).toBe(message);
        expect(status.conditions[0].reason).toBe(message);
      }),
    );
  });
});

// What Go's encoding/pem passes over is not what those who approve have seen
describe('the bytes of a request', () => {
  const pem = (lines = '') => `-----BEGIN ${lines}-----\nMAA=\n-----END ${lines}-----\n`;
  const holding = (bytes: Buffer) =>
    yaml.replace(/request: .*/, `request: ${bytes.toString('base64')}`);
  const one = pem('CERTIFICATE REQUEST');

  it.each([
    ['alone', one],
    ['below bytes that are none', `0\0\n${one}`],
    ['below text', `Certificate Request:\n  Data:\n${one}`],
    ['above text', `${one}\nfor the api\n`],
    ['with the line ends of Windows', one.replaceAll('\n', '\r\n')],
  ])('%s', (_, text) => {
    const [object] = read(holding(Buffer.from(text))).requests;
    expect(fromUtf8(object?.request ?? new Uint8Array())?.replaceAll('\r', '')).toBe(one);
  });

  it.each([
    ['in UTF-16, with another behind', Buffer.from(`\ufeff${one}\n`, 'utf16le'), one],
    ['in DER', Buffer.from([0x30, 0x00]), ''],
    ['twice', Buffer.from(one), one],
    ['behind a key', Buffer.from(pem('PRIVATE KEY')), one],
    ['behind one of another name', Buffer.from(pem('NEW CERTIFICATE REQUEST')), one],
    ['of another name', Buffer.from(pem('NEW CERTIFICATE REQUEST')), ''],
    ['with a header', Buffer.from(one.replace('MAA', 'A: b\n\nMAA')), ''],
    ['not at the start of its line', Buffer.from(` ${one}`), ''],
    ['closed in its line', Buffer.from(one.replace('=\n', '=')), ''],
    ['behind a byte-order mark', Buffer.from(`\ufeff${one}`), ''],
    ['in no UTF-8', Buffer.from([0xff, 0x0a]), one],
  ])('%s: refused', (_, bytes, behind) => {
    const text = holding(Buffer.concat([bytes, Buffer.from(behind)]));
    expect(thrown(() => read(text)).message).toContain('is not PEM of one CERTIFICATE REQUEST');
  });
});

describe('what has been said of a request', () => {
  const said = (...conditions: readonly string[]) =>
    `${yaml}status:\n  conditions:\n${conditions.map((one) => `  - {${one}}\n`).join('')}`;
  const approved = 'type: Approved, status: "True"';

  it.each([
    ['without quotes', 'type: Denied, status: True'],
    ['in lower case', 'type: Denied, status: "true"'],
    ['not at all', 'type: Denied'],
    ['as unknown', 'type: Failed, status: Unknown'],
    ['by a merge key', '<<: {status: "True"}, type: Denied'],
    ['without quotes, for it', 'type: Approved, status: True'],
  ])('%s, is an error, and never passed over', (_, condition) => {
    expect(thrown(() => read(said(condition, approved))).code).toBe('YAML_MALFORMED');
  });

  it('by others does not count', () => {
    const [object] = read(said('type: Ready, status: Unknown', approved)).requests;
    expect(object?.state).toBe('approved');
  });
});

describe('what is no request', () => {
  const edited = (from: string | RegExp, to: string) => yaml.replace(from, to);
  it.each([
    ['another version', () => edited('certificates.k8s.io/v1', 'certificates.k8s.io/v1beta1')],
    ['no request', () => edited(/request: .*/, 'request: ""')],
    ['a request in the clear', () => edited(/request: .*/, 'request: "-----BEGIN"')],
    ['no signer', () => edited(/signerName: .*/, 'other: 1')],
    ['a signer that is none', () => edited('example.org/workloads', 'workloads')],
    ['no usages', () => edited(/usages:[^]*$/, 'usages: []\n')],
    ['an unknown usage', () => edited('server auth', 'root auth')],
    ['a short lifetime', () => edited('usages:', 'expirationSeconds: 599\n  usages:')],
    ['a lifetime in words', () => edited('usages:', 'expirationSeconds: 1h\n  usages:')],
    ['a merge key', () => edited('usages:', '<<: {signerName: kubernetes.io/x}\n  usages:')],
    ['conditions that are none', () => `${yaml}status: {conditions: [Approved]}\n`],
    ['a key that stands there twice', () => edited('usages:', 'signerName: a.b/c\n  usages:')],
    [
      'a bomb of aliases',
      () =>
        `a: &a [1,1]\nb: &b [${'*a,'.repeat(90)}1]\nc: &c [${'*b,'.repeat(90)}1]\nd: [${'*c,'.repeat(90)}1]\n`,
    ],
    ['a deep nesting', () => '['.repeat(20_000)],
  ])('%s', (_, text) => {
    expect(thrown(() => read(text())).code).toBe('YAML_MALFORMED');
  });

  it('nothing, and bytes', () => {
    expect(thrown(() => read('kind: Secret\n')).code).toBe('NOTHING_FOUND');
    const bytes = Uint8Array.from({ length: 300 }, (__, index) => (index * 37) % 256);
    expect(['YAML_MALFORMED', 'NOTHING_FOUND']).toContain(
      thrown(() => readCsrManifest(bytes, 'x')).code,
    );
  });

  it('an alias has no place for a status', () => {
    const text = `kind: List\nitems:\n- &one\n${yaml.replace(/^/gm, '  ').trimEnd()}\n- *one\n`;
    expect(thrown(() => changed(text, approval)).code).toBe('YAML_MALFORMED');
  });

  it('many documents are bounded', () => {
    const many = 'kind: Secret\n---\n'.repeat(100_000);
    expect(thrown(() => read(many)).code).toBe('NOTHING_FOUND');
  });
});
