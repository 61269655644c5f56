// One policy, many programs: each decides as we do, or the policy was not written for it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createSecureContext, type SecureContext } from 'node:tls';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { exportPolicy } from '../../src/manifest/policy/target.ts';
import { POLICY_TARGETS, type PolicyTargetName } from '../../src/manifest/policy/targets.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { callers, casesOf, policyText, type AskedCase, type Caller } from '../policy/cases.ts';
import { makeLeaf, makeRoot, type Pair } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';
import { testFolder } from './connect-servers.ts';
import { goServer, letIn, nginxServer, nodeServer } from './policy/servers.ts';
import { hasPeer } from './support/peers.ts';

const CASES = 200;
const hasGo = hasPeer('go', ['version']);
const hasNginx = hasPeer('nginx', ['-v']);

/** OPA's own module, built; undefined where its modules are not to be had. */
function buildOpa(): string | undefined {
  if (!hasGo) return undefined;
  const peer = join(mkdtempSync(join(tmpdir(), 'mtls-opa-')), 'opa-peer');
  const cwd = fileURLToPath(new URL('policy/opa', import.meta.url));
  const built = spawnSync('go', ['build', '-o', peer, '.'], { cwd, encoding: 'utf8' });
  if (built.status === 0) return peer;
  if (process.env['MTLS_REQUIRE_PEERS'] === '1')
    throw new Error(`OPA's module does not build, and peers are required:\n${built.stderr}`);
  return undefined;
}
const opa = buildOpa();

interface World {
  readonly root: Pair;
  readonly server: Pair;
  readonly callers: readonly Caller[];
  readonly contexts: readonly SecureContext[];
}

let world: World;
beforeAll(async () => {
  const root = await makeRoot();
  const made = await callers(new SeededRandom(7), root, 40);
  world = {
    root,
    server: await makeLeaf(root, ['localhost']),
    callers: made,
    contexts: made.map(({ certificate, key }) =>
      createSecureContext({ cert: encodeBundle([certificate]), key: writePrivateKey(key) }),
    ),
  };
});

/** Names as the first callers have them, but for case, a wildcard or an empty fragment. */
const NEAR = `version: 1
rules:
  - {name: dns, effect: allow, who: [{dns: web.prod.svc}], what: [{paths: [/dns]}]}
  - {name: spiffe, effect: allow, who: [{spiffe: spiffe://example.org/ns/prod/sa/web}], what: [{paths: [/spiffe]}]}
  - {name: open, effect: allow, who: [{spiffe: spiffe://example.org/**}, {dns: '*.prod.svc'}], what: [{paths: [/open]}]}
  - {name: any, effect: allow, who: [{any: true}], what: [{paths: ['*y']}]}
`;
const NEAR_PATHS = ['/dns', '/spiffe', '/open', '/any'];

interface Questions {
  readonly policies: readonly Policy[];
  readonly cases: readonly AskedCase[];
  /** Our own answers. */
  readonly ours: readonly boolean[];
}

function questions(language: 'all' | 'cn', seed: number, count: number): Questions {
  const random = new SeededRandom(seed);
  const policies = Array.from({ length: count }, () =>
    readPolicy(policyText(random, language), 'generated'),
  );
  if (language === 'all') policies[0] = readPolicy(NEAR, 'near');
  const counts = { cases: CASES, policies: count, callers: world.callers.length };
  const cases = casesOf(random, counts).map((one, at) =>
    // One in five: a caller whose names are nearly those of a rule
    at % 5 === 0 && language === 'all'
      ? {
          policy: 0,
          caller: (at / 5) % 8,
          method: 'GET',
          path: NEAR_PATHS[Math.floor(at / 40) % 4] ?? '/',
        }
      : one,
  );
  return { policies, cases, ours: cases.map((one) => decided(policies, one).allow) };
}

function decided(policies: readonly Policy[], { policy, caller, method, path }: AskedCase) {
  const { certificate } = world.callers[caller] as Caller;
  return decide(policies[policy] as Policy, certificate, { method, path });
}

