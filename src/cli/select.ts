// Which issued certificates are meant: by serial, by name, or by their file.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import { parseIdentityName, formatGeneralName } from '../name/san.ts';
import { listCas } from '../store/ca-store.ts';
import { readBoundedFile } from '../store/read.ts';
import { parseSerial, recordStatus, serialText, type IssuedRecord } from '../store/records.ts';
import type { Authority } from '../ca/authority.ts';
import { recordOfCertificate } from '../ca/find.ts';
import { locateHome, openCa, openListedCa, type Reaching } from './authority.ts';
import { argument } from './command.ts';

/** `<certificate…>`: what `renew` and `revoke` work on. */
export const RECORD_ARGUMENT = argument(
  'some',
  'certificate',
  'a certificate file, a serial number, or a name of it',
);

/** A certificate with its chain. */
const MAX_FILE = 16 * 1024 * 1024;

/**
 * The CA named; where none is and the home has several, the one that issued what the words mean.
 * Throws CA_AMBIGUOUS when several have, CERT_NOT_FOUND when none has.
 */
export function openIssuer(
  reaching: Reaching,
  name: string | undefined,
  words: readonly string[],
): Authority {
  const home = locateHome(reaching);
  const names = listCas(home);
  if (name !== undefined || names.length < 2) return openCa(reaching, name);
  const issuers = names
    .map((one) => openListedCa(reaching, home, one))
    .filter((authority) => words.every((word) => hasIssued(authority, word, reaching.context.cwd)));
  const [only, another] = issuers;
  if (another) return openCa(reaching, undefined);
  if (only) return only;
  throw new MtlsError(
    'CERT_NOT_FOUND',
    `no CA of the home has issued ${words.map((word) => quoteForeign(word)).join(' and ')}`,
    { hint: 'mtls list shows what was issued', data: { home: home.root, cas: names } },
  );
}

function hasIssued(authority: Authority, word: string, cwd: string): boolean {
  try {
    selectRecord(authority, word, cwd);
    return true;
  } catch (error) {
    if (!(error instanceof MtlsError)) throw error;
    if (error.code === 'CERT_NOT_FOUND') return false;
    // Several certificates of this CA bear the name: it is this CA that is meant
    if (error.code === 'USAGE') return true;
    throw error;
  }
}

/**
 * Finds the record that a word means. A name means the newest certificate that has it and is
 * neither revoked nor renewed. Throws CERT_NOT_FOUND, and USAGE when a name means several.
 */
export function selectRecord(authority: Authority, word: string, cwd: string): IssuedRecord {
  const { store } = authority;
  const path = resolve(cwd, word);
  if (existsSync(path)) return recordOfFile(authority, path);
  const serial = asSerial(word);
  const bySerial = serial === undefined ? undefined : store.find(serial);
  if (bySerial) return bySerial;
  const name = asName(word);
  if (name !== undefined) {
    const named = [...store.records({ name })];
    const standing = named.filter(
      (record) => record.revoked === undefined && record.renewedBy === undefined,
    );
    const [only, another] = standing;
    if (only && !another) return only;
    if (only)
      throw new MtlsError('USAGE', `${standing.length} certificates carry ${quoteForeign(word)}`, {
        hint: `name one by its serial: ${standing
          .map((record) => record.serial)
          .slice(0, 4)
          .join(', ')}`,
        data: { serials: standing.map((record) => record.serial) },
      });
    if (named.length > 0)
      throw new MtlsError(
        'CERT_NOT_FOUND',
        `what carries ${quoteForeign(word)} is revoked or renewed already`,
        {
          hint: 'mtls list shows it; a certificate is also named by its serial or its file',
          data: { ca: store.name, serials: named.map((record) => record.serial) },
        },
      );
  }
  throw new MtlsError(
    'CERT_NOT_FOUND',
    `CA ${quoteForeign(store.name)} has issued no certificate ${quoteForeign(word)}`,
    {
      hint: `${looksLikeFile(word) ? 'there is no such file; ' : ''}mtls list shows what was issued`,
      data: { ca: store.name },
    },
  );
}

function looksLikeFile(word: string): boolean {
  return /[/\\]|\.(?:crt|pem|cer|der)$/i.test(word);
}

function recordOfFile(authority: Authority, path: string): IssuedRecord {
  const { certificates } = readBundle(
    readBoundedFile(path, { max: MAX_FILE, what: 'the certificate' }),
    { name: path },
  );
  const [leaf] = certificates;
  if (!leaf)
    throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(path)}`, {
      hint: 'mtls inspect says what the file holds',
      data: { path },
    });
  const { store } = authority;
  const record = recordOfCertificate(store, leaf);
  if (record) return record;
  throw new MtlsError(
    'CERT_NOT_FOUND',
    `CA ${quoteForeign(store.name)} did not issue the certificate in ${quoteForeign(path)}`,
    { hint: 'name the CA that did with --ca', data: { path, serial: serialText(leaf.serial) } },
  );
}

function asSerial(word: string): string | undefined {
  return /^(?:0x)?[0-9a-f:]+$/i.test(word) ? parseSerial(word) : undefined;
}

function asName(word: string): string | undefined {
  try {
    return formatGeneralName(parseIdentityName(word));
  } catch (error) {
    if (error instanceof MtlsError) return undefined;
    throw error;
  }
}

/** `valid`, `expired` … with renewed certificates told apart. */
export function describeStatus(record: IssuedRecord, now: Date): string {
  const status = recordStatus(record, now);
  return status === 'valid' && record.renewedBy !== undefined ? 'renewed' : status;
}
