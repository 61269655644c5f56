import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toUtf8 } from '../../../src/base/bytes.ts';
import type { Resource } from '../../../src/diagnose/document.ts';
import { gatherBytes } from '../../../src/diagnose/gather.ts';
import { checkCilium } from '../../../src/diagnose/mesh/cilium.ts';
import { ciliumPolicyFindings, isMutualPolicy } from '../../../src/diagnose/mesh/cilium-policy.ts';
import type { MeshFinding } from '../../../src/diagnose/mesh/mesh-set.ts';
import { ciliumCaSets, ciliumSets, CLUSTER } from '../../support/cilium-sets.ts';
import { ciliumPolicyCases } from '../../support/cilium-policies.ts';
import { NOW } from '../../support/graph.ts';

const said = (findings: readonly MeshFinding[]) =>
  findings.map(({ severity, code }) => `${severity} ${code}`);

const check = async (yaml: string, cluster = CLUSTER) =>
  checkCilium(await gatherBytes(toUtf8(yaml), '-'), { at: NOW, cluster });

describe('Secrets of Hubble and of the mesh of clusters', async () => {
  const sets = await ciliumSets(NOW);

  it.each(sets)('$title', async ({ yaml, says }) => {
    const { places, findings } = await check(yaml);
    expect(places.length).toBeGreaterThan(1);
    expect(said(findings)).toEqual(says);
  });

  const [usual] = sets as [(typeof sets)[number]];

  it('are known by what they name, whatever Helm was told they are called', async () => {
    const renamed = usual.yaml.replaceAll(/name: hubble-/g, 'name: our-');
    expect((await check(renamed)).places).toEqual([
      '-, Secret kube-system/our-server-certs',
      '-, Secret kube-system/our-relay-client-certs',
    ]);
  });

  it('are of the cluster that the server names, if none is named', async () => {
    const { yaml } = usual;
    const unnamed = checkCilium(await gatherBytes(toUtf8(yaml), '-'), {
      at: NOW,
      cluster: undefined,
    });
    expect(said(unnamed.findings)).toEqual([]);
    expect(said((await check(yaml, 'east')).findings)).toEqual(['error HOST_MISMATCH']);
  });

  it('are judged by what the other side trusts, not by what lies beside them', async () => {
    const trusting = sets.find(({ title }) => title === 'a Relay that trusts another root');
    const { findings } = await check(trusting?.yaml ?? '');
    expect(findings.map(({ subject }) => subject)).toEqual([
      '-, Secret kube-system/hubble-server-certs: tls.crt',
    ]);
  });

  it('are believed by the ConfigMap of all, where there is one', async () => {
    const titled = (wanted: string) => sets.find(({ title }) => title === wanted)?.yaml ?? '';
    const [, pem = ''] = /ca\.crt: (\S+)/.exec(usual.yaml) ?? [];
    const bundle = (text: string) =>
      stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'cilium-root-ca.crt', namespace: 'kube-system' },
        data: { 'ca.crt': text },
      });
    const own = Buffer.from(pem, 'base64').toString();
    const bundled = async (yaml: string) =>
      said((await check(`${yaml}---\n${bundle(own)}`)).findings);
    expect(await bundled(usual.yaml)).toEqual([]);
    expect(await bundled(titled('a Relay of another root'))).toEqual(['error ISSUER_NOT_FOUND']);
    // What nobody mounts does no harm, and may be missing
    expect(await bundled(titled('a Relay that trusts another root'))).toEqual([]);
    expect(await bundled(titled('nobody to trust'))).toEqual([]);
  });

  it('are not looked for in other Secrets', async () => {
    const stranger = usual.yaml
      .replaceAll(/name: hubble-/g, 'name: our-')
      .replaceAll('tls.crt', 'server.crt');
    expect((await check(stranger)).places).toEqual([]);
  });
});

describe('cilium-ca', async () => {
  it.each(await ciliumCaSets(NOW))('$title', async ({ yaml, says }) => {
    const { places, findings } = await check(yaml);
    expect(places).toEqual(['-, Secret kube-system/cilium-ca']);
    expect(said(findings)).toEqual(says);
  });
});

describe('policies', () => {
  const judged = async (yaml: string) => {
    const policies: Resource[] = [];
    await gatherBytes(toUtf8(yaml), '-', undefined, (one) => {
      if (isMutualPolicy(one)) policies.push(one);
    });
    return { count: policies.length, says: said(ciliumPolicyFindings(policies)) };
  };

  it.each(ciliumPolicyCases)('$title', async ({ policy, says }) => {
    expect(await judged(stringify(policy))).toEqual({ count: 1, says });
  });

  it('of others, and those that say nothing of it, are left in peace', async () => {
    const [{ policy }] = ciliumPolicyCases as [(typeof ciliumPolicyCases)[number]];
    expect(await judged(stringify({ ...policy, apiVersion: 'example.org/v1' }))).toEqual({
      count: 0,
      says: [],
    });
    expect(await judged(stringify({ ...policy, spec: { endpointSelector: {} } }))).toEqual({
      count: 0,
      says: [],
    });
  });
});
