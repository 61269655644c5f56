import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deliveryIn, stageDelivery, type DeliveryOptions } from '../../src/ca/deliver.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { ca, leaf, type Holder } from '../support/graph.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { filesIn } from './support.ts';

const posix = process.platform !== 'win32';

interface Made {
  readonly root: Holder;
  readonly middle: Holder;
  readonly end: Holder;
}

async function made(): Promise<Made> {
  const root = await ca({ subject: 'CN=root' });
  const middle = await ca({ subject: 'CN=middle', by: root });
  return { root, middle, end: await leaf({ by: middle }) };
}

function deliver(folder: string, { root, middle, end }: Made, options?: DeliveryOptions) {
  return stageDelivery(
    deliveryIn(folder, 'api'),
    {
      chain: [end.certificate, middle.certificate],
      roots: [root.certificate],
      key: end.key,
    },
    folder,
    options,
  );
}

const mode = (path: string) => statSync(path).mode & 0o777;

describe('the files of a certificate', () => {
  it('are the chain without its root, the key, and the roots', async () => {
    const folder = join(temporaryFolder(), 'deep', 'down');
    const { root, middle, end, ...rest } = await made();
    deliver(folder, { root, middle, end, ...rest }).staged.publish();
    expect(filesIn(folder)).toEqual(['api.crt', 'api.key', 'ca.crt']);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const blocks = read('api.crt').split(/(?<=-----END CERTIFICATE-----\n)/);
    expect(blocks.map((block) => new X509Certificate(block).subject)).toEqual([
      'CN=api.example.org',
      'CN=middle',
    ]);
    expect(read('api.key')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const key = createPrivateKey(read('api.key'));
    expect(new X509Certificate(read('api.crt')).checkPrivateKey(key)).toBe(true);
    expect(new X509Certificate(read('ca.crt')).subject).toBe('CN=root');
    expect(read('ca.crt').match(/BEGIN/g)).toHaveLength(1);
  });

  it.skipIf(!posix)('are closed to others, whatever the umask', async () => {
    const folder = join(temporaryFolder(), 'out');
    const before = process.umask(0);
    try {
      deliver(folder, await made()).staged.publish();
    } finally {
      process.umask(before);
    }
    expect(mode(folder)).toBe(0o700);
    expect(mode(join(folder, 'api.key'))).toBe(0o600);
    expect(mode(join(folder, 'api.crt'))).toBe(0o644);
    expect(mode(join(folder, 'ca.crt'))).toBe(0o644);
  });

  it.skipIf(!posix)('say what a renewal must keep: mode and group of the key', async () => {
    const folder = temporaryFolder();
    const group = process.getgid?.() ?? 0;
    const { staged, outputs } = deliver(folder, await made(), { keyMode: 0o440, keyGroup: group });
    staged.publish();
    const at = deliveryIn(folder, 'api');
    expect(outputs).toEqual([
      { kind: 'certificate', path: at.certificate },
      { kind: 'key', path: at.key, mode: '0440', group },
      { kind: 'roots', path: at.roots },
    ]);
    expect(mode(at.key)).toBe(0o440);
    expect(statSync(at.key).gid).toBe(group);
  });

  it('wait under other names until they are published', async () => {
    const folder = temporaryFolder();
    const { staged } = deliver(folder, await made());
    expect(filesIn(folder).filter((name) => !name.startsWith('.'))).toEqual([]);
    staged.discard();
    expect(filesIn(folder)).toEqual([]);
  });

  it('name all that is in the way, and leave it', async () => {
    const folder = temporaryFolder();
    const at = deliveryIn(folder, 'api');
    writeFileSync(at.certificate, 'mine');
    writeFileSync(at.key, 'mine');
    const all = await made();
    expect(thrown(() => deliver(folder, all))).toMatchObject({
      code: 'FILE_EXISTS',
      data: { paths: [at.certificate, at.key] },
    });
    expect(filesIn(folder)).toEqual(['api.crt', 'api.key']);
    deliver(folder, all, { force: true }).staged.publish();
    expect(readFileSync(at.key, 'utf8')).toContain('PRIVATE KEY');
  });

  it.skipIf(!posix)('replace a planted link, and write nothing where it leads', async () => {
    const folder = temporaryFolder();
    const target = join(temporaryFolder(), 'target');
    writeFileSync(target, 'mine');
    symlinkSync(target, join(folder, 'api.key'));
    const all = await made();
    expect(thrown(() => deliver(folder, all)).code).toBe('FILE_EXISTS');
    deliver(folder, all, { force: true }).staged.publish();
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(mode(join(folder, 'api.key'))).toBe(0o600);
  });
});

describe('the file of roots', () => {
  /** Delivers beside a ca.crt; answers what is in it afterwards. */
  async function beside(
    content: (all: Made) => string | Promise<string>,
    options?: DeliveryOptions,
  ): Promise<{ before: string; after: string; all: Made; folder: string }> {
    const folder = temporaryFolder();
    const all = await made();
    const path = join(folder, 'ca.crt');
    const before = await content(all);
    writeFileSync(path, before);
    deliver(folder, all, options).staged.publish();
    return { before, after: readFileSync(path, 'utf8'), all, folder };
  }

  const others = async () => encodeBundle([(await ca({ subject: 'CN=others' })).certificate]);

  it('is left as it is where it holds the root, with remarks and further roots', async () => {
    for (const options of [{}, { force: true }]) {
      const { before, after } = await beside(
        async ({ root }) => `# ours\n${encodeBundle([root.certificate])}\n${await others()}`,
        options,
      );
      expect(after).toBe(before);
    }
  });

  it('is not replaced where it holds other roots: it is somebody’s trust', async () => {
    for (const content of ['mine', '', await others()]) {
      const refused = beside(() => content);
      await expect(refused).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    }
    const root = await ca({ subject: 'CN=root' });
    // of the same name, and another key
    await expect(beside(() => encodeBundle([root.certificate]))).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
  });

  it('is replaced, or kept, where the caller says so', async () => {
    const replaced = await beside(others, { force: true });
    expect(replaced.after).toBe(encodeBundle([replaced.all.root.certificate]));
    const kept = await beside(others, { force: true, otherRoots: 'keep' });
    expect(kept.after).toBe(kept.before);
    expect(existsSync(join(kept.folder, 'api.crt'))).toBe(true);
  });

  it('is not written where nobody wants it', async () => {
    const folder = temporaryFolder();
    const { end, root } = await made();
    const { certificate } = deliveryIn(folder, 'api');
    const { staged, outputs } = stageDelivery(
      { certificate },
      { chain: [end.certificate], roots: [root.certificate], key: generateKey('ec-p256') },
      folder,
    );
    staged.publish();
    expect(outputs).toEqual([{ kind: 'certificate', path: certificate }]);
    expect(filesIn(folder)).toEqual(['api.crt']);
    const file = new X509Certificate(readFileSync(certificate));
    expect(file.publicKey.equals(createPublicKey(end.key.keyObject))).toBe(true);
  });
});
