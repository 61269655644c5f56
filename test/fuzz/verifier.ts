// The verifier as a target: whatever can be read at all gets a verdict. Most bent certificates
// end at their signature, so there are also some that are signed again after they were bent.
import { bitString, sequence } from '../../src/asn1/writer.ts';
import type { Signer } from '../../src/crypto/sign.ts';
import { anchorOf, type VerifyRequest, type VerifyResult } from '../../src/verify/types.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { parseCrl, type Crl } from '../../src/x509/crl.ts';
import { NOW } from '../support/graph.ts';
import type { SeededRandom } from '../support/random.ts';
import type { Seeds } from './seeds.ts';
import { plain, type Target } from './target.ts';
import { readTlvs, writeTlvs, type Tlv } from './tlv.ts';

type Chain = Seeds['chain'];

/** Asks about a chain in one way or another; what is said is short and moves no terminal. */
function judge(chain: Chain, crls: readonly Crl[], random: SeededRandom): void {
  const request: VerifyRequest = {
    leaf: chain.end,
    anchors: [anchorOf(chain.root)],
    untrusted: [chain.issuing],
    at: NOW,
    purpose: random.pick(['server', 'client', 'any']),
    profile: random.pick(['internal', 'rfc5280', 'webpki', 'legacy']),
    crls,
    requireRevocation: random.chance(0.3),
    identity: random.pick([
      { kind: 'dns', value: 'api.example.org' },
      { kind: 'ip', value: '10.0.0.7' },
      { kind: 'spiffe', value: 'spiffe://example.org/api' },
      { kind: 'trustDomain', value: 'example.org' },
      { kind: 'email', value: 'ops@example.org' },
    ] as const),
    policy: { requireExplicitPolicy: random.chance(0.3) },
  };
  for (const { faults } of verdictOn(request).attempts)
    for (const { message } of faults) {
      plain(message);
      if (message.length > 2000) throw new Error(`a message of ${message.length} characters`);
    }
}

/** The tool's own kind of error is a bug here as well: the work could be done. */
function verdictOn(request: VerifyRequest): VerifyResult {
  try {
    return verifyCertificate(request);
  } catch (cause) {
    throw new Error(`the verifier threw: ${String(cause)}`, { cause });
  }
}

/** Puts a certificate in a place of the chain. */
function judgeInPlace(certificate: Certificate, seeds: Seeds, random: SeededRandom): void {
  const place = random.pick(['root', 'issuing', 'end'] as const);
  const crls = random.chance(0.2) ? [parseCrl(seeds.crls[0] as Uint8Array)] : [];
  judge({ ...seeds.chain, [place]: certificate }, crls, random);
}

function signed(tbs: Uint8Array, signer: Signer): Uint8Array {
  const signature = signer.sign(tbs);
  if (signature instanceof Promise) throw new Error('a signer whose key is elsewhere');
  return sequence(tbs, signer.algorithm.identifier, bitString(signature));
}

/** The children of the signed part of a certificate or CRL. */
function fieldsOf(der: Uint8Array): Tlv[] {
  const content = readTlvs(der)?.[0]?.content;
  const tbs = content instanceof Uint8Array ? undefined : content?.[0]?.content;
  return tbs === undefined || tbs instanceof Uint8Array ? [] : tbs;
}

/** The signed part of one of ours, with the fields of these tags taken from others. */
function crossed(own: Uint8Array, others: readonly Uint8Array[], tags: readonly number[]) {
  const kept = fieldsOf(own).filter(({ tag }) => !tags.includes(tag));
  return others.flatMap((other) => {
    const taken = fieldsOf(other).filter(({ tag }) => tags.includes(tag));
    if (taken.length === 0) return [];
    return [writeTlvs([{ tag: 0x30, content: [...kept, ...taken] }])];
  });
}

const EXTENSIONS = 0xa3;
const CRL_EXTENSIONS = 0xa0;

export const VERIFIERS: readonly Target[] = [
  {
    name: 'verify',
    weight: 2,
    seeds: ({ chain: { root, issuing, end } }) => [end.der, issuing.der, root.der],
    wild: ({ certificates, wildCertificates }) => [...certificates, ...wildCertificates],
    run: (bytes, seeds, random) => {
      judgeInPlace(parseCertificate(bytes), seeds, random);
    },
  },
  {
    name: 'verify a leaf signed again',
    weight: 3,
    seeds: ({ chain: { end } }) => [end.tbs],
    wild: ({ chain: { end }, certificates }) => crossed(end.der, certificates, [EXTENSIONS]),
    run: (tbs, seeds, random) => {
      const end = parseCertificate(signed(tbs, seeds.signers.issuing));
      const crls = random.chance(0.5) ? [parseCrl(seeds.crls[0] as Uint8Array)] : [];
      judge({ ...seeds.chain, end }, crls, random);
    },
  },
  {
    name: 'verify a CA signed again',
    weight: 3,
    seeds: ({ chain: { issuing } }) => [issuing.tbs],
    wild: ({ chain: { issuing }, certificates }) =>
      crossed(issuing.der, certificates, [EXTENSIONS]),
    run: (tbs, seeds, random) => {
      const issuing = parseCertificate(signed(tbs, seeds.signers.root));
      judge({ ...seeds.chain, issuing }, [], random);
    },
  },
  {
    name: 'verify with a CRL signed again',
    weight: 2,
    seeds: ({ crls }) => [writeTlvs([{ tag: 0x30, content: fieldsOf(crls[0] as Uint8Array) }])],
    wild: ({ crls }) => crossed(crls[0] as Uint8Array, crls, [CRL_EXTENSIONS]),
    run: (tbs, seeds, random) => {
      const crl = parseCrl(signed(tbs, seeds.signers.issuing));
      judge(seeds.chain, [crl], random);
    },
  },
];
