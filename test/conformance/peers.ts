// The cases put before programs that are here, and what others have published.
import { MtlsError } from '../../src/base/errors.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { askGo, askOpenssl, type Judgement, type Question } from '../interop/support/judges.ts';
import { countVerdicts, type LimboCase, type Totals, type Verdict } from './limbo.ts';

export type LocalPeer = 'openssl' | 'go';

/** What a program that was run here said: peers.json holds it, for machines that lack the program. */
export interface LocalFigures {
  readonly version: string;
  /** By the file of the suite. */
  readonly suites: Readonly<Record<string, Totals>>;
}

const ASK: Readonly<
  Record<LocalPeer, (questions: readonly Question[]) => Judgement | Promise<Judgement>>
> = { openssl: askOpenssl, go: askGo };

/** Runs a program over the cases that it can be asked. */
export async function askPeer(
  peer: LocalPeer,
  cases: readonly LimboCase[],
): Promise<{ readonly version: string; readonly totals: Totals }> {
  const asked = cases.map((testcase) => {
    const question = peer === 'go' && !fitForGo(testcase) ? undefined : questionOf(testcase);
    return { testcase, question };
  });
  const questions = asked.flatMap(({ question }) => (question ? [question] : []));
  const { version, answers } = await ASK[peer](questions);
  let next = 0;
  const verdicts = asked.map(({ testcase, question }) => {
    const expected = testcase.expected_result;
    if (!question) return { expected, actual: 'SKIPPED' as const };
    return {
      expected,
      actual: answers[next++]?.good ? ('SUCCESS' as const) : ('FAILURE' as const),
    };
  });
  return { version, totals: countVerdicts(verdicts) };
}

/** Go reads no CRLs, takes no bounds on depth and no policies, and compares no mailboxes. */
function fitForGo(testcase: LimboCase): boolean {
  return (
    !testcase.crls?.length &&
    typeof testcase.max_chain_depth !== 'number' &&
    testcase.key_usage.length === 0 &&
    !testcase.policy &&
    names(testcase).every(({ kind }) => kind !== 'RFC822')
  );
}

function names(testcase: LimboCase) {
  const { expected_peer_name: one, expected_peer_names: all = [] } = testcase;
  return [...(one ? [one] : []), ...all];
}

/** Undefined for what cannot be put into DER at all, or asks for several names. */
function questionOf(testcase: LimboCase): Question | undefined {
  const [name, ...more] = names(testcase);
  if (more.length > 0) return undefined;
  const kinds = { DNS: 'dns', IP: 'ip', RFC822: 'email' } as const;
  const purposes = { SERVER: 'server', CLIENT: 'client', ANY: 'any' } as const;
  const { validation_time: time, crls = [] } = testcase;
  try {
    return {
      leaf: der(testcase.peer_certificate),
      anchors: testcase.trusted_certs.map(der),
      untrusted: testcase.untrusted_intermediates.map(der),
      at: time ? new Date(time) : new Date(),
      purpose: purposes[testcase.validation_kind],
      name: name && { kind: kinds[name.kind], value: name.value },
      crls: crls.map(der),
      options: optionsFor(testcase),
    };
  } catch (error) {
    if (error instanceof MtlsError) return undefined;
    throw error;
  }
}

function der(pem: string): Uint8Array {
  const [block] = parsePem(pem);
  if (!block) throw new MtlsError('PEM_MALFORMED', 'a case without a PEM block');
  return block.bytes;
}

/** As limbo's own harness asks OpenSSL; PKITS with all that it has for CRLs and policies. */
function optionsFor({ validation_kind: kind, max_chain_depth: depth, crls, policy }: LimboCase) {
  const options = kind === 'ANY' ? [] : ['-x509_strict'];
  if (typeof depth === 'number') options.push('-verify_depth', String(depth));
  if (crls?.length) options.push('-crl_check_all', '-extended_crl', '-use_deltas');
  if (!policy) return options;
  options.push('-policy_check');
  for (const oid of policy.initial_policy_set) options.push('-policy', oid);
  if (policy.explicit_policy) options.push('-explicit_policy');
  if (policy.policy_mapping_inhibit) options.push('-inhibit_map');
  if (policy.inhibit_any_policy) options.push('-inhibit_any');
  return options;
}

/** Figures by validator that the cases themselves carry. */
export function publishedFigures(cases: readonly LimboCase[]): ReadonlyMap<string, Totals> {
  const found = new Map<string, { expected: Verdict; actual: Verdict }[]>();
  const put = (peer: string, expected: Verdict, actual: Verdict) => {
    const rows = found.get(peer);
    if (rows) rows.push({ expected, actual });
    else found.set(peer, [{ expected, actual }]);
  };
  const listing = new Set(cases.flatMap((one) => Object.keys(one.published_divergence ?? {})));
  for (const { expected_result: expected, peers = {}, published_divergence: lists = {} } of cases) {
    for (const [peer, actual] of Object.entries(peers))
      put(peer, expected, actual === 'HANG' ? 'FAILURE' : actual);
    // A list names what the validator judges otherwise; the rest it has right.
    for (const peer of listing) {
      const other = expected === 'SUCCESS' ? 'FAILURE' : 'SUCCESS';
      put(`${peer} (its own list)`, expected, peer in lists ? other : expected);
    }
  }
  return new Map([...found].map(([peer, rows]) => [peer, countVerdicts(rows)]));
}
