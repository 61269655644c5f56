// The fields of each kind of record, checked as they are read.
import { REVOCATION_REASONS } from '../x509/extensions.ts';
import type {
  CertificateRef,
  HeadEntry,
  IssuedFacts,
  JournalEvent,
  OutputFile,
  RevocationReason,
  Totals,
} from './events.ts';

type Fields = Readonly<Record<string, unknown>>;

class FieldFault extends Error {}

/** Reads a record's own fields; answers what is wrong with them as a text. */
export function decodeEntry(fields: Fields): JournalEvent | HeadEntry | string {
  try {
    return readEntry(fields);
  } catch (error) {
    if (error instanceof FieldFault) return error.message;
    throw error;
  }
}

function readEntry(fields: Fields): JournalEvent | HeadEntry {
  const type = text(fields, 'type');
  const at = moment(fields, 'at');
  switch (type) {
    case 'created':
      return { type, at, name: text(fields, 'name'), certificate: text(fields, 'certificate') };
    case 'issued':
      return { type, at, ...facts(fields) };
    case 'renewed':
      return { type, at, replaces: serial(fields, 'replaces'), ...facts(fields) };
    case 'revoked':
      return {
        type,
        at,
        serial: serial(fields, 'serial'),
        reason: reason(fields),
        revokedAt: moment(fields, 'revokedAt'),
        notAfter: moment(fields, 'notAfter'),
      };
    case 'crl':
      return {
        type,
        at,
        number: decimal(fields, 'number'),
        thisUpdate: moment(fields, 'thisUpdate'),
        nextUpdate: moment(fields, 'nextUpdate'),
        entries: count(fields, 'entries'),
        sha256: text(fields, 'sha256'),
      };
    case 'rotated':
      return { type, at, from: text(fields, 'from'), to: text(fields, 'to') };
    case 'head':
      return {
        type,
        at,
        commit: count(fields, 'commit'),
        events: count(fields, 'events'),
        totals: totals(fields),
        key: text(fields, 'key'),
        algorithm: text(fields, 'algorithm'),
        signature: text(fields, 'signature'),
      };
    default:
      throw new FieldFault(`unknown type ${JSON.stringify(type)}`);
  }
}

function facts(fields: Fields): IssuedFacts {
  const certificate = fields['certificate'];
  return {
    serial: serial(fields, 'serial'),
    notBefore: moment(fields, 'notBefore'),
    notAfter: moment(fields, 'notAfter'),
    profile: text(fields, 'profile'),
    subject: text(fields, 'subject'),
    names: list(fields, 'names').map((name) => asText(name, 'names')),
    ...(certificate === undefined ? {} : { certificate: reference(record(certificate)) }),
    outputs: list(fields, 'outputs').map((output) => outputFile(record(output))),
  };
}

function reference(fields: Fields): CertificateRef {
  return {
    pack: count(fields, 'pack'),
    offset: count(fields, 'offset'),
    length: count(fields, 'length'),
    sha256: text(fields, 'sha256'),
  };
}

const OUTPUT_KINDS: readonly string[] = [
  'certificate',
  'key',
  'roots',
  'combined',
  'pkcs12',
  'request',
] satisfies OutputFile['kind'][];

function outputFile(fields: Fields): OutputFile {
  const kind = text(fields, 'kind');
  if (!OUTPUT_KINDS.includes(kind)) throw new FieldFault('an output of unknown kind');
  const { mode, group } = fields;
  return {
    kind: kind as OutputFile['kind'],
    path: text(fields, 'path'),
    ...(mode === undefined ? {} : { mode: asText(mode, 'mode') }),
    ...(group === undefined ? {} : { group: count(fields, 'group') }),
  };
}

function totals(fields: Fields): Totals {
  const inner = record(fields['totals']);
  return {
    issued: count(inner, 'issued'),
    revoked: count(inner, 'revoked'),
    crl: decimal(inner, 'crl'),
  };
}

function reason(fields: Fields): RevocationReason {
  const name = text(fields, 'reason');
  if (name === 'removeFromCRL' || !(REVOCATION_REASONS as readonly unknown[]).includes(name))
    throw new FieldFault('an unknown reason');
  return name as RevocationReason;
}

function record(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new FieldFault('a field is not a record');
  return value as Fields;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new FieldFault(`"${name}" is not a list`);
  return value;
}

function asText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new FieldFault(`"${name}" is not text`);
  return value;
}

function text(fields: Fields, name: string): string {
  return asText(fields[name], name);
}

function matching(fields: Fields, name: string, pattern: RegExp, what: string): string {
  const value = text(fields, name);
  if (!pattern.test(value)) throw new FieldFault(`"${name}" is not ${what}`);
  return value;
}

function serial(fields: Fields, name: string): string {
  return matching(fields, name, /^(?:[0-9a-f]{2})+$/, 'a serial');
}

function decimal(fields: Fields, name: string): string {
  return matching(fields, name, /^(?:0|[1-9][0-9]{0,60})$/, 'a number');
}

function moment(fields: Fields, name: string): string {
  const value = text(fields, name);
  // Date.parse takes much that is no RFC 3339; the shape is checked first.
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$/.test(value) || Number.isNaN(Date.parse(value)))
    throw new FieldFault(`"${name}" is not a time`);
  return value;
}

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new FieldFault(`"${name}" is not a count`);
  return value;
}
