// Which record is meant by a certificate or a serial number.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseSerial, type IssuedRecord } from '../store/records.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readData, type Data } from './input.ts';

/** How a CA finds what it issued. */
export interface Finding {
  readonly name: string;
  readonly bySerial: (serial: string) => IssuedRecord | undefined;
  readonly byCertificate: (certificate: Certificate) => IssuedRecord | undefined;
}

/** Throws CERT_NOT_FOUND, NOTHING_FOUND, and USAGE for a text that is neither PEM nor a serial. */
export function recordIn({ name, bySerial, byCertificate }: Finding, what: Data): IssuedRecord {
  const bare = typeof what === 'string' && !what.includes('-----BEGIN');
  const record = bare ? bySerial(parseSerial(what)) : byCertificate(leafOf(what));
  if (record) return record;
  const shown = bare ? `certificate ${quoteForeign(what)}` : 'this certificate';
  throw new MtlsError('CERT_NOT_FOUND', `CA ${quoteForeign(name)} has not issued ${shown}`, {
    hint: 'list() says what it has',
    data: { ca: name },
  });
}

function leafOf(data: Data): Certificate {
  const [leaf] = readData(data, 'certificate').certificates;
  if (leaf) return leaf;
  throw new MtlsError('NOTHING_FOUND', 'no certificate in it', {
    hint: 'inspect() says what it holds',
  });
}
