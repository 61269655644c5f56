// Revocation lists beside CAs: they must be those CAs' own.
import { quoteForeign } from '../../base/text.ts';
import { formatDn } from '../../name/dn.ts';
import { sameName } from '../../verify/names.ts';
import { verifyCrl } from '../../x509/crl.ts';
import { certificateTitle } from '../../x509/title.ts';
import { DEPTH, type Draft } from '../draft.ts';
import type { Bench } from '../judge.ts';

/**
 * A list that no CA beside it signed. Who loads both, as nginx and ingress controllers do, finds no
 * list for its CA, and refuses everybody.
 */
export function foreignCrlDrafts({ pile }: Bench): readonly Draft[] {
  return pile.crls.flatMap((node): Draft[] => {
    const { crl, document } = node;
    const beside = pile
      .besides(document)
      .flatMap((one) => pile.certificatesIn(one))
      .filter(({ isIssuer }) => isIssuer);
    if (beside.length === 0) return [];
    const named = beside.filter(({ certificate }) =>
      sameName(certificate.subjectDer, crl.issuerDer),
    );
    if (named.some(({ certificate }) => verifyCrl(crl, certificate.publicKey))) return [];
    const [first] = named.length > 0 ? named : beside;
    // In a folder many things lie side by side; a Secret is loaded as a whole
    const loaded = document.object !== undefined || named.length > 0;
    return [
      {
        code: 'CRL_OTHER_CA',
        severity: loaded ? 'error' : 'warning',
        subject: document.place,
        cause:
          named.length > 0
            ? `the revocation list of ${quoteForeign(formatDn(crl.issuer))} is not signed by the CA of this name that lies beside it`
            : `the revocation list is of ${quoteForeign(formatDn(crl.issuer))}, and the CA beside it is ${quoteForeign(first ? certificateTitle(first.certificate) : '')}: it says nothing of that CA’s certificates`,
        clause: 'RFC 5280 §6.3.3 (b)',
        evidence: [
          { source: document.place, field: 'issuer of the list', value: formatDn(crl.issuer) },
          ...beside.slice(0, 3).map(({ certificate, places }) => ({
            source: places[0]?.document.place,
            field: 'CA',
            value: certificateTitle(certificate),
          })),
        ],
        about: crl,
        depth: DEPTH.revocation,
      },
    ];
  });
}
