// Files that hold something else than their names promise.
import type { Document } from '../document.ts';
import { DEPTH, type Draft } from '../draft.ts';
import type { Remedy } from '../finding.ts';
import type { Bench } from '../judge.ts';
import { namedAlike } from '../neighbours.ts';
import type { Pile } from '../pile.ts';

export function contentDrafts({ pile }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document): Draft[] => {
    const promised = promiseOf(document);
    const held = holdings(document);
    if (promised === undefined || held.size === 0 || held.has(promised)) return [];
    const what = [...held].map((kind) => NOUNS[kind] ?? kind).join(' and ');
    return [
      {
        code: 'NOTHING_FOUND',
        severity: 'error',
        subject: document.place,
        cause: `it is named as ${NOUNS[promised] ?? promised} and holds ${what}`,
        evidence: [{ source: document.place, field: 'holds', value: what }],
        remedy: exchange(document, promised, pile),
        about: document,
        depth: DEPTH.unreadable,
      },
    ];
  });
}

const NOUNS: Readonly<Record<string, string>> = {
  key: 'a private key',
  certificate: 'a certificate',
  request: 'a certificate request',
  crl: 'a revocation list',
  publicKey: 'a public key',
};

type Promised = 'key' | 'certificate';

/** By endings in use everywhere: `.key`, `-key.pem`, `privkey.pem`; `.crt`, `cert.pem`, `tls.crt`. */
function promiseOf({ name, stores = [], troubles }: Document): Promised | undefined {
  if (stores.length > 0 || troubles.length > 0) return undefined;
  if (/\.key$|(?:^|[-_])(?:priv)?key\.pem$/i.test(name)) return 'key';
  return /\.(?:crt|cer|cert)$|(?:^|[-_])(?:cert|fullchain)\.pem$/i.test(name)
    ? 'certificate'
    : undefined;
}

function holdings({ parts }: Document): ReadonlySet<string> {
  return new Set(parts.map(({ kind }) => kind));
}

/** Two of one owner whose contents only have to change places. */
function exchange(document: Document, promised: Promised, pile: Pile): Remedy | undefined {
  const other = namedAlike(document, pile).find((one) => {
    const wanted = promiseOf(one);
    return (
      one.object === undefined &&
      wanted !== undefined &&
      wanted !== promised &&
      holdings(one).has(promised) &&
      !holdings(one).has(wanted)
    );
  });
  if (!other || document.object || !holdings(document).has(promiseOf(other) ?? ''))
    return undefined;
  const [a, b] = [document.source, other.source];
  const key = promised === 'key' ? a : b;
  return {
    text: 'let the two change places',
    commands: [
      ['mv', a, `${a}.tmp`],
      ['mv', b, a],
      ['mv', `${a}.tmp`, b],
      ['chmod', '600', key],
    ],
  };
}
