// Which key usages go with which purpose (RFC 5280 §4.2.1.12).
import { EXTENDED_KEY_USAGES, type KeyUsage } from '../../x509/extension-names.ts';

const agreement: readonly KeyUsage[] = ['keyAgreement', 'encipherOnly', 'decipherOnly'];

const CONSISTENT = new Map<string, readonly KeyUsage[]>([
  [EXTENDED_KEY_USAGES.serverAuth, ['digitalSignature', 'keyEncipherment', ...agreement]],
  [EXTENDED_KEY_USAGES.clientAuth, ['digitalSignature', ...agreement]],
  [EXTENDED_KEY_USAGES.codeSigning, ['digitalSignature']],
  [
    EXTENDED_KEY_USAGES.emailProtection,
    ['digitalSignature', 'nonRepudiation', 'keyEncipherment', ...agreement],
  ],
  [EXTENDED_KEY_USAGES.timeStamping, ['digitalSignature', 'nonRepudiation']],
  [EXTENDED_KEY_USAGES.ocspSigning, ['digitalSignature', 'nonRepudiation']],
]);

/** Usages that may be consistent with a purpose; undefined where no standard says. */
export function consistentUsages(purpose: string): readonly KeyUsage[] | undefined {
  return CONSISTENT.get(purpose);
}
