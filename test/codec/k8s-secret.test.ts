import { spawnSync, execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import type { MtlsError } from '../../src/base/errors.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { readManifest as readNow } from '../../src/codec/k8s-secret.ts';
import { encodePem } from '../../src/codec/pem.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { readSource } from '../../src/codec/source.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { root } from '../profile/authorities.ts';
import { RFC9579_PASSWORD, rfc9579 } from './rfc9579.ts';

/** As a promise, so that what it throws can be expected like what it answers. */
const readManifest = (...args: Parameters<typeof readNow>) =>
  Promise.resolve().then(() => readNow(...args));

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const read = (text: string) => readManifest(toUtf8(text), { name: 's.yaml' });
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

let crt: string;
let der: Uint8Array;
let key: string;
beforeAll(async () => {
  const { path } = await root();
  der = path[0].der;
  crt = encodePem('CERTIFICATE', der);
  key = writePrivateKey(generateKey('ec-p256'));
});

const indented = (text: string, by = 4) => text.trimEnd().replace(/^/gm, ' '.repeat(by));
const secret = (data: string, rest = '') =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\n  namespace: prod\n${rest}data:\n${data}`;

async function entries(text: string) {
  const { parts } = await read(text);
  return parts.map(({ kind, origin }) => [kind, origin.entry]);
}

describe('a Secret', () => {
  it('is read key by key', async () => {
    const text = secret(`  tls.crt: ${base64(crt + crt)}\n  tls.key: ${base64(key)}\n`);
    expect(await entries(text)).toEqual([
      ['certificate', 'Secret prod/api: tls.crt'],
      ['certificate', 'Secret prod/api: tls.crt'],
      ['key', 'Secret prod/api: tls.key'],
    ]);
    const bundle = await read(text);
    expect(writePrivateKey((bundle.keys[0] as (typeof bundle.keys)[number]).decode())).toBe(key);
    expect(bundle.parts[1]?.origin).toEqual({
      source: 's.yaml',
      entry: 'Secret prod/api: tls.crt',
      block: 2,
      line: crt.split('\n').length,
    });
  });

  it('in JSON is the same', async () => {
    const json = { kind: 'Secret', metadata: { name: 'api' }, data: { 'tls.crt': base64(crt) } };
    expect(await entries(JSON.stringify(json))).toEqual([['certificate', 'Secret api: tls.crt']]);
  });

  it('holds what stringData says before data', async () => {
    const text = secret(
      `  tls.crt: ${base64('-----BEGIN CERTIFICATE-----\nbad')}\n`,
      `stringData:\n  tls.crt: |\n${indented(crt)}\n`,
    );
    expect(await entries(text)).toEqual([['certificate', 'Secret prod/api: tls.crt']]);
  });

  it('may break its base64 into lines, and hold DER', async () => {
    const lines = base64(crt).replace(/.{76}/g, '$&\n');
    const text = secret(
      `  a: |\n${indented(lines)}\n  b: >-\n${indented(lines)}\n  c: ${base64(der)}\n`,
    );
    const wrapped = await read(secret(`  a: |\n${indented(lines)}\n  c: ${base64(der)}\n`));
    expect(encodeBundle(wrapped.certificates)).toBe(crt + crt);
    // folded lines carry blanks, which the API server refuses
    await expect(read(text)).rejects.toThrow('Secret prod/api: b is not base64');
  });

  it('may hold other things beside', async () => {
    const text = secret(
      `  password: ${base64('hunter2')}\n  empty: ""\n  none:\n  keystore.p12: ${base64(
        rfc9579('A.1'),
      )}\n  tls.crt: ${base64(crt)}\n`,
    );
    const { parts, skipped } = await read(text);
    expect(parts).toHaveLength(1);
    expect(skipped.map(({ what, origin }) => [what, origin.entry])).toEqual([
      ['a PKCS#12 key store that is encrypted', 'Secret prod/api: keystore.p12'],
    ]);
    const opened = await readSource(toUtf8(text), { passphrase: () => RFC9579_PASSWORD });
    expect(opened.keys.map(({ origin }) => origin.entry)).toEqual([
      'Secret prod/api: keystore.p12, entry 2',
    ]);
    expect(opened.certificates).toHaveLength(2);
  });

  it.each([
    ['x!', 'is not base64'],
    ['QQ=', 'is not base64'],
    ['"$(base64 rootCA.crt)"', 'holds "$(base64 rootCA.crt)", which nothing replaces'],
    ['"{{ .Values.crt }}"', 'which nothing replaces'],
    ['hunter2$(id', 'tls.crt holds "$(id", which nothing replaces'],
    ['12', 'is no text'],
    ['[a]', 'is no text'],
  ])('with the value %s is refused by its key', async (value, message) => {
    const text = secret(`  tls.crt: ${value}\n`);
    await expect(read(text)).rejects.toThrow(code('YAML_MALFORMED'));
    await expect(read(text)).rejects.toThrow('s.yaml, Secret prod/api: tls.crt');
    await expect(read(text)).rejects.toThrow(message);
  });

  it('with PEM under data is told where it belongs', async () => {
    const text = secret(`  tls.crt: |\n${indented(crt)}\n`);
    await expect(read(text)).rejects.toThrow(
      expect.objectContaining({
        message: 's.yaml, Secret prod/api: tls.crt is PEM, where base64 of it belongs',
        hint: expect.stringContaining('stringData') as unknown,
      }) as Error,
    );
  });

  it('with a broken certificate says which key holds it', async () => {
    const broken = crt.replace('-----END CERTIFICATE-----', '');
    await expect(read(secret(`  ca.crt: ${base64(broken)}\n`))).rejects.toThrow(
      /^s\.yaml, Secret prod\/api: ca\.crt: malformed PEM: line 1: /,
    );
  });

  it('never shows a key in a message', async () => {
    const body = key.split('\n')[1] as string;
    const spoilt = [
      secret(`  tls.key: ${key}`),
      secret(`  tls.key: |${key}`),
      secret(`  tls.key: "${key}`),
      secret(`  tls.key: ${body}!\n`),
      secret(`  tls.key: ${base64(key)}\n  ${body}\n`),
      secret(`  tls.key: ${base64(key.replace(body, `${body}!`))}\n`),
      `${body}: &${body} *${body}\n${secret('')}`,
      `%${body}\n---\n${secret('')}`,
      `!${body}! x\n---\n${secret('')}`,
      `apiVersion: v1\n  ${body}: [${body}\n`,
    ];
    for (const text of spoilt) {
      const error = await read(text).then(
        () => undefined,
        (thrown: unknown) => thrown as Error & { hint?: string; data: unknown },
      );
      expect(error, text.slice(0, 200)).toBeInstanceOf(Error);
      const shown = [error?.message, error?.hint, JSON.stringify(error?.data), error?.stack];
      expect(shown.join('\n')).not.toContain(body.slice(0, 24));
      expect(shown.join('\n')).not.toContain(base64(key).slice(0, 48).slice(-12));
    }
  });
});

