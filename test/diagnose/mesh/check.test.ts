import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toUtf8 } from '../../../src/base/bytes.ts';
import { gather, gatherBytes } from '../../../src/diagnose/gather.ts';
import { checkIstio } from '../../../src/diagnose/mesh/istio.ts';
import { checkLinkerd } from '../../../src/diagnose/mesh/linkerd.ts';
import type { MeshFinding } from '../../../src/diagnose/mesh/mesh-set.ts';
import { NOW } from '../../support/graph.ts';
import { linkerdSets } from '../../support/linkerd-sets.ts';
import { istioSets } from '../../support/mesh-sets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mtls-mesh-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;

const said = (findings: readonly MeshFinding[]) =>
  findings.map(({ severity, code }) => `${severity} ${code}`);

function inFolder(files: Files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return gather([folder]);
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
  readonly type?: string;
}

function secret(files: Files, { name, namespace, type = 'Opaque' }: Named): string {
  const data = Object.fromEntries(
    Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return stringify({ apiVersion: 'v1', kind: 'Secret', metadata, type, data });
}

const inYaml = (text: string) => gatherBytes(toUtf8(text), '-');

describe('cacerts of Istio', async () => {
  const sets = await istioSets(NOW);

  it.each(sets)('$title, in a folder and in a Secret', async ({ files, says }) => {
    // A folder with tls.crt may be anybody's
    if (!('tls.crt' in files))
      expect(said(checkIstio(await inFolder(files), NOW).findings)).toEqual(says);
    const type = 'tls.crt' in files ? 'kubernetes.io/tls' : 'Opaque';
    const yaml = secret(files, { name: 'cacerts', namespace: 'istio-system', type });
    expect(said(checkIstio(await inYaml(yaml), NOW).findings)).toEqual(says);
  });

  const [usual] = sets as [(typeof sets)[number]];

  it('stands in a Secret of this name, in the namespace of istiod', async () => {
    const of = async (named: Named) =>
      said(checkIstio(await inYaml(secret(usual.files, named)), NOW).findings);
    expect(await of({ name: 'cacerts' })).toEqual([]);
    expect(await of({ name: 'istio-ca' })).toEqual(['error MESH_OBJECT']);
    expect(await of({ name: 'cacerts', namespace: 'default' })).toEqual(['warning MESH_OBJECT']);
    expect(await of({ name: 'cacerts', type: 'kubernetes.io/tls' })).toEqual(['error MESH_OBJECT']);
  });

  it('may send nothing and list nothing, and is known where istiod made it', async () => {
    const { files } = usual;
    const folder_ = await inFolder({ ...files, 'ca-crl.pem': '', 'cert-chain.pem': '' });
    expect(said(checkIstio(folder_, NOW).findings)).toEqual(['error INTERMEDIATE_MISSING']);
    // As istiod writes it, with a root of its own
    const root = sets.find(({ title }) => title === 'the key of the root itself')?.files ?? {};
    const own = { ...root, 'cert-chain.pem': '', 'key.pem': '', 'istio-generated': '' };
    const yaml = secret(own, { name: 'cacerts', type: 'istio.io/ca-root' });
    expect(said(checkIstio(await inYaml(yaml), NOW).findings)).toEqual([
      'warning MESH_OBJECT',
      'warning CA_KEY_IN_SECRET',
    ]);
  });

  it('is not looked for in what has nothing of it', async () => {
    const { places } = checkIstio(
      await inFolder({ 'api.crt': usual.files['ca-cert.pem'] ?? '' }),
      NOW,
    );
    expect(places).toEqual([]);
  });

  it('is told by file, with what is damaged', async () => {
    const cut = (usual.files['cert-chain.pem'] ?? '').slice(0, 900);
    const { findings } = checkIstio(await inFolder({ ...usual.files, 'cert-chain.pem': cut }), NOW);
    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['PEM_MALFORMED', `${folder}/cert-chain.pem`],
    ]);
  });
});

describe('the issuer and the anchors of Linkerd', async () => {
  const sets = await linkerdSets(NOW);

  it.each(sets)('$title', async ({ files, says }) => {
    const { 'ca-bundle.crt': bundle, ...issuer } = files;
    expect(said(checkLinkerd(await inFolder(files), { at: NOW }).findings)).toEqual(says);
    const type = 'tls.crt' in files ? 'kubernetes.io/tls' : 'Opaque';
    const yaml = [
      secret(issuer, { name: 'linkerd-identity-issuer', namespace: 'linkerd', type }),
      ...(bundle === undefined
        ? []
        : [
            stringify({
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name: 'linkerd-identity-trust-roots', namespace: 'linkerd' },
              data: { 'ca-bundle.crt': bundle },
            }),
          ]),
    ].join('---\n');
    expect(said(checkLinkerd(await inYaml(yaml), { at: NOW }).findings)).toEqual(says);
  });

  const [usual] = sets as [(typeof sets)[number]];
  const { 'ca-bundle.crt': bundle = '', 'crt.pem': crtPEM, 'key.pem': keyPEM } = usual.files;

  it('wants anchors, given beside it or named', async () => {
    const yaml = secret(
      { 'crt.pem': crtPEM ?? '', 'key.pem': keyPEM ?? '' },
      { name: 'linkerd-identity-issuer' },
    );
    const documents = await inYaml(yaml);
    expect(said(checkLinkerd(documents, { at: NOW }).findings)).toEqual([
      'error MESH_FILE_MISSING',
    ]);
    const anchors = (await gatherBytes(toUtf8(bundle), '-')).flatMap(({ parts }) =>
      parts.flatMap((part) => (part.kind === 'certificate' ? part.certificate : [])),
    );
    expect(said(checkLinkerd(documents, { at: NOW, anchors }).findings)).toEqual([]);
  });

  it('leaves other Secrets in peace', async () => {
    const yaml = secret({ 'tls.crt': crtPEM ?? '', 'tls.key': keyPEM ?? '' }, { name: 'api-tls' });
    expect(checkLinkerd(await inYaml(yaml), { at: NOW }).places).toEqual([]);
  });

  it('warns of anchors that end soon, and says which have ended', async () => {
    const at = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
    const documents = await inFolder({ 'ca-bundle.crt': bundle });
    expect(said(checkLinkerd(documents, { at: at(304) }).findings)).toEqual([]);
    expect(said(checkLinkerd(documents, { at: at(306) }).findings)).toEqual([
      'warning EXPIRES_SOON',
    ]);
    expect(said(checkLinkerd(documents, { at: at(366) }).findings)).toEqual(['error EXPIRED']);
  });
});
