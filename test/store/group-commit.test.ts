import { describe, expect, it } from 'vitest';
import { serialText } from '../../src/store/records.ts';
import { withLock } from '../../src/store/lock.ts';
import { temporaryFolder } from '../support/program.ts';
import { clock, makeCa } from './support.ts';

const issueOf = (certificate: Awaited<ReturnType<Awaited<ReturnType<typeof makeCa>>['leaf']>>) => ({
  certificate,
  profile: 'server',
  outputs: [],
});

describe('certificates that are recorded at the same time', () => {
  it('share commits, and leave when their own is on disk', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const leaves = await Promise.all(Array.from({ length: 60 }, (_, n) => leaf(`host-${n}`)));
    const before = store.head().commit;
    const left: (string | undefined)[] = [];
    await Promise.all(
      leaves.map((certificate) =>
        store.issue({ signer }, issueOf(certificate), () => {
          left.push(store.find(serialText(certificate.serial))?.serial);
        }),
      ),
    );
    const serials = leaves.map(({ serial }) => serialText(serial));
    expect(left).toEqual(serials);
    expect([...store.records()].map(({ serial }) => serial)).toEqual(serials);
    expect(store.head().commit - before).toBeLessThan(4);
    expect(store.verifyJournal()).toMatchObject({ ok: true });
  });

  it('fail alone where only what leaves fails', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const leaves = await Promise.all(['a', 'b', 'c'].map((name) => leaf(name)));
    const told = await Promise.allSettled(
      leaves.map((certificate, number) =>
        store.issue({ signer }, issueOf(certificate), () => {
          if (number === 1) throw new Error('its file is in the way');
        }),
      ),
    );
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([...store.records()]).toHaveLength(3);
  });

  it('fail together where the commit does, and nothing leaves', async () => {
    const { store, leaf, signer } = await makeCa(temporaryFolder());
    const leaves = await Promise.all(['a', 'b'].map((name) => leaf(name)));
    const broken = { ...signer, sign: () => Promise.reject(new Error('no answer')) };
    const left: string[] = [];
    const told = await Promise.allSettled(
      leaves.map((certificate) =>
        store.issue({ signer: broken }, issueOf(certificate), () => {
          left.push('left');
        }),
      ),
    );
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(left).toEqual([]);
    expect([...store.records()]).toEqual([]);
    // The next ones are not held up by it
    await store.issue({ signer }, issueOf(leaves[0] as (typeof leaves)[0]), () => undefined);
    expect([...store.records()]).toHaveLength(1);
  });

  it('wait each with its own patience', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const [first, second, third] = await Promise.all(['a', 'b', 'c'].map((name) => leaf(name)));
    const aborted = AbortSignal.abort(new Error('not wanted any more'));
    const told = await withLock(store.paths.lock, clock, {}, async () => {
      const impatient = store.issue(
        { signer, wait: 10 },
        issueOf(first as NonNullable<typeof first>),
        () => undefined,
      );
      const patient = store.issue(
        { signer },
        issueOf(second as NonNullable<typeof second>),
        () => undefined,
      );
      const unwanted = store.issue(
        { signer, signal: aborted },
        issueOf(third as NonNullable<typeof third>),
        () => undefined,
      );
      const failed = await impatient.catch((error: unknown) => error);
      return { failed, rest: [patient, unwanted] };
    });
    expect(told.failed).toMatchObject({ code: 'STORE_LOCKED' });
    const rest = await Promise.allSettled(told.rest);
    expect(rest.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect([...store.records()].map(({ names }) => names)).toEqual([['DNS:b']]);
  });
});