describe('ConfigMaps, lists and streams', () => {
  it('a ConfigMap holds text, and binaryData base64', async () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: roots}\ndata:\n  note: hello\n  ca.crt: |\n${indented(crt)}\nbinaryData:\n  ca.der: ${base64(der)}\n`;
    expect(await entries(text)).toEqual([
      ['certificate', 'ConfigMap roots: ca.crt'],
      ['certificate', 'ConfigMap roots: ca.der'],
    ]);
  });

  it('a List holds them all, and a SecretList leaves their kind out', async () => {
    const item = { metadata: { name: 'a' }, data: { 'tls.crt': base64(crt) } };
    const list = { kind: 'List', items: [{ kind: 'Secret', ...item }, { kind: 'Pod' }] };
    expect(await entries(JSON.stringify(list))).toEqual([['certificate', 'Secret a: tls.crt']]);
    const typed = { kind: 'SecretList', items: [item] };
    expect(await entries(JSON.stringify(typed))).toEqual([['certificate', 'Secret a: tls.crt']]);
  });

  it('a stream of documents holds them all', async () => {
    const one = secret(`  tls.crt: ${base64(crt)}\n`);
    const text = `# first\n---\n${one}---\n---\n${one.replace('name: api', 'name: b')}...\n`;
    expect(await entries(text)).toEqual([
      ['certificate', 'Secret prod/api: tls.crt'],
      ['certificate', 'Secret prod/b: tls.crt'],
    ]);
  });

  it('other documents are looked through', async () => {
    const istio = {
      dynamicActiveSecrets: [
        { name: 'ROOTCA', secret: { trustedCa: { inlineBytes: base64(crt) } } },
      ],
    };
    expect(await entries(JSON.stringify(istio, undefined, 2))).toEqual([
      ['certificate', 'dynamicActiveSecrets.0.secret.trustedCa.inlineBytes'],
    ]);
    const trust = `apiVersion: trust.cert-manager.io/v1alpha1\nkind: Bundle\nspec:\n  sources:\n  - inLine: ${JSON.stringify(crt)}\n`;
    expect(await entries(trust)).toEqual([['certificate', 'spec.sources.0.inLine']]);
  });

  it('trust bundles and requests have values of their own', async () => {
    const trust = `kind: ClusterTrustBundle\nmetadata: {name: roots}\nspec:\n  trustBundle: |\n${indented(crt)}\n`;
    expect(await entries(`apiVersion: certificates.k8s.io/v1beta1\n${trust}`)).toEqual([
      ['certificate', 'ClusterTrustBundle roots: trustBundle'],
    ]);
    const csr = `kind: CertificateSigningRequest\nmetadata: {name: api}\nspec: {signerName: a.b/c}\nstatus:\n  certificate: ${base64(crt)}\n`;
    expect(await entries(`apiVersion: certificates.k8s.io/v1\n${csr}`)).toEqual([
      ['certificate', 'CertificateSigningRequest api: certificate'],
    ]);
  });

  it('manifests with nothing in them say so', async () => {
    for (const text of [secret('  password: aHVudGVyMg==\n'), 'apiVersion: v1\n', '{}', '[]'])
      await expect(read(text)).rejects.toThrow(code('NOTHING_FOUND'));
  });

  it('come through the door that takes everything', async () => {
    const bundle = await readSource(toUtf8(secret(`  tls.crt: ${base64(crt)}\n`)));
    expect(bundle.certificates).toHaveLength(1);
    const inline = secret('', `stringData:\n  tls.crt: |\n${indented(crt)}\n`);
    expect((await readSource(toUtf8(inline))).parts[0]?.origin.entry).toBe(
      'Secret prod/api: tls.crt',
    );
  });
});

