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
import { exportPolicy, inexpressible } from '../../src/manifest/policy/target.ts';
import { POLICY_TARGETS, type PolicyTargetName } from '../../src/manifest/policy/targets.ts';
import { peerAuthentication } from '../../src/manifest/istio-policy.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { callers, meshCallers, type Caller } from '../policy/callers.ts';
import { decided, expectCover, questions, type Language, type Questions } from '../policy/cases.ts';
import { makeLeaf, makeRoot, type Pair } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';
import { testFolder } from './connect-servers.ts';
import { goServer, letIn, nginxServer, nodeServer } from './policy/servers.ts';
import { hasPeer } from './support/peers.ts';

const CASES = 200;
const FOR = { name: 'p', namespace: 'prod', selector: { app: 'p' } };
const hasGo = hasPeer('go', ['version']);
const hasNginx = hasPeer('nginx', ['-v']);

/** A program of Go, built; undefined where its modules are not to be had. */
function build(module: 'opa' | 'rbac'): string | undefined {
  if (!hasGo) return undefined;
  const peer = join(mkdtempSync(join(tmpdir(), `mtls-${module}-`)), 'peer');
  const cwd = fileURLToPath(new URL(`policy/${module}`, import.meta.url));
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', peer, '.'], {
    cwd,
    encoding: 'utf8',
  });
  if (built.status === 0) return peer;
  if (process.env['MTLS_REQUIRE_PEERS'] === '1')
    throw new Error(`${module} does not build, and peers are required:\n${built.stderr}`);
  return undefined;
}

interface World {
  readonly root: Pair;
  readonly server: Pair;
  readonly callers: readonly Caller[];
  readonly contexts: readonly SecureContext[];
}

let world: World;
beforeAll(async () => {
  const root = await makeRoot();
  const made = await callers(new SeededRandom(7), root, 20);
  world = {
    root,
    server: await makeLeaf(root, ['localhost']),
    callers: made,
    contexts: made.map(({ certificate, key }) =>
      createSecureContext({ cert: encodeBundle([certificate]), key: writePrivateKey(key) }),
    ),
  };
});

/** Questions for a program; of the corners of callers, one in so many where each is an exchange. */
function asked(
  to: PolicyTargetName,
  language: Language,
  callers: readonly Caller[],
  oneIn = 1,
): Questions {
  const held = (policy: Policy) => inexpressible(POLICY_TARGETS[to], policy).length === 0;
  const made = questions(new SeededRandom(1), language, callers, {
    cases: CASES,
    policies: 8,
    oneIn,
    held,
  });
  expectCover(made, callers);
  return made;
}

const written = (to: PolicyTargetName, policies: readonly Policy[]) =>
  policies.map((policy) => exportPolicy(POLICY_TARGETS[to], policy, FOR));

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

