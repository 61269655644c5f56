import { chainOrder } from '../../verify/chain-order.ts';
import { certificateTitle } from '../../x509/title.ts';
import { hit, type LintRule } from '../rule.ts';

// Each following certificate SHOULD directly certify the one immediately preceding it; in TLS 1.2
// it MUST.
export const chainOutOfOrder: LintRule = {
  id: 'chain-out-of-order',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 8446 §4.4.2',
  what: 'the file of a leaf holds it first, then each one’s issuer',
  remedy: { text: 'put the leaf first, then the CA that issued it, then the one above' },
  check: ({ certificate, pile, issuer }) => {
    const place = pile.placeOf(certificate);
    // Files of roots, and of several leaves, are no chains
    if (place?.leaf !== certificate || !issuer) return undefined;
    const { certificates } = place;
    const ordered = chainOrder(certificates);
    // Its issuer may stand in another file
    if (certificates.length < 2 || ordered.every((one, index) => one === certificates[index]))
      return undefined;
    return hit(
      'the certificates of its file are not in the order of their chain',
      'chain',
      certificates.slice(0, 4).map(certificateTitle).join('; '),
    );
  },
};
