// CAs that sign from here, as a mesh does: their own chain must lead to the roots beside them.
import { quoteForeign } from '../../base/text.ts';
import { formatDn } from '../../name/dn.ts';
import { isSelfIssued } from '../../verify/names.ts';
import { anchorOf } from '../../verify/types.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { DEPTH, type Draft } from '../draft.ts';
import type { Bench } from '../judge.ts';
import { signsHere } from '../roles.ts';

/** Signing CAs whose root is not the one that is handed out with them. */
export function authorityDrafts({ pile, settings }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document): Draft[] => {
    if (!signsHere(document, pile)) return [];
    const [signing] = pile.certificatesIn(document);
    const beside = pile.besides(document);
    const rooted = beside
      .map((one) => ({ document: one, roots: rootsIn(one, pile) }))
      .filter(({ roots }) => roots.length > 0);
    const [trusted] = rooted.filter(({ document: one }) =>
      pile.certificatesIn(one).every(({ certificate }) => isSelfIssued(certificate)),
    );
    if (!signing || !trusted) return [];
    const { certificate } = signing;
    const result = verifyCertificate({
      leaf: certificate,
      anchors: trusted.roots.map(anchorOf),
      untrusted: beside.flatMap((one) => pile.certificatesIn(one)).map((node) => node.certificate),
      at: settings.at,
      purpose: 'any',
    });
    if (result.ok) return [];
    const { code, clause, message } = result.fault;
    const unrooted = ['ISSUER_NOT_FOUND', 'UNTRUSTED_ROOT', 'BAD_SIGNATURE'].includes(code);
    return [
      {
        code: unrooted ? 'UNTRUSTED_ROOT' : code,
        severity: 'error',
        subject: unrooted ? trusted.document.place : document.place,
        cause: unrooted
          ? `${rootNames(trusted.roots)} is not the root of ${quoteForeign(certificateTitle(certificate))}, which signs here: what it issues is believed by nobody who trusts this root`
          : message,
        clause,
        evidence: [
          { source: document.place, field: 'issuer', value: formatDn(certificate.issuer) },
          ...trusted.roots.map((root) => ({
            source: trusted.document.place,
            field: 'root',
            value: certificateTitle(root),
          })),
        ],
        about: unrooted ? trusted.document : certificate,
        depth: DEPTH.root,
      },
    ];
  });
}

function rootsIn(document: Document, pile: Bench['pile']): readonly Certificate[] {
  return pile
    .certificatesIn(document)
    .filter(({ isIssuer, certificate }) => isIssuer && isSelfIssued(certificate))
    .map(({ certificate }) => certificate);
}

function rootNames(roots: readonly Certificate[]): string {
  return roots
    .slice(0, 2)
    .map((root) => quoteForeign(certificateTitle(root)))
    .join(', ');
}
