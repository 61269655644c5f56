// What peers are believed by: roots, and nothing but CAs.
import { quoteForeign } from '../../base/text.ts';
import { isSelfIssued } from '../../verify/names.ts';
import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { certificateTitle } from '../../x509/title.ts';
import { DEPTH, type Draft } from '../draft.ts';
import { placeOf } from '../evidence.ts';
import type { Bench } from '../judge.ts';
import { isNamedTrust, isTrustDocument } from '../roles.ts';

export function trustDrafts(bench: Bench): readonly Draft[] {
  return [...rootDrafts(bench), ...leafDrafts(bench), ...purposeDrafts(bench)];
}

/** A file that is named as roots are, and holds none. */
function rootDrafts({ pile }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document): Draft[] => {
    const held = pile.certificatesIn(document);
    if (held.length === 0 || !isNamedTrust(document) || !isTrustDocument(pile, document)) return [];
    if (held.some(({ certificate }) => isSelfIssued(certificate))) return [];
    const [first] = held;
    return [
      {
        code: 'TRUST_WITHOUT_ROOT',
        severity: 'error',
        subject: document.place,
        cause: `it holds ${first ? quoteForeign(certificateTitle(first.certificate)) : 'CAs'}, which is no root: OpenSSL, nginx, HAProxy, Python and Node believe no chain that ends there`,
        evidence: held.map(({ certificate }) => ({
          source: document.place,
          field: 'issuer',
          value:
            certificate.issuer.rdns.length > 0
              ? certificateTitle({ subject: certificate.issuer, names: [] })
              : '(empty)',
        })),
        about: document,
        depth: DEPTH.root,
      },
    ];
  });
}

/** A leaf among roots is trusted as what it is not. */
function leafDrafts({ pile }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document): Draft[] => {
    if (!isNamedTrust(document)) return [];
    const held = pile.certificatesIn(document);
    const leaf = held.find(({ isIssuer, certificate }) => !isIssuer && !isSelfIssued(certificate));
    if (!leaf) return [];
    const alone = held.every((node) => !node.isIssuer && !isSelfIssued(node.certificate));
    return [
      {
        code: 'TRUST_HOLDS_LEAF',
        severity: alone ? 'error' : 'warning',
        subject: document.place,
        cause: alone
          ? `it holds ${quoteForeign(certificateTitle(leaf.certificate))}, which is no CA, and no CA besides: who loads it believes nobody`
          : `${quoteForeign(certificateTitle(leaf.certificate))} is no CA, and lies among the trusted certificates`,
        evidence: [
          { source: document.place, field: 'subject', value: certificateTitle(leaf.certificate) },
        ],
        about: document,
        depth: alone ? DEPTH.root : DEPTH.presentation,
      },
    ];
  });
}

/** Go reads a CA's purposes as a bound on all below it. */
function purposeDrafts({ pile }: Bench): readonly Draft[] {
  return pile.certificates.flatMap((node): Draft[] => {
    const { certificate, isIssuer } = node;
    const purposes = certificate.extendedKeyUsage;
    if (!isIssuer || !purposes || certificate.basicConstraints?.ca !== true) return [];
    const { serverAuth, clientAuth, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES;
    if (purposes.includes(anyExtendedKeyUsage)) return [];
    if (purposes.includes(serverAuth) && purposes.includes(clientAuth)) return [];
    const place = placeOf(node);
    return [
      {
        code: 'CA_PURPOSES',
        severity: 'warning',
        subject: place,
        cause: `the CA ${quoteForeign(certificateTitle(certificate))} states purposes (${purposes.map(purposeName).join(', ')}): everything below it is bound to them, and Istio, Linkerd and SPIRE refuse it where serverAuth is missing`,
        clause: 'RFC 5280 §4.2.1.12',
        evidence: [
          {
            source: place,
            field: 'extended key usage',
            value: purposes.map(purposeName).join(', '),
          },
        ],
        about: certificate,
        depth: DEPTH.intermediate,
      },
    ];
  });
}
