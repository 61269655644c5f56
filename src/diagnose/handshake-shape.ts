// How a server sends its chain, whoever trusts it.
import { quoteForeign } from '../base/text.ts';
import { chainOrder } from '../verify/chain-order.ts';
import { isSelfIssued, sameName } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { finding, type HandshakeFinding, type HandshakeQuestion } from './handshake-question.ts';

/** A chain belongs in order, and without its root. */
export function judgeShape(
  chain: readonly Certificate[],
  { target, anchors }: HandshakeQuestion,
): readonly HandshakeFinding[] {
  const found: HandshakeFinding[] = [];
  const ordered = chainOrder(chain);
  const titles = (certificates: readonly Certificate[]): string =>
    certificates.map(certificateTitle).join('; ');
  if (ordered.some((certificate, place) => certificate !== chain[place]))
    found.push(
      finding('CHAIN_ORDER', {
        subject: target,
        severity: 'warning',
        cause: 'the server sends its chain in the wrong order: some clients find no way through it',
        clause: 'RFC 5246 §7.4.2',
        evidence: [
          { source: target, field: 'order sent', value: titles(chain) },
          { field: 'order wanted', value: titles(ordered) },
        ],
        remedy: 'order the file that the server reads: first the certificate, then each issuer',
      }),
    );
  const root = chain.slice(1).find(isSelfIssued);
  // Of a root that is not trusted there is worse to tell
  if (root && anchors.some(({ subjectDer }) => sameName(subjectDer, root.subjectDer)))
    found.push(
      finding('ROOT_IN_CHAIN', {
        subject: target,
        severity: 'info',
        cause: `the server sends its root ${quoteForeign(certificateTitle(root))} along, which nobody needs: clients trust their own copy`,
        clause: 'RFC 8446 §4.4.2',
        remedy:
          'leave the root out of the file that the server reads; Node and openssl add it by themselves where the file ends with the leaf',
      }),
    );
  return found;
}
