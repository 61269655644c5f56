// PKCS#12 key stores: whether they open, and who cannot read them or finds nothing in them.
import { storeFlaws, type StoreFlaw, type StoreFlawKind } from '../../codec/store-form.ts';
import type { FoundStore } from '../../codec/part.ts';
import type { Document } from '../document.ts';
import { DEPTH, type Draft } from '../draft.ts';
import type { Severity } from '../finding.ts';
import type { Bench } from '../judge.ts';

export function storeDrafts({ pile }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document) => [
    ...closedDrafts(document),
    ...(document.stores ?? []).flatMap((store) =>
      storeFlaws(store).flatMap((flaw) => flawDraft(flaw, store, document) ?? []),
    ),
  ]);
}

const DEPTH_OF_STORES = DEPTH.presentation;

function closedDrafts(document: Document): readonly Draft[] {
  return document.skipped
    .filter(({ code }) => code === 'PASSPHRASE_NEEDED')
    .map(({ what }) => ({
      code: 'STORE_CLOSED',
      severity: 'info',
      subject: document.place,
      cause: 'the key store is encrypted, and was not looked into',
      evidence: [{ source: document.place, field: 'holds', value: what }],
      about: document,
      depth: DEPTH_OF_STORES,
    }));
}

function flawDraft(flaw: StoreFlaw, store: FoundStore, document: Document): Draft | undefined {
  const base = { subject: document.place, about: document, depth: DEPTH_OF_STORES } as const;
  if (flaw.kind === 'no-trust')
    return {
      ...base,
      code: 'STORE_UNTRUSTED',
      severity: 'error',
      cause:
        'a trust store that Java finds empty: no entry has the attribute by which Java knows whom to trust (“the trustAnchors parameter must be non-empty”)',
      clause: 'OID 2.16.840.1.113894.746875.1.1',
      evidence: [
        { source: document.place, field: 'certificates', value: String(store.certificates) },
        { source: document.place, field: 'trusted by Java', value: '0' },
      ],
    };
  const form = FORMS[flaw.kind];
  if (!form) return undefined;
  return {
    ...base,
    code: 'STORE_FORM',
    severity: form.severity,
    cause: `${form.cause}: ${flaw.breaks.join(', ')} ${form.fails}`,
    evidence: [{ source: document.place, field: form.field, value: flaw.found }],
    about: `${document.place} ${flaw.kind}`,
  };
}

interface Form {
  readonly severity: Severity;
  readonly cause: string;
  readonly fails: string;
  readonly field: string;
}

/** Flaws that are worth a word; what Java has read since 2021 is none. */
const FORMS: Readonly<Partial<Record<StoreFlawKind, Form>>> = {
  'open-key': {
    severity: 'warning',
    cause: 'a key lies in the key store without encryption of its own',
    fails: 'finds no key there',
    field: 'unencrypted',
  },
  cipher: {
    severity: 'warning',
    cause: 'the key store is encrypted with a cipher other than AES-128 and AES-256',
    fails: 'cannot read it',
    field: 'encryption',
  },
  'old-cipher': {
    severity: 'warning',
    cause: 'the key store is encrypted in an old way',
    fails: 'cannot read it',
    field: 'encryption',
  },
  pbmac1: {
    severity: 'info',
    cause: 'the key store has a MAC of the newest kind',
    fails: 'cannot read it',
    field: 'MAC',
  },
  'no-mac': {
    severity: 'info',
    cause: 'nothing shows whether the key store is whole',
    fails: 'refuses it',
    field: 'MAC',
  },
};
