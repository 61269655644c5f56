import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DAY } from '../../../src/base/clock.ts';
import { encodeBundle } from '../../../src/codec/bundle.ts';
import { writePrivateKey } from '../../../src/codec/pkcs8.ts';
import { gather } from '../../../src/diagnose/gather.ts';
import { checkSpire } from '../../../src/diagnose/mesh/spire.ts';
import { ca, CLIENT_AUTH, NOW, type Holder, type Shape } from '../../support/graph.ts';

const notAfter = new Date(NOW.getTime() + 365 * DAY);
const make = (shape: Shape) => ca({ notAfter, ...shape });
const room = (pathLength: number): NonNullable<Shape['extensions']> => ({
  basicConstraints: { kind: 'basicConstraints', ca: true, pathLength },
});

const root = await make({ subject: 'CN=root' });
const middle = await make({ subject: 'CN=middle', by: root });
const signing = await make({ subject: 'CN=signing', by: middle });
const one = await make({ subject: 'CN=one', by: root, extensions: room(1) });
const none = await make({ subject: 'CN=none', by: root, extensions: room(0) });
const low = await make({ subject: 'CN=low root', extensions: room(1) });
const below = await make({ subject: 'CN=below', by: low });
const bound = await make({
  subject: 'CN=bound',
  by: root,
  extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
});
const certs = (holders: readonly Holder[]) =>
  encodeBundle(holders.map(({ certificate }) => certificate));

async function check(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-spire-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return checkSpire(await gather([folder]), NOW);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const key = ({ key: held }: Holder) => writePrivateKey(held);

it.each([
  ['a CA below the root', [one], one, [root], []],
  ['a CA with one above it', [signing, middle], signing, [root], []],
  ['the old root and the new', [one], one, [low, root], []],
  ['one root alone, whose key it warns of', [root], root, [], ['warning CA_KEY_IN_SECRET']],
  ['path length 0', [none], none, [root], ['error PATH_LENGTH_EXCEEDED']],
  ['a root that allows one level', [below], below, [low], ['error PATH_LENGTH_EXCEEDED']],
  ['no bundle', [one], one, [], ['error MESH_FILE_MISSING']],
  ['a chain without the middle', [signing], signing, [root], ['error ISSUER_NOT_FOUND']],
  ['another root', [one], one, [low], ['error ISSUER_NOT_FOUND']],
  ['the key of another', [one], low, [root], ['error KEY_MISMATCH']],
  ['purposes of clients alone', [bound], bound, [root], ['error CA_PURPOSES']],
] as const)('%s', async (_, chain, holder, bundle, wanted) => {
  const { findings, places } = await check({
    'a.crt': certs(chain),
    'b.key': key(holder),
    ...(bundle.length > 0 && { 'c.crt': certs(bundle) }),
  });
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(wanted);
  expect(places).toHaveLength(1);
});

it('wants a certificate, and looks for nothing where no key is', async () => {
  const { findings } = await check({ 'a.key': key(one) });
  expect(findings.map(({ code }) => code)).toEqual(['MESH_FILE_MISSING']);
  expect((await check({ 'a.crt': certs([one]) })).places).toEqual([]);
});
