// What inputs are thrown at: every reader of foreign octets, and the verifier behind them.
import { DerReader, Tag } from '../../src/asn1/reader.ts';
import { readOid } from '../../src/asn1/oid.ts';
import { isStringTag, readString } from '../../src/asn1/string.ts';
import { decodeTime } from '../../src/asn1/time.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { readPrivateKey } from '../../src/codec/pkcs8.ts';
import { describeKey } from '../../src/crypto/key.ts';
import { formatDn } from '../../src/name/dn.ts';
import { formatGeneralName } from '../../src/name/san.ts';
import { anchorOf } from '../../src/verify/types.ts';
import { verifyCertificate } from '../../src/verify/verify.ts';
import { isSelfSigned, parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { parseCrl, verifyCrl, type Crl } from '../../src/x509/crl.ts';
import { parseCsr, verifyCsr } from '../../src/x509/csr.ts';
import { encodeExtensionValue, type Extension } from '../../src/x509/extensions.ts';
import { fingerprint, spkiFingerprint } from '../../src/x509/fingerprint.ts';
import { NOW } from '../support/graph.ts';
import type { SeededRandom } from '../support/random.ts';
import { PASSPHRASE, type Seeds } from './seeds.ts';
import { listsOf, readTlvs } from './tlv.ts';

export interface Target {
  readonly name: string;
  /** How often it is picked. */
  readonly weight: number;
  readonly seeds: (seeds: Seeds) => readonly Uint8Array[];
  /** Seeds that are bent already; picked one time in four. */
  readonly wild?: (seeds: Seeds) => readonly Uint8Array[];
  /** Throws nothing but MtlsError, and no INTERNAL. */
  readonly run: (bytes: Uint8Array, seeds: Seeds, random: SeededRandom) => void;
}

/** Reads every element as what its tag says. */
function walk(reader: DerReader): void {
  while (!reader.done) {
    const element = reader.next();
    const again = () => new DerReader(element.whole);
    if (element.tag & 0x20) walk(element.enter());
    else if (isStringTag(element.tag)) attempt(() => readString(element));
    else if (element.tag === Tag.ObjectIdentifier) attempt(() => readOid(again()));
    else if (element.tag === Tag.Integer) attempt(() => again().smallInteger());
    else if (element.tag === Tag.BitString) attempt(() => again().namedBits());
    else if (element.tag === Tag.UtcTime) attempt(() => decodeTime(element));
    else if (element.tag === Tag.GeneralizedTime) attempt(() => decodeTime(element));
    else if (element.tag === Tag.Boolean) attempt(() => again().boolean());
  }
}

/** Goes on after an error that may be. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
  }
}

function lookAt(extensions: readonly Extension[]): void {
  for (const extension of extensions) {
    // What was read without complaint can be written.
    if (extension.irregularities.length === 0) encodeExtensionValue(extension.parsed);
  }
}

function touch(certificate: Certificate): void {
  lookAt(certificate.extensions);
  plain(formatDn(certificate.issuer));
  plain(formatDn(certificate.subject));
  plain(describeKey(certificate.publicKey));
  for (const name of certificate.names) plain(formatGeneralName(name));
  for (const { detail } of certificate.irregularities) plain(detail);
  fingerprint(certificate);
  spkiFingerprint(certificate.publicKey);
}

/** Text that is shown moves no terminal. */
export function plain(text: string): void {
  // eslint-disable-next-line no-control-regex -- none may be left
  if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text))
    throw new Error(`text that is not escaped: ${JSON.stringify(text)}`);
}

function readCrl(bytes: Uint8Array): Crl {
  const crl = parseCrl(bytes);
  lookAt(crl.extensions);
  plain(formatDn(crl.issuer));
  for (const { detail } of crl.irregularities) plain(detail);
  let seen = 0;
  for (const entry of crl.entries) {
    crl.entries.find(entry.serial);
    if (++seen === 100) break;
  }
  return crl;
}

/** A verdict, whatever the certificates are: from here on nothing may be thrown. */
function judge(certificate: Certificate, seeds: Seeds, random: SeededRandom, crls: readonly Crl[]) {
  const { root, issuing, end } = seeds.chain;
  const role = random.below(3);
  const roots = role === 2 ? [certificate] : [root];
  const untrusted = role === 1 ? [certificate] : [issuing];
  const leaf = role === 0 ? certificate : end;
  const result = verifyCertificate({
    leaf,
    anchors: roots.map(anchorOf),
    untrusted: [...untrusted, certificate],
    at: NOW,
    purpose: random.pick(['server', 'client', 'any']),
    profile: random.pick(['internal', 'rfc5280', 'webpki', 'legacy']),
    crls,
    requireRevocation: random.chance(0.2),
    identity: random.pick([
      { kind: 'dns', value: 'api.example.org' },
      { kind: 'ip', value: '10.0.0.7' },
      { kind: 'spiffe', value: 'spiffe://example.org/api' },
      { kind: 'email', value: 'ops@example.org' },
    ] as const),
    policy: { requireExplicitPolicy: random.chance(0.3) },
  });
  for (const { faults } of result.attempts)
    for (const { message } of faults) {
      plain(message);
      if (message.length > 4000) throw new Error(`a message of ${message.length} characters`);
    }
}

