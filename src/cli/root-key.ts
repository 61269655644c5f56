// Keys of CAs as they would slip away: under another certificate, or another name in the home.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { sameKey } from '../match/match.ts';
import { formatDn } from '../name/dn.ts';
import { listCas } from '../store/ca-store.ts';
import { isSelfSigned, type Certificate } from '../x509/certificate.ts';
import { locateHome, openListedCa, type Reaching } from './authority.ts';

/** The certificates of all CAs of the home and of those above them; none of one that is damaged. */
export function certificatesInHome(reaching: Reaching): readonly Certificate[] {
  const home = locateHome(reaching);
  return listCas(home).flatMap((name) => {
    try {
      return openListedCa(reaching, home, name).path;
    } catch (error) {
      if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
      throw error;
    }
  });
}

/**
 * Refuses a CA whose key is a root's: its own, or that of a root it is a cross-certificate for.
 *
 * @param beside roots that are handed out with it
 * @throws MtlsError CA_KEY_IN_SECRET
 */
export function refuseRootKey(
  reaching: Reaching,
  { path, certificate, store: { name } }: Authority,
  beside: readonly Certificate[] = [],
): void {
  const found = [...path, ...beside, ...certificatesInHome(reaching)].find(
    (one) => sameKey(one.publicKey, certificate.publicKey) && isSelfSigned(one),
  );
  if (!found) return;
  const called = `CA ${quoteForeign(name)}`;
  throw new MtlsError(
    'CA_KEY_IN_SECRET',
    path.length === 1
      ? `${called} is a root`
      : `${called} has the key of the root ${quoteForeign(formatDn(found.subject))}`,
    {
      hint: 'a cluster gets the key of an intermediate, which the root can revoke: name one that is to be made',
      data: { ca: name },
    },
  );
}
