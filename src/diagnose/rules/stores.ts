// PKCS#12 key stores: whether they open, and whether Java finds in them what it looks for.
import { DEPTH, type Draft } from '../draft.ts';
import type { Bench } from '../judge.ts';

export function storeDrafts({ pile }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document): Draft[] => {
    const base = { subject: document.place, about: document, depth: DEPTH.presentation } as const;
    const drafts: Draft[] = document.skipped
      .filter(({ code }) => code === 'PASSPHRASE_NEEDED')
      .map(({ what }) => ({
        ...base,
        code: 'STORE_CLOSED',
        severity: 'info',
        cause: 'the key store is encrypted, and was not looked into',
        evidence: [{ source: document.place, field: 'holds', value: what }],
      }));
    const [store] = document.stores ?? [];
    const certificates = pile.certificatesIn(document);
    // With a key it is a key store; one of certificates alone says whom to trust
    if (!store || certificates.length === 0 || pile.keysIn(document).length > 0) return drafts;
    if (store.trusted > 0) return drafts;
    return [
      ...drafts,
      {
        ...base,
        code: 'STORE_UNTRUSTED',
        severity: 'error',
        cause:
          'a trust store that Java finds empty: no entry has the attribute by which Java knows whom to trust (“the trustAnchors parameter must be non-empty”)',
        clause: 'OID 2.16.840.1.113894.746875.1.1',
        evidence: [
          { source: document.place, field: 'certificates', value: String(certificates.length) },
          { source: document.place, field: 'trusted by Java', value: '0' },
        ],
      },
    ];
  });
}
