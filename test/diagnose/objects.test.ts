import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import { diagnose } from '../../src/diagnose/doctor.ts';
import { gatherBytes } from '../../src/diagnose/gather.ts';
import { objectReports, type ObjectReport } from '../../src/diagnose/objects.ts';
import { createTestPki } from '../../src/testing/index.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const pki = createTestPki();
const { server, client, ca } = pki;

interface Wanted {
  readonly name?: string;
  readonly type?: string;
  readonly data: Readonly<Record<string, string>>;
}

function secret({ name = 'api', type = 'kubernetes.io/tls', data }: Wanted): object {
  const encoded = Object.entries(data).map(([key, text]) => [key, base64(text)] as const);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type,
    metadata: { name, namespace: 'prod' },
    data: Object.fromEntries(encoded),
  };
}

async function reports(text: string, name = 'all.yaml'): Promise<readonly ObjectReport[]> {
  const documents = await gatherBytes(toUtf8(text), name);
  const at = new Date();
  return objectReports(
    diagnose(documents, { at, identities: [], sources: [name], homeCas: () => [] }),
  );
}

const list = (...items: readonly object[]) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const codes = ({ findings }: ObjectReport) => findings.map(({ code }) => code);
const whole = { 'tls.crt': server.cert, 'tls.key': server.key, 'ca.crt': ca.cert };

describe('the objects of a manifest', () => {
  it('are told each, in their order', async () => {
    const found = await reports(
      list(
        secret({ data: whole }),
        secret({ name: 'login', type: 'Opaque', data: { password: 'hunter2' } }),
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'roots' },
          data: { 'ca.crt': ca.cert },
        },
      ),
    );
    expect(found.map(({ title, health }) => [title, health])).toEqual([
      ['Secret prod/api', 'good'],
      ['Secret prod/login', 'none'],
      ['ConfigMap roots', 'good'],
    ]);
    expect(found[0]?.leaves).toHaveLength(1);
    expect(found[0]?.keys).toHaveLength(1);
    expect(found[0]?.object.size).toBe(Object.values(whole).join('').length);
  });

  it('a key of another Secret is a mismatch where it lies, and only there', async () => {
    const found = await reports(
      list(
        secret({ data: { ...whole, 'tls.key': client.key } }),
        secret({ name: 'client', data: { 'tls.crt': client.cert, 'tls.key': client.key } }),
        secret({ name: 'server', data: whole }),
      ),
    );
    expect(found.map(codes)).toEqual([['KEY_MISMATCH'], [], []]);
  });

  it('two pairs in one Secret are no mismatch', async () => {
    const data = {
      'server.crt': server.cert,
      'server.key': server.key,
      'client.crt': client.cert,
      'client.key': client.key,
      'ca.crt': ca.cert,
    };
    expect((await reports(list(secret({ type: 'Opaque', data })))).map(codes)).toEqual([[]]);
  });

  it('what Kubernetes and Linkerd refuse', async () => {
    const blank = { ...whole, 'tls.crt': `${server.cert}\n` };
    const found = await reports(
      list(
        secret({ name: 'linkerd-policy-validator-k8s-tls', data: blank }),
        secret({ name: 'other', data: blank }),
        secret({ name: 'full', data: { ...whole, fill: 'x'.repeat(1024 * 1024) } }),
        secret({ name: 'nearly', data: { ...whole, fill: 'x'.repeat(1000 * 1000) } }),
      ),
    );
    expect(found.map(({ health }) => health)).toEqual(['error', 'good', 'error', 'warning']);
    expect(found.map(codes)).toEqual([
      ['PEM_FORM'],
      ['PEM_FORM'],
      ['SECRET_SIZE'],
      ['SECRET_SIZE'],
    ]);
  });

  it('a value of a TLS Secret that is something else', async () => {
    const found = await reports(
      list(
        secret({ name: 'text', data: { ...whole, 'tls.key': 'hello' } }),
        secret({ name: 'empty', data: { ...whole, 'tls.key': '' } }),
        secret({ name: 'both', data: { 'tls.crt': 'hello', 'tls.key': 'hello' } }),
        secret({ name: 'plain', type: 'Opaque', data: { ...whole, 'tls.key': 'hello' } }),
        secret({ name: 'more', data: { ...whole, password: 'hello' } }),
      ),
    );
    const wrong = found.slice(0, 3);
    expect(wrong.map(({ health }) => health)).toEqual(['error', 'error', 'error']);
    expect(wrong.map(codes)).toEqual([
      ['SECRET_TYPE'],
      ['SECRET_TYPE'],
      ['NOT_RECOGNIZED', 'NOT_RECOGNIZED'],
    ]);
    expect(wrong[0]?.findings[0]).toMatchObject({
      subject: 'all.yaml, Secret prod/text: tls.key',
      cause: expect.stringContaining('it holds no private key') as unknown,
    });
    expect(found[4]?.health).toBe('good');
  });

  it('one that cannot be read hides nothing beside it', async () => {
    const broken = {
      ...secret({ name: 'shell', data: {} }),
      data: { 'tls.crt': '$(base64 a)', 'tls.key': '%%' },
    };
    const found = await reports(list(broken, secret({ data: whole })));
    expect(found.map(({ health }) => health)).toEqual(['error', 'good']);
    expect(found[0] && codes(found[0])).toEqual(['YAML_MALFORMED', 'YAML_MALFORMED']);
  });
});

describe('hostile manifests', () => {
  it('many documents', async () => {
    const many = 'apiVersion: v1\nkind: Secret\ndata: {a: eA==}\n---\n'.repeat(25_000);
    const found = await reports(many);
    expect(found).toHaveLength(25_000);
  }, 120_000);

  it.each([
    [
      'aliases of aliases',
      `apiVersion: v1\nkind: Secret\na: &a [1,1]\nb: &b [${'*a,'.repeat(90)}1]\nc: &c [${'*b,'.repeat(90)}1]\ndata: {x: [${'*c,'.repeat(90)}1]}\n`,
    ],
    ['a deep nesting', `apiVersion: v1\nkind: Secret\ndata: ${'['.repeat(50_000)}\n`],
    ['a tag', 'apiVersion: v1\nkind: Secret\ndata: !!python/object:os.system {a: eA==}\n'],
    [
      'a prototype',
      '{"apiVersion":"v1","kind":"Secret","data":{"__proto__":"eA==","constructor":"eA=="}}',
    ],
    ['a list of itself', 'apiVersion: v1\nkind: List\nitems: &a [*a]\n'],
  ])('%s', async (_, text) => {
    await expect(reports(text)).resolves.toBeInstanceOf(Array);
  });

  it('bytes', async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (__, index) => (index * 73) % 256);
    await expect(gatherBytes(bytes, 'x.yaml')).resolves.toHaveLength(1);
  });
});