describe(`${CASES} requests and every corner, under generated policies`, () => {
  it('are answered alike by the middleware for Node', async () => {
    const given = asked('node', 'all', world.callers, 13);
    const port = await nodeServer(serverFolder(), written('node', given.policies));
    expect(await otherwise(given, () => port)).toEqual([]);
  });

  it.skipIf(!hasGo)('are answered alike by the middleware for Go', async () => {
    const given = asked('go', 'all', world.callers, 13);
    const texts = written('go', given.policies);
    for (const input of texts) expect(execFileSync('gofmt', ['-l'], { input }).toString()).toBe('');
    const port = await goServer(serverFolder(), texts);
    expect(await otherwise(given, () => port)).toEqual([]);
  });

  it.skipIf(!hasNginx)('are answered alike by the maps of nginx', async () => {
    const given = asked('nginx', 'cn', world.callers, 3);
    const folder = serverFolder();
    const ports: number[] = [];
    for (const [at, text] of written('nginx', given.policies).entries())
      ports.push(await nginxServer(folder, `nginx${at}`, text));
    expect(await otherwise(given, (policy) => ports[policy] as number)).toEqual([]);
  });

  it.skipIf(!hasGo)('are answered alike by OPA, whose tests pass', ({ skip }) => {
    const opa = build('opa');
    if (opa === undefined) return skip('the module proxy is not reached');
    const given = asked('rego', 'all', world.callers);
    const rego = written('rego', given.policies);
    const tests = written('rego-test', given.policies);
    const pemOf = (caller: number) => encodeBundle([(world.callers[caller] as Caller).certificate]);
    const input = {
      policies: rego.map((text, at) => ({ rego: text, tests: tests[at] })),
      cases: given.cases.map(({ policy, caller, method, path }, at) => ({
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
    const said = answerOf(opa, input) as {
      Decisions: [boolean, { allow: boolean; rule: string | null }][];
      Tests: object[];
    };
    const wrong = given.cases.flatMap((one, at) => {
      const { allow, rule } = decided(given, world.callers, one);
      const [theirs, decision] = said.Decisions[at] ?? [];
      const same =
        theirs === allow &&
        decision?.allow === allow &&
        (decision.rule ?? undefined) === rule?.name;
      return same ? [] : [{ ...one, allow, rule: rule?.name, theirs, decision }];
    });
    expect(wrong).toEqual([]);
    said.Tests.forEach((results, at) => {
      const rules = given.policies[at]?.rules.length ?? 0;
      expect(Object.values(results)).toEqual(Array.from({ length: rules + 2 }, () => true));
    });
  });
});

describe.skipIf(!hasGo)('code of Envoy, Istio and gRPC', () => {
  let peer: string | undefined;
  beforeAll(() => {
    peer = build('rbac');
  });

  interface Said {
    readonly Faults: readonly string[];
    readonly Decisions: readonly boolean[];
  }
  type Target = 'envoy' | 'istio';
  const ask = (
    program: string,
    target: Target,
    texts: readonly string[],
    callers: readonly Caller[] = [],
    cases: Questions['cases'] = [],
  ) =>
    answerOf(program, {
      policies: texts.map((text) => ({ target, text, trustDomain: 'example.org' })),
      callers: callers.map(({ certificate }) => Buffer.from(certificate.der).toString('base64')),
      cases,
    }) as Said;

  it.for([
    ['envoy', 'san', undefined],
    ['istio', 'istio', 'uri'],
  ] as const)(
    'takes every policy for %s, and answers alike',
    async ([target, language, mesh], { skip }) => {
      if (peer === undefined) return skip('the module proxy is not reached');
      const callers = mesh ? await meshCallers(world.root, mesh) : world.callers;
      const given = asked(target, language, callers);
      const said = ask(peer, target, written(target, given.policies), callers, given.cases);
      expect(said.Faults).toEqual(given.policies.map(() => ''));
      const wrong = given.cases.filter((_, at) => said.Decisions[at] !== given.ours[at]);
      expect(wrong).toEqual([]);
      expect(said.Decisions).toHaveLength(given.cases.length);
    },
  );

  // What they refuse, lest they take anything: a text of ours, what is put in place of a part, and why
  it.for([
    ['envoy', 'action: DENY', 'action: REFUSE', 'REFUSE'],
    ['envoy', 'action: DENY', 'actions: DENY', 'unknown field'],
    ['envoy', 'action: DENY', 'action: NO', 'invalid value'],
    ['envoy', 'suffix: /..', "suffix: ''", 'Suffix'],
    ['envoy', 'regex: "[Ww]', 'regex: "(?=w)[Ww]', 'safe_regex matcher'],
    ['envoy', 'san_type: DNS', 'san_type: NAME', 'NAME'],
    ['envoy', 'contains: //', "contains: ''", 'Contains'],
    ['envoy', '    rules:\n      action', '    shadow_rules:\n      action', 'without rules'],
    ['istio', 'action: ALLOW', 'action: allow', 'invalid value'],
    ['istio', 'principals:', 'principal:', 'unknown field'],
    ['istio', '- /orders', "- '{**}/a/{*}'", '{**} is not the last operator'],
    ['istio', '- /orders', "- ''", 'empty value not allowed'],
    ['istio', 'app: p', "'': p", 'selector'],
    ['istio', 'INSERT_FIRST', 'REMOVE', 'another form'],
  ] as const)('refuses for %s, in place of %s, %s', ([target, ours, theirs, why], { skip }) => {
    if (peer === undefined) return skip('the module proxy is not reached');
    const who = target === 'envoy' ? 'dns: web.svc' : 'spiffe: spiffe://example.org/ns/a/sa/b';
    const policy = readPolicy(
      `version: 1\nrules:\n  - {name: one, effect: allow, who: [{${who}}], what: [{paths: [/orders]}]}\n`,
      'p',
    );
    const [text = ''] = written(target, [policy]);
    expect(text).toContain(ours);
    const [fine, bad] = ask(peer, target, [text, text.replaceAll(ours, theirs)]).Faults;
    expect(fine).toBe('');
    expect(bad).toContain(why);
  });

  it('takes every PeerAuthentication', ({ skip }) => {
    if (peer === undefined) return skip('the module proxy is not reached');
    const made = [
      peerAuthentication({ name: 'default', namespace: 'istio-system', mode: 'strict' }),
      peerAuthentication({ name: 'default', namespace: 'shop', mode: 'permissive' }),
      peerAuthentication({
        name: 'api',
        namespace: 'shop',
        mode: 'strict',
        workload: { app: 'api' },
        ports: { 9090: 'permissive', 8080: 'disable' },
      }),
    ];
    expect(ask(peer, 'istio', made).Faults).toEqual(made.map(() => ''));
    const bad = made.map((text) => text.replace('mode: ', 'mode: X'));
    expect(ask(peer, 'istio', bad).Faults.filter((fault) => fault === '')).toEqual([]);
  });

  it('shows that Istio takes cluster.local for the trust domain of the mesh', async ({ skip }) => {
    if (peer === undefined) return skip('the module proxy is not reached');
    const policy = readPolicy(
      `version: 1
rules:
  - name: own
    effect: allow
    who: [{spiffe: spiffe://cluster.local/ns/prod/sa/web}]
    what: [{paths: [/orders]}]
`,
      'p',
    );
    const callers = await meshCallers(world.root, 'uri');
    const cases = callers.map((_, caller) => {
      return { policy: 0, caller, method: 'GET', path: '/orders', corner: '' };
    });
    const said = ask(peer, 'istio', written('istio', [policy]), callers, cases);
    const letIn = callers.filter((_, at) => said.Decisions[at] === true);
    expect(letIn.map(({ certificate }) => certificate.names[0])).toEqual([
      // docs/policy.md says so: ours means spiffe://cluster.local/… alone
      { kind: 'uri', value: 'spiffe://example.org/ns/prod/sa/web' },
    ]);
  });
});

function answerOf(program: string, input: object): unknown {
  const said = execFileSync(program, { input: JSON.stringify(input), maxBuffer: 2 ** 28 });
  return JSON.parse(said.toString());
}
