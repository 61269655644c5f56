// CAs with more records than one can issue in a test: the journal is written by the store itself,
// the certificates are one and the same with other serials.
import { SeededRandom } from './random.ts';
import type { Signer } from '../../src/crypto/sign.ts';
import type { JournalEvent, RevocationReason } from '../../src/store/events.ts';
import { openJournal, type JournalEnd } from '../../src/store/journal-tail.ts';
import { writeCommit, type PendingEvent } from '../../src/store/journal-write.ts';
import { factsOf } from '../../src/store/new-record.ts';
import { serialText } from '../../src/store/records.ts';
import { headCheck } from '../../src/store/rotation.ts';
import type { CaStore } from '../../src/store/types.ts';
import type { Certificate } from '../../src/x509/certificate.ts';

export interface LargeCa {
  readonly issued: number;
  readonly revoked: number;
  /** One in so many records renews an earlier one. */
  readonly renewalEvery: number;
  /** Certificates to a commit. */
  readonly commit: number;
  /** The first is issued then. */
  readonly from: Date;
  /** The last is issued then. */
  readonly to: Date;
  /** Without one, records have no certificate, as imported ones may. */
  readonly certificate?: Certificate | undefined;
  /** Makes each certificate for itself, which takes longer. */
  readonly certify?: (name: string, notAfter: Date) => Promise<Certificate>;
  readonly seed: number;
}

const DAY = 86_400_000;
const PROFILES = ['server', 'client', 'peer', 'svid'] as const;
const REASONS: readonly RevocationReason[] = ['keyCompromise', 'superseded', 'unspecified'];

/** Octets of a serial, the first below 0x80 and not 0. */
function serialOctets(random: SeededRandom, length: number): Uint8Array {
  const octets = Uint8Array.from({ length }, () => random.below(256));
  octets[0] = 1 + random.below(127);
  return octets;
}

/** Records certificates and revocations with a CA; each commit is signed and on disk. */
export async function fillCa(store: CaStore, signer: Signer, large: LargeCa): Promise<JournalEnd> {
  const { paths } = store;
  const random = new SeededRandom(large.seed);
  const context = { signer, mayWrite: () => undefined };
  const step = (large.to.getTime() - large.from.getTime()) / Math.max(1, large.issued - 1);
  const patch = large.certificate && serialPatch(large.certificate);
  const foreign = patch === undefined && large.certify === undefined;
  const seen = new Set<string>();
  const known: { serial: string; notAfter: string }[] = [];
  const revocable: { serial: string; notAfter: string }[] = [];
  let end = openJournal(paths, headCheck(paths, store.certificate)).end;
  let pending: PendingEvent[] = [];
  let left = large.revoked;

  const write = async (at: Date): Promise<void> => {
    if (pending.length > 0) end = await writeCommit(paths, end, pending, { ...context, at });
    pending = [];
  };
  for (let number = 0; number < large.issued; number++) {
    const at = new Date(large.from.getTime() + number * step);
    // Foreign CAs have issued longer serials than RFC 5280 allows, and counted ones.
    const long = foreign && number % 97 === 0;
    const octets = serialOctets(random, long ? 24 : foreign ? 2 + (number % 19) : 20);
    const serial = serialText(octets);
    // Short ones come twice
    if (foreign && seen.has(serial)) continue;
    if (foreign) seen.add(serial);
    const days = random.pick([1, 30, 90, 365]);
    const notAfter = new Date(at.getTime() + days * DAY).toISOString().replace(/\.\d+Z/, 'Z');
    const certificate = await large.certify?.(`host-${number}.example.test`, new Date(notAfter));
    const profile = random.pick(PROFILES);
    const facts = certificate
      ? factsOf({ certificate, profile, outputs: [] })
      : {
          serial,
          notBefore: at.toISOString().replace(/\.\d+Z/, 'Z'),
          notAfter,
          profile,
          subject: `CN=host-${number % 1000}`,
          names: [
            `DNS:host-${number % 1000}.example.test`,
            `URI:spiffe://example.test/w/${number}`,
          ],
          outputs: [],
        };
    const replaced = known[random.below(Math.max(1, known.length))];
    const renews = replaced !== undefined && number % large.renewalEvery === 0;
    const event: JournalEvent = renews
      ? { type: 'renewed', at: at.toISOString(), replaces: replaced.serial, ...facts }
      : { type: 'issued', at: at.toISOString(), ...facts };
    const der = certificate?.der ?? patch?.(octets);
    pending.push({ event, ...(der && { certificate: der }) });
    // So many are enough to choose from.
    if (known.length < 50_000) known.push(facts);
    else known[random.below(known.length)] = facts;
    // A CRL leaves out what has expired, also while it is being measured
    if (Date.parse(notAfter) > large.to.getTime() + DAY) revocable.push(facts);
    while (
      revocable.length > 0 &&
      left > 0 &&
      left >= ((large.issued - number - 1) * large.revoked) / large.issued
    ) {
      const at2 = random.below(revocable.length);
      const chosen = revocable[at2] as { serial: string; notAfter: string };
      revocable[at2] = revocable.at(-1) as { serial: string; notAfter: string };
      revocable.pop();
      left--;
      pending.push({
        event: {
          type: 'revoked',
          at: at.toISOString(),
          serial: chosen.serial,
          reason: random.pick(REASONS),
          revokedAt: at.toISOString(),
          notAfter: chosen.notAfter,
        },
      });
    }
    if (number % large.commit === large.commit - 1) await write(at);
  }
  await write(large.to);
  return end;
}

/** Another serial of the same length in a copy of the certificate; its signature is then wrong. */
function serialPatch({ der, serial }: Certificate): (octets: Uint8Array) => Uint8Array {
  const at = Buffer.from(der).indexOf(serial);
  return (octets) => {
    const copy = Uint8Array.from(der);
    copy.set(octets, at);
    return copy;
  };
}
