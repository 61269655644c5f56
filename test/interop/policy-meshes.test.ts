// A policy for Envoy and for Istio, in the hands of code of these systems (policy/rbac).
import { beforeAll, describe, expect, it } from 'vitest';
import { peerAuthentication } from '../../src/manifest/istio-policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { callers, meshCallers, type Caller } from '../policy/callers.ts';
import type { Questions } from '../policy/cases.ts';
import { makeRoot, type Pair } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';
import { answerOf, buildPeer } from './policy/peers.ts';
import { asked, written } from './policy/questions.ts';
import { hasPeer } from './support/peers.ts';

describe.skipIf(!hasPeer('go', ['version']))('code of Envoy, Istio and gRPC', () => {
  let peer: string | undefined;
  let root: Pair;
  beforeAll(async () => {
    peer = buildPeer('rbac');
    root = await makeRoot();
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
      const who = mesh
        ? await meshCallers(root, mesh)
        : await callers(new SeededRandom(7), root, 20);
      const given = asked(target, language, who);
      const said = ask(peer, target, written(target, given.policies), who, given.cases);
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
    const who = await meshCallers(root, 'uri');
    const cases = who.map((_, caller) => {
      return { policy: 0, caller, method: 'GET', path: '/orders', corner: '' };
    });
    const said = ask(peer, 'istio', written('istio', [policy]), who, cases);
    const letIn = who.filter((_, at) => said.Decisions[at] === true);
    expect(letIn.map(({ certificate }) => certificate.names[0])).toEqual([
      // docs/policy.md says so: ours means spiffe://cluster.local/… alone
      { kind: 'uri', value: 'spiffe://example.org/ns/prod/sa/web' },
    ]);
  });
});
