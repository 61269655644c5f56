// What a CA of `openssl ca` or easy-rsa issued and revoked, as records of ours.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual, fromUtf8 } from '../../base/bytes.ts';
import { formatTime } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { readBundle } from '../../codec/bundle.ts';
import { formatDn, parseDn } from '../../name/dn.ts';
import { verifySignature } from '../../crypto/verify.ts';
import { readFailure } from '../../store/fs-error.ts';
import { factsOf } from '../../store/new-record.ts';
import type { PastIssue } from '../../store/past-record.ts';
import { readBoundedFile } from '../../store/read.ts';
import { serialText } from '../../store/records.ts';
import { isSelfIssued, type Certificate } from '../../x509/certificate.ts';
import { verifyCrl } from '../../x509/crl.ts';
import { EXTENDED_KEY_USAGES } from '../../x509/extension-names.ts';
import type { ForeignRecords } from './folder.ts';
import { badLine, readIndex, type IndexLine } from './index-file.ts';

/** A million lines of index.txt. */
const MAX_INDEX = 256 * 1024 * 1024;
const MAX_CRL = 512 * 1024 * 1024;
const MAX_CERTIFICATE = 1024 * 1024;
/** RFC 5280 §5.2.3: 20 octets. */
const MAX_NUMBER = 64;

/** The past of a CA. */
export interface ForeignBooks {
  readonly past: readonly PastIssue[];
  /** The least number of its next CRL. */
  readonly crlFrom?: bigint;
  readonly warnings: readonly string[];
}

/**
 * Reads everything that a CA has on its books, or throws: INDEX_MALFORMED with the line, also where
 * its own CRL names what the index does not call revoked.
 */
export function readBooks(records: ForeignRecords, ca: Certificate): ForeignBooks {
  const { index } = records;
  const text = fromUtf8(readIndexFile(index));
  if (text === undefined) throw badLine(index, 1, 'the file is not UTF-8');
  const warnings: string[] = [];
  const found = certificatesBySerial(records, ca, warnings);
  const past = new Map<string, PastIssue>();
  const firstLines = new Map<string, number>();
  for (const line of readIndex(text, index)) {
    const { serial } = line;
    const before = past.get(serial);
    if (before !== undefined)
      warnings.push(
        `serial ${serial} stands on lines ${firstLines.get(serial)} and ${line.line} of index.txt: it is one record now${
          before.revoked !== undefined || line.revoked !== undefined ? ', revoked' : ''
        }`,
      );
    else firstLines.set(serial, line.line);
    const issue = pastIssue(line, found.get(serial) ?? namedFile(line, records, ca), index);
    past.set(serial, before?.revoked === undefined ? issue : { ...issue, revoked: before.revoked });
  }
  for (const [serial, certificate] of found) {
    if (past.has(serial) || bytesEqual(certificate.der, ca.der)) continue;
    warnings.push(`the certificate ${serial} is not in index.txt: it has a record now`);
    past.set(serial, { facts: factsOfPast(certificate), certificate });
  }
  // A root that openssl ca signed itself is on its own list; below a root the number is another's
  if (isSelfIssued(ca)) past.delete(serialText(ca.serial));
  const lacking = [...past.values()].filter(({ certificate }) => !certificate).length;
  if (lacking > 0)
    warnings.push(
      `${lacking} of ${past.size} certificates are not in the folder: they have a record, and can be revoked`,
    );
  const crlFrom = nextCrlNumber(records, ca, past);
  return { past: [...past.values()], ...(crlFrom === undefined ? {} : { crlFrom }), warnings };
}

/** A CA that has issued nothing yet has an empty one. */
function readIndexFile(path: string): Uint8Array {
  try {
    return readBoundedFile(path, { max: MAX_INDEX, what: 'the index' });
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'FILE_EMPTY') return new Uint8Array(0);
    throw error;
  }
}

function pastIssue(
  line: IndexLine,
  certificate: Certificate | undefined,
  index: string,
): PastIssue {
  const { serial, notAfter, revoked, subject } = line;
  // The index rounds nothing: another end is another certificate
  if (certificate && certificate.notAfter.getTime() !== notAfter.getTime())
    throw badLine(
      index,
      line.line,
      `it ends at ${formatTime(notAfter)}, its certificate at ${formatTime(certificate.notAfter)}`,
    );
  if (certificate) return { facts: factsOfPast(certificate), certificate, revoked };
  const end = formatTime(notAfter);
  const facts = {
    serial,
    // Of a certificate that is not at hand nothing else is known
    notBefore: formatTime(new Date(0)),
    notAfter: end,
    profile: 'imported',
    subject: subjectText(subject),
    names: [],
  };
  return { facts, revoked };
}

