import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus } from '../support/corpora.ts';
import { SeededRandom } from '../support/random.ts';
import { inputsOf, tryInput } from './fuzz.ts';
import { mutate } from './mutate.ts';
import { loadSeeds } from './seeds.ts';
import { TARGETS } from './targets.ts';

// The long form is `node test/fuzz/run.js --count 2000000`, in .ci/soak.
const COUNT = 2000;

const seeds = loadSeeds();

interface Found {
  readonly target: string;
  /** Base64. */
  readonly bytes: string;
  /** What it once did. */
  readonly was: string;
}

const found = JSON.parse(
  readFileSync(new URL('./found.json', import.meta.url), 'utf8'),
) as readonly Found[];

describe.each(TARGETS)('$name', (target) => {
  const { name } = target;

  it(`reads or refuses ${COUNT} bent inputs`, () => {
    const input = inputsOf(seeds, 1, name);
    let read = 0;
    for (let number = 0; number < COUNT; number++) {
      const { bytes, random } = input(number);
      const { refused, bug } = tryInput({ target, bytes }, seeds, random);
      expect(bug, `seed 1, target ${name}, input ${number}`).toBeUndefined();
      if (!refused) read++;
    }
    // Inputs that are all refused, or all read, would reach nothing.
    expect(read).toBeGreaterThan(COUNT / 50);
    expect(read).toBeLessThan(COUNT * 0.98);
  });

  it('reads or refuses inputs that others bent', () => {
    for (const bytes of target.wild?.(seeds) ?? []) {
      const { bug } = tryInput({ target, bytes }, seeds, new SeededRandom(1));
      expect(bug).toBeUndefined();
    }
  });

  it.each(found.filter((one) => one.target === name))('once found: $was', ({ bytes }) => {
    const input = { target, bytes: Buffer.from(bytes, 'base64') };
    for (let number = 0; number < 20; number++)
      expect(tryInput(input, seeds, new SeededRandom(1, number)).bug).toBeUndefined();
  });
});

describe('the fuzzer', () => {
  it('makes the same input again', () => {
    const again = [1, 2].map(() => {
      const { target, bytes } = inputsOf(seeds, 5)(77);
      return [target.name, Buffer.from(bytes).toString('hex')];
    });
    expect(again[0]).toEqual(again[1]);
    expect(inputsOf(seeds, 5)(78).bytes).not.toEqual(inputsOf(seeds, 5)(77).bytes);
  });

  it('bends without end and without failing', () => {
    let bytes: Uint8Array = seeds.certificates[0] as Uint8Array;
    for (let number = 0; number < 500; number++) {
      const bent = mutate(bytes, new SeededRandom(3, number));
      if (bent.length > 0) bytes = bent;
    }
    expect(bytes.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('tells a bug from a refusal', () => {
    const [der] = TARGETS;
    if (!der) throw new Error('there is a target');
    const broken = { ...der, run: () => Buffer.alloc(-1) };
    const input = { target: broken, bytes: new Uint8Array() };
    expect(tryInput(input, seeds, new SeededRandom(1)).bug).toBeInstanceOf(RangeError);
  });

  it.skipIf(!corpus('fuzz-crl.tar.gz'))('starts from the corpora', () => {
    expect(seeds.wildCertificates.length).toBe(408);
    expect(seeds.wildCrls.length).toBe(1055);
    expect(seeds.certificates.length).toBeGreaterThan(500);
  });
});
