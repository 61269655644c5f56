// Whom the programs of a pile believe: its roots, where nobody says otherwise.
import { isSelfIssued } from '../verify/names.ts';
import { anchorOf, type TrustAnchor } from '../verify/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isNamedTrust, isTrustDocument } from './roles.ts';
import type { Pile } from './pile.ts';
import type { DoctorSettings } from './settings.ts';

export interface Trust {
  readonly anchors: readonly TrustAnchor[];
  readonly trusted: ReadonlySet<Certificate>;
  /** All other CAs, to build chains with. */
  readonly others: readonly Certificate[];
  /** No root is there: CAs that are to be trusted stand in for it. */
  readonly partial: boolean;
}

/** Roots in files of CAs; where there are none, roots beside a leaf; else CAs that are named so. */
export function trustOf(pile: Pile, settings: DoctorSettings): Trust {
  const issuers = pile.certificates.filter(({ isIssuer }) => isIssuer);
  const cas = [...issuers.map(({ certificate }) => certificate), ...(settings.known ?? [])];
  const given = settings.trusted;
  if (given) return trustIn(given, cas, false);
  const inTrust = pile.certificates.filter(
    ({ certificate, isIssuer, places }) =>
      isSelfIssued(certificate) &&
      places.some(({ document }) =>
        isIssuer ? isTrustDocument(pile, document) : isNamedTrust(document),
      ),
  );
  const roots =
    inTrust.length > 0 ? inTrust : issuers.filter(({ certificate }) => isSelfIssued(certificate));
  if (roots.length > 0)
    return trustIn(
      roots.map(({ certificate }) => certificate),
      cas,
      false,
    );
  const named = issuers.filter(({ places }) =>
    places.some(({ document }) => isTrustDocument(pile, document)),
  );
  const standing = named.length > 0 ? named : [];
  return trustIn(
    standing.map(({ certificate }) => certificate),
    cas,
    standing.length > 0,
  );
}

function trustIn(
  roots: readonly Certificate[],
  issuers: readonly Certificate[],
  partial: boolean,
): Trust {
  const trusted = new Set(roots);
  return {
    anchors: roots.map(anchorOf),
    trusted,
    others: issuers.filter((certificate) => !trusted.has(certificate)),
    partial,
  };
}