const written = (to: PolicyTargetName, policies: readonly Policy[]) =>
  policies.map((policy) => exportPolicy(POLICY_TARGETS[to], policy, { name: 'p', selector: {} }));

const serverFolder = () =>
  testFolder({
    'server.crt': world.server.pem,
    'server.key': world.server.keyPem,
    'ca.crt': world.root.pem,
  });

/** Puts every question to servers, some at a time, and names those that answer otherwise. */
async function otherwise(
  { cases, ours }: Questions,
  portOf: (policy: number) => number,
): Promise<readonly unknown[]> {
  const waiting = cases.entries();
  const found: unknown[] = [];
  const work = async () => {
    for (const [at, one] of waiting) {
      const context = world.contexts[one.caller] as SecureContext;
      const theirs = await letIn(portOf(one.policy), context, one);
      if (theirs !== ours[at]) found.push({ ...one, ours: ours[at], theirs });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return found;
}

/** Enough of both answers, lest an exchange that never works agrees. */
function expectBoth({ ours }: Questions): void {
  expect(ours.filter((allow) => allow).length).toBeGreaterThan(CASES / 8);
  expect(ours.filter((allow) => !allow).length).toBeGreaterThan(CASES / 8);
}

describe(`${CASES} requests under generated policies`, () => {
  it('are answered alike by the middleware for Node', async () => {
    const asked = questions('all', 1, 16);
    expectBoth(asked);
    const port = await nodeServer(serverFolder(), written('node', asked.policies));
    expect(await otherwise(asked, () => port)).toEqual([]);
  });

  it.skipIf(!hasGo)('are answered alike by the middleware for Go', async () => {
    const asked = questions('all', 1, 16);
    const texts = written('go', asked.policies);
    for (const input of texts) expect(execFileSync('gofmt', ['-l'], { input }).toString()).toBe('');
    const port = await goServer(serverFolder(), texts);
    expect(await otherwise(asked, () => port)).toEqual([]);
  });

  it.skipIf(!hasNginx)('are answered alike by the maps of nginx', async () => {
    const asked = questions('cn', 2, 6);
    expectBoth(asked);
    const folder = serverFolder();
    const ports: number[] = [];
    for (const [at, text] of written('nginx', asked.policies).entries())
      ports.push(await nginxServer(folder, `nginx${at}`, text));
    expect(await otherwise(asked, (policy) => ports[policy] as number)).toEqual([]);
  });

  it.skipIf(opa === undefined)('are answered alike by OPA, whose tests pass', () => {
    const asked = questions('all', 1, 16);
    const rego = written('rego', asked.policies);
    const tests = written('rego-test', asked.policies);
    const pemOf = (caller: number) => encodeBundle([(world.callers[caller] as Caller).certificate]);
    const given = {
      policies: rego.map((text, at) => ({ rego: text, tests: tests[at] })),
      cases: asked.cases.map(({ policy, caller, method, path }, at) => ({
        policy,
        input:
          at % 2 === 0
            ? { certificate: pemOf(caller), method, path }
            : {
                // as Envoy asks
                attributes: {
                  source: { certificate: encodeURIComponent(pemOf(caller)) },
                  request: { http: { method, path } },
                },
              },
      })),
    };
    const said = JSON.parse(
      execFileSync(opa as string, { input: JSON.stringify(given), maxBuffer: 2 ** 28 }).toString(),
    ) as { Decisions: [boolean, { allow: boolean; rule: string | null }][]; Tests: object[] };
    const wrong = asked.cases.flatMap((one, at) => {
      const { allow, rule } = decided(asked.policies, one);
      const [theirs, decision] = said.Decisions[at] ?? [];
      const same =
        theirs === allow &&
        decision?.allow === allow &&
        (decision.rule ?? undefined) === rule?.name;
      return same ? [] : [{ ...one, allow, rule: rule?.name, theirs, decision }];
    });
    expect(wrong).toEqual([]);
    said.Tests.forEach((results, at) => {
      const rules = asked.policies[at]?.rules.length ?? 0;
      expect(Object.values(results)).toEqual(Array.from({ length: rules + 2 }, () => true));
    });
  });
});