/** What key derivation may cost is bounded in crypto/kdf; here it would only take time. */
function asksForWork(bytes: Uint8Array): boolean {
  return listsOf(readTlvs(bytes) ?? []).some((list) =>
    list.some(({ tag, content }) => tag === 2 && content instanceof Uint8Array && isLarge(content)),
  );
}

function isLarge(content: Uint8Array): boolean {
  // Integers of keys are longer, rounds and costs are not.
  return content.length > 2 && content.length < 8;
}

export const TARGETS: readonly Target[] = [
  {
    name: 'der',
    weight: 2,
    seeds: ({ certificates, crls, keys, requests }) => [
      ...[...certificates, ...crls],
      ...[...keys, ...requests],
    ],
    wild: ({ wildCertificates, wildCrls }) => [...wildCertificates, ...wildCrls],
    run: (bytes) => {
      walk(new DerReader(bytes));
    },
  },
  {
    name: 'certificate',
    weight: 6,
    seeds: ({ certificates }) => certificates,
    wild: ({ wildCertificates }) => wildCertificates,
    run: (bytes, _, random) => {
      const certificate = parseCertificate(bytes);
      touch(certificate);
      if (random.chance(0.1)) isSelfSigned(certificate);
    },
  },
  {
    name: 'crl',
    weight: 4,
    seeds: ({ crls }) => crls,
    wild: ({ wildCrls }) => wildCrls,
    run: (bytes, { chain }, random) => {
      const crl = readCrl(bytes);
      if (random.chance(0.1)) verifyCrl(crl, chain.issuing.publicKey);
    },
  },
  {
    name: 'pem',
    weight: 3,
    seeds: ({ texts }) => texts,
    run: (bytes, _, random) => {
      parsePem(random.chance(0.5) ? bytes : Buffer.from(bytes).toString('utf8'));
    },
  },
  {
    name: 'bundle',
    weight: 3,
    seeds: ({ texts, keys }) => [...texts, ...keys],
    wild: ({ wildCertificates, wildCrls }) => [...wildCertificates, ...wildCrls],
    run: (bytes) => {
      const { keys, certificates, requests } = readBundle(bytes, { name: 'fuzz' });
      for (const certificate of certificates) touch(certificate);
      for (const { names } of requests) for (const name of names) plain(formatGeneralName(name));
      for (const key of keys) if (!key.encrypted) attempt(() => key.decode());
    },
  },
  {
    name: 'pkcs8',
    weight: 2,
    seeds: ({ keys }) => keys,
    run: (bytes) => {
      if (asksForWork(bytes)) return;
      describeKey(readPrivateKey(bytes, () => PASSPHRASE).publicKey);
    },
  },
  {
    name: 'pkcs10',
    weight: 2,
    seeds: ({ requests }) => requests,
    run: (bytes, _, random) => {
      const request = parseCsr(bytes);
      lookAt(request.requestedExtensions);
      plain(formatDn(request.subject));
      for (const name of request.names) plain(formatGeneralName(name));
      if (random.chance(0.1)) verifyCsr(request);
    },
  },
  {
    name: 'verify',
    weight: 3,
    seeds: ({ chain: { root, issuing, end } }) => [end.der, issuing.der, root.der],
    wild: ({ certificates, wildCertificates }) => [...certificates, ...wildCertificates],
    run: (bytes, seeds, random) => {
      const certificate = parseCertificate(bytes);
      const crls = random.chance(0.2) ? [parseCrl(seeds.crls[0] as Uint8Array)] : [];
      verdict(() => {
        judge(certificate, seeds, random, crls);
      });
    },
  },
  {
    name: 'verify with a CRL',
    weight: 1,
    seeds: ({ crls }) => crls.slice(0, 1),
    wild: ({ crls, wildCrls }) => [...crls, ...wildCrls],
    run: (bytes, seeds, random) => {
      const crl = parseCrl(bytes);
      verdict(() => {
        judge(seeds.chain.end, seeds, random, [crl]);
      });
    },
  },
];

/** An error of the tool's own kind is an error here as well: the work could be done. */
function verdict(work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new Error('the verifier threw', { cause });
  }
}