function factsOfPast(certificate: Certificate): PastIssue['facts'] {
  const { serial, notBefore, notAfter, profile, subject, names } = factsOf({
    certificate,
    profile: profileOf(certificate),
    outputs: [],
  });
  return { serial, notBefore, notAfter, profile, subject, names };
}

/** The profile that would make such a one. */
function profileOf({ basicConstraints, extendedKeyUsage = [] }: Certificate): string {
  if (basicConstraints?.ca === true) return 'intermediate';
  const server = extendedKeyUsage.includes(EXTENDED_KEY_USAGES.serverAuth);
  const client = extendedKeyUsage.includes(EXTENDED_KEY_USAGES.clientAuth);
  if (server && client) return 'peer';
  if (server) return 'server';
  return client ? 'client' : 'imported';
}

/** OpenSSL's `/C=DE/CN=api` in the form of records; as it stands where that can not be read. */
function subjectText(text: string): string {
  try {
    return formatDn(parseDn(text));
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return text;
    throw error;
  }
}

/** Certificates of this CA in the folders, each under its own serial whatever its file is called. */
function certificatesBySerial(
  { bySerial }: ForeignRecords,
  ca: Certificate,
  warnings: string[],
): ReadonlyMap<string, Certificate> {
  const found = new Map<string, Certificate>();
  for (const folder of bySerial)
    for (const name of namesIn(folder)) {
      if (!/^[0-9A-Fa-f]+\.(?:pem|crt|cer|der)$/.test(name)) continue;
      const certificate = certificateIn(join(folder, name), ca);
      if (certificate === undefined)
        warnings.push(
          `${quoteForeign(join(folder, name))} is no certificate of this CA: passed over`,
        );
      else found.set(serialText(certificate.serial), certificate);
    }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw readFailure(error, folder);
  }
}

/** The file that the index names, where it holds the certificate of that line. */
function namedFile(
  { file, serial }: IndexLine,
  { root }: ForeignRecords,
  ca: Certificate,
): Certificate | undefined {
  // A name from an index never leads out of its folder
  if (file === undefined || !/^[\w.-]+(?:\/[\w.-]+)*$/.test(file) || file.includes('..'))
    return undefined;
  const certificate = certificateIn(join(root, file), ca);
  return certificate && serialText(certificate.serial) === serial ? certificate : undefined;
}

/** The certificate in a file, when this CA signed it. */
function certificateIn(path: string, ca: Certificate): Certificate | undefined {
  try {
    const bytes = readBoundedFile(path, { max: MAX_CERTIFICATE });
    const [certificate] = readBundle(bytes, { name: path }).certificates;
    if (certificate?.signatureAlgorithm === undefined) return undefined;
    const { signatureAlgorithm, tbs, signature } = certificate;
    return verifySignature(signatureAlgorithm, ca.publicKey, tbs, signature)
      ? certificate
      : undefined;
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

/** From the file, and past the last CRL that there is. */
function nextCrlNumber(
  { crlNumber, crl, index }: ForeignRecords,
  ca: Certificate,
  past: ReadonlyMap<string, PastIssue>,
): bigint | undefined {
  const stated = crlNumber === undefined ? undefined : readNumber(crlNumber);
  const last = crl === undefined ? undefined : readLastCrl(crl, index, ca, past);
  const after = last === undefined ? undefined : last + 1n;
  if (stated === undefined || after === undefined) return stated ?? after;
  return stated > after ? stated : after;
}

function readNumber(path: string): bigint {
  const text = (fromUtf8(readBoundedFile(path, { max: MAX_NUMBER })) ?? '').trim();
  if (/^[0-9A-Fa-f]{1,40}$/.test(text)) return BigInt(`0x${text}`);
  throw new MtlsError('INDEX_MALFORMED', `${quoteForeign(path)} holds no hexadecimal number`, {
    hint: 'nothing was imported; openssl crl -noout -crlnumber shows that of the last CRL',
    data: { path },
  });
}

/** Whoever is on the CRL stays revoked: an index that says otherwise was changed or lost. */
function readLastCrl(
  path: string,
  index: string,
  ca: Certificate,
  past: ReadonlyMap<string, PastIssue>,
): bigint | undefined {
  const bytes = readBoundedFile(path, { max: MAX_CRL });
  const part = readBundle(bytes, { name: path }).parts.find(({ kind }) => kind === 'crl');
  if (part?.kind !== 'crl') return undefined;
  const { crl } = part;
  if (!verifyCrl(crl, ca.publicKey)) return undefined;
  for (const { serial } of crl.entries) {
    const text = serialText(serial);
    if (past.get(text)?.revoked !== undefined) continue;
    throw new MtlsError(
      'INDEX_MALFORMED',
      `${quoteForeign(path)} lists ${text} as revoked, and ${quoteForeign(index)} does not`,
      {
        hint: 'nothing was imported; find out which is right: the CRL would lose it',
        data: { path: index, serial: text },
      },
    );
  }
  return crl.number;
}