describe('YAML that is none', () => {
  it.each([
    ['a: b: c\n', 1],
    ['a: 1\nb: [1\nc: 2\n', 3],
    ['a: 1\n\tb: 2\n', 2],
    ['kind: Secret\ndata:\n  a: x\n  a: y\n', 4],
    ['{"a": 1,\n "b": }x', 2],
  ])('%j is refused with its line', async (text, line) => {
    await expect(read(text)).rejects.toThrow(
      expect.objectContaining({
        code: 'YAML_MALFORMED',
        message: expect.stringContaining(`s.yaml: malformed YAML: line ${line}: `) as unknown,
      }) as Error,
    );
  });

  it('does not blow up', async () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`,
    );
    for (const text of [
      `a0: &a0 x\n${bomb.join('\n')}\n`,
      '['.repeat(100_000),
      '- '.repeat(100_000),
      '{a: '.repeat(50_000),
      `apiVersion: v1\nspec: ${'['.repeat(500)}${']'.repeat(500)}\n`,
      `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
      `${'{"kind":"List","items":['.repeat(20_000)}${']}'.repeat(20_000)}`,
    ]) {
      const started = performance.now();
      await expect(read(text)).rejects.toThrow(code('YAML_MALFORMED'));
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  it.each([
    ['brackets', '['.repeat(1_100_000)],
    ['items', `a: [${'x,'.repeat(1_100_000)}]\n`],
    ['lines', 'k: v\n'.repeat(600_000)],
    ['documents', '---\n'.repeat(1_100_000)],
    ['JSON', `${'['.repeat(4_100_000)}${']'.repeat(4_100_000)}`],
    ['dashes', `a:\n  ${'- '.repeat(1_100_000)}`],
  ])('is not even begun where it is made of %s alone', async (_what, text) => {
    const started = performance.now();
    await expect(read(text)).rejects.toThrow(code('FILE_TOO_LARGE'));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('takes no time over many keys', async () => {
    const data = Array.from({ length: 50_000 }, (_, i) => `  k${i}: QQ==\n`).join('');
    const started = performance.now();
    await expect(read(secret(data))).rejects.toThrow(code('NOTHING_FOUND'));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('keeps names that drive a terminal or an object to themselves', async () => {
    const text = `kind: Secret\nmetadata: {name: "\\e[2J"}\ndata:\n  __proto__: "x!"\n`;
    await expect(read(text)).rejects.toThrow('Secret \\x1b[2J: __proto__ is not base64');
  });

  it('never says a key that stands where a name belongs', async () => {
    const misplaced = base64(key);
    for (const text of [
      `kind: Secret\nmetadata:\n  name: a\ndata:\n  ${misplaced}: 1\n`,
      `kind: Secret\nmetadata:\n  name: ${misplaced}\ndata:\n  a: 1\n`,
      `kind: Secret\nmetadata:\n  name: a\ndata:\n  a: "${misplaced}\${x}"\n`,
      `kind: ${misplaced}\n${misplaced}:\n  a: ${JSON.stringify(crt.replace('M', '!'))}\n`,
    ]) {
      const { message, data, hint } = await read(text).then(
        () => Promise.reject(new Error('it was read')),
        (error: unknown) => error as MtlsError,
      );
      expect(JSON.stringify([message, data, hint])).not.toContain(misplaced.slice(40, 60));
    }
  });
});

describe.skipIf(spawnSync('kubectl', ['version', '--client']).status !== 0)(
  'beside kubectl',
  () => {
    it('`set env` refuses the base64 that we refuse', () => {
      const run = (value: string) =>
        spawnSync(
          'kubectl',
          ['set', 'env', '--local', '-f', '-', '-o', 'yaml', '--list', '--from=secret/none'],
          {
            input: secret(`  tls.crt: ${value}\n`),
          },
        );
      expect(run('x!').status).not.toBe(0);
    });

    it('a generic Secret is read back', async () => {
      const made = execFileSync(
        'kubectl',
        [
          'create',
          'secret',
          'generic',
          'api',
          `--from-literal=client.crt=${crt}`,
          `--from-literal=pw=x`,
          '--dry-run=client',
          '-o',
          'yaml',
        ],
        { encoding: 'utf8' },
      );
      expect(await entries(made)).toEqual([['certificate', 'Secret api: client.crt']]);
    });
  },
);
