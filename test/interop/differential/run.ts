// Chains of every class, put before us and before others.
import { MtlsError } from '../../../src/base/errors.ts';
import { anchorOf } from '../../../src/verify/types.ts';
import { verifyCertificate } from '../../../src/verify/verify.ts';
import { parseCertificate, type Certificate } from '../../../src/x509/certificate.ts';
import { NOW, type Holder } from '../../support/graph.ts';
import { SeededRandom } from '../../support/random.ts';
import type { Answer, Question } from '../support/judges.ts';
import type { ChainClass } from './class.ts';
import { makeChain, soundPlan } from './plan.ts';
import { RIGHT } from './right.ts';
import { WRONG } from './wrong.ts';
import { WRONG_NAMES } from './wrong-names.ts';

export const CLASSES: readonly ChainClass[] = [...RIGHT, ...WRONG, ...WRONG_NAMES];

export interface Case {
  readonly number: number;
  readonly of: ChainClass;
  readonly question: Question;
}

/** The classes in turn, each time another chain; seed and number make the same one again. */
export async function makeCases(count: number, seed: number): Promise<Case[]> {
  const cases: Case[] = [];
  for (let number = 0; number < count; number++) cases.push(await makeCase(number, seed));
  return cases;
}

async function makeCase(number: number, seed: number): Promise<Case> {
  const random = new SeededRandom(seed, number);
  const of = CLASSES[number % CLASSES.length] as ChainClass;
  const plan = soundPlan(random, number, of.depth ?? 0);
  of.plan?.(plan, random);
  const chain = await makeChain(plan, random);
  await of.chain?.(chain, random, plan);
  const ders = (holders: readonly Holder[]) => holders.map(({ certificate }) => certificate.der);
  const question: Question = {
    leaf: chain.leaf.certificate.der,
    anchors: ders(chain.anchors),
    untrusted: ders(chain.untrusted),
    at: NOW,
    purpose: plan.purpose,
    name: plan.name,
    // 112 bits of security, as we ask for
    options: ['-auth_level', '2'],
  };
  return { number, of, question };
}

/** What we say. */
export function askUs(questions: readonly Question[]): readonly Answer[] {
  return questions.map((question) => {
    try {
      const { name } = question;
      const { ok, fault } = verifyCertificate({
        leaf: parseCertificate(question.leaf),
        anchors: readable(question.anchors).map(anchorOf),
        untrusted: readable(question.untrusted),
        at: question.at,
        purpose: question.purpose,
        identity: name && { kind: name.kind, value: name.value },
      });
      return { good: ok, says: ok ? '' : `${fault.code}: ${fault.message}` };
    } catch (error) {
      if (!(error instanceof MtlsError)) throw error;
      return { good: false, says: `${error.code}: ${error.message}` };
    }
  });
}

function readable(ders: readonly Uint8Array[]): Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof MtlsError) return [];
      throw error;
    }
  });
}

export type Peer = 'openssl' | 'go';

/** One row of differences.json: a class in which a peer does not say what is right. */
interface Explained {
  readonly class: string;
  readonly theirs: 'good' | 'bad';
  /** In some of its chains only. */
  readonly sometimes?: boolean;
  readonly why: string;
}

/** differences.json: who was asked, and why they differ. */
export type Explanations = Readonly<
  Record<Peer, { readonly version: string; readonly differences: readonly Explained[] }>
>;

/** A class in which a peer does not say what is right. */
interface Difference {
  readonly class: string;
  readonly theirs: 'good' | 'bad';
  /** In how many of its chains. */
  readonly cases: number;
  readonly of: number;
  /** Their own words, of one chain. */
  readonly says: string;
}

/** Where answers differ from what is known of each chain, class by class. */
export function differences(
  cases: readonly Case[],
  answers: readonly Answer[],
): readonly Difference[] {
  const found: Difference[] = [];
  for (const { id, right } of CLASSES) {
    const own = cases.filter(({ of }) => of.id === id);
    const differing = own.filter(({ number }) => answers[number]?.good !== right);
    const [one] = differing;
    if (one)
      found.push({
        class: id,
        theirs: right ? 'bad' : 'good',
        cases: differing.length,
        of: own.length,
        says: answers[one.number]?.says ?? '',
      });
  }
  return found;
}

/** What the table does not explain, and what it explains and is not so (any more). */
export function unexplained(
  found: readonly Difference[],
  table: readonly Explained[],
): readonly string[] {
  const wrong: string[] = [];
  for (const { class: id, theirs, cases, of, says } of found) {
    const row = table.find((one) => one.class === id && one.theirs === theirs);
    if (!row)
      wrong.push(`${id}: ${theirs} in ${cases} of ${of}, and no reason stands there: ${says}`);
    else if (cases < of && !row.sometimes)
      wrong.push(`${id}: only ${cases} of ${of} are ${theirs}`);
  }
  for (const row of table)
    if (!row.sometimes && !found.some((one) => one.class === row.class))
      wrong.push(`${row.class}: is not ${row.theirs} any more`);
  return wrong;
}
