// One policy, many programs: each decides as we do, or the policy was not written for it.
import { execFileSync } from 'node:child_process';
import { createSecureContext, type SecureContext } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { callers, type Caller } from '../policy/callers.ts';
import { decided, type Questions } from '../policy/cases.ts';
import { makeLeaf, makeRoot, type Pair } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';
import { testFolder } from './connect-servers.ts';
import { asked, CASES, written } from './policy/questions.ts';
import { answerOf, buildPeer } from './policy/peers.ts';
import { goServer, letIn, nginxServer, nodeServer } from './policy/servers.ts';
import { hasPeer } from './support/peers.ts';

const hasGo = hasPeer('go', ['version']);
const hasNginx = hasPeer('nginx', ['-v']);

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
  connection?: 'Upgrade',
): Promise<readonly unknown[]> {
  const waiting = cases.entries();
  const found: unknown[] = [];
  const work = async () => {
    for (const [at, one] of waiting) {
      const context = world.contexts[one.caller] as SecureContext;
      const theirs = await letIn(portOf(one.policy), context, one, connection);
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
    expect(await otherwise(given, () => port, 'Upgrade')).toEqual([]);
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
    const opa = buildPeer('opa');
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
