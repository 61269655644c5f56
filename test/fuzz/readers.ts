// Every reader of foreign octets as a target.
import { DerReader, Tag } from '../../src/asn1/reader.ts';
import { readOid } from '../../src/asn1/oid.ts';
import { isStringTag, readString } from '../../src/asn1/string.ts';
import { decodeTime } from '../../src/asn1/time.ts';
import { bytesEqual } from '../../src/base/bytes.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { formatOrigin } from '../../src/codec/origin.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { readStoreParts } from '../../src/codec/pkcs12-parts.ts';
import { readPrivateKey } from '../../src/codec/pkcs8.ts';
import { describeKey } from '../../src/crypto/key.ts';
import { formatDn } from '../../src/name/dn.ts';
import { formatGeneralName } from '../../src/name/san.ts';
import { isSelfSigned, parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { parseCrl, verifyCrl, type Crl } from '../../src/x509/crl.ts';
import { parseCsr, verifyCsr } from '../../src/x509/csr.ts';
import { encodeExtensionValue, type Extension } from '../../src/x509/extensions.ts';
import { fingerprint, spkiFingerprint } from '../../src/x509/fingerprint.ts';
import { PASSPHRASE } from './seeds.ts';
import { plain, type Target } from './target.ts';
import { headerOf, listsOf, readTlvs } from './tlv.ts';

/** Reads every element as what its tag says; answers how many octets it went over. */
function walk(reader: DerReader): number {
  let octets = 0;
  while (!reader.done) {
    const element = reader.next();
    const again = () => new DerReader(element.whole);
    const { tag, whole, content } = element;
    octets += whole.length;
    if (tag & 0x20) {
      // The elements within fill it: none reaches beyond, nothing is left.
      const inside = walk(element.enter());
      if (inside !== content.length)
        throw new Error(`${inside} octets read out of ${content.length}`);
    } else if (isStringTag(tag)) attempt(() => readString(element));
    else if (tag === Tag.ObjectIdentifier) attempt(() => readOid(again()));
    else if (tag === Tag.Integer) attempt(() => again().smallInteger());
    else if (tag === Tag.BitString) attempt(() => again().namedBits());
    else if (tag === Tag.UtcTime || tag === Tag.GeneralizedTime) attempt(() => decodeTime(element));
    else if (tag === Tag.Boolean) attempt(() => again().boolean());
    if (!bytesEqual(headerOf(tag, content.length), whole.subarray(0, -content.length || undefined)))
      throw new Error('a header that is not the shortest');
  }
  return octets;
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

export const READERS: readonly Target[] = [
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
    name: 'pkcs12',
    weight: 3,
    seeds: ({ stores }) => stores,
    run: (bytes, _, random) => {
      if (asksForWork(bytes)) return;
      const source = random.chance(0.9) ? () => PASSPHRASE : undefined;
      const { parts, skipped } = readStoreParts(bytes, { source: 'fuzz' }, source);
      for (const part of parts) {
        plain(formatOrigin(part.origin));
        if (part.kind === 'certificate') touch(part.certificate);
        if (part.kind === 'key') attempt(() => part.key.decode(source));
      }
      for (const { what } of skipped) plain(what);
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
];
