// Names of issuers and subjects compared, where a malformed one equals only itself.
import { bytesEqual, type NameDer } from '../base/bytes.ts';
import { comparisonKeys, decodeDn } from '../name/dn.ts';
import type { Certificate } from '../x509/certificate.ts';

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A key that is the same for the same bytes. */
export function byteKey(bytes: Uint8Array): string {
  return latin1(bytes);
}

const nameKeys = new WeakMap<NameDer, string>();

/** A key that is the same for names that RFC 5280 §7.1 holds equal. */
export function nameKey(name: NameDer): string {
  let key = nameKeys.get(name);
  if (key === undefined) {
    key = keyOf(name);
    nameKeys.set(name, key);
  }
  return key;
}

function keyOf(name: NameDer): string {
  try {
    return JSON.stringify(comparisonKeys(decodeDn(name)));
  } catch {
    return `malformed ${latin1(name)}`;
  }
}

/** RFC 5280 §7.1. */
export function sameName(a: NameDer, b: NameDer): boolean {
  return bytesEqual(a, b) || nameKey(a) === nameKey(b);
}

const selfIssued = new WeakMap<Certificate, boolean>();

/** RFC 5280 §3.2: issuer and subject are one name. */
export function isSelfIssued(certificate: Certificate): boolean {
  let answer = selfIssued.get(certificate);
  if (answer === undefined) {
    answer = sameName(certificate.issuerDer, certificate.subjectDer);
    selfIssued.set(certificate, answer);
  }
  return answer;
}
