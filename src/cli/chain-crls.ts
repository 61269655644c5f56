// The lists that a reader of whole chains wants in one file: a CA's own, and those of the CAs above.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { formatDn } from '../name/dn.ts';
import { listCas } from '../store/ca-store.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import { locateHome, openListedCa, type Reaching } from './authority.ts';
import { lastCrl } from './home-crls.ts';
import { formatTime } from './render/time.ts';

/** A list, and the CA of the home that keeps it. */
export interface KeptCrl {
  readonly ca: string;
  readonly crl: Crl;
}

/**
 * The last CRL of a CA and of each CA above it, in this order. One that has run out is said.
 *
 * @throws MtlsError NOTHING_FOUND for a CA that has issued none, CA_NOT_FOUND for one that is not in
 *   the home, STORE_CORRUPT
 */
export function chainCrls(reaching: Reaching, authority: Authority): readonly KeptCrl[] {
  const now = reaching.context.clock();
  return authority.path.map((certificate, depth) => {
    const keeper = depth === 0 ? authority : keeperOf(reaching, certificate, authority);
    const { name } = keeper.store;
    const crl = lastCrl(keeper);
    if (crl === undefined)
      throw new MtlsError('NOTHING_FOUND', `CA ${quoteForeign(name)} has issued no CRL yet`, {
        hint: `make it: mtls ca crl ${name}`,
        data: { ca: name },
      });
    if (crl.nextUpdate !== undefined && crl.nextUpdate < now)
      reaching.output.warn(
        `the CRL of CA ${quoteForeign(name)} ended at ${formatTime(crl.nextUpdate)}, and readers refuse what is below it; mtls ca crl ${name} makes the next`,
      );
    return { ca: name, crl };
  });
}

/** The CA of the home that has this name and key. */
function keeperOf(reaching: Reaching, certificate: Certificate, below: Authority): Authority {
  const home = locateHome(reaching);
  for (const name of listCas(home)) {
    const one = openedCa(() => openListedCa(reaching, home, name));
    const known = one?.certificate;
    if (
      one &&
      known &&
      bytesEqual(known.subjectDer, certificate.subjectDer) &&
      bytesEqual(known.publicKey.spki, certificate.publicKey.spki)
    )
      return one;
  }
  const subject = quoteForeign(formatDn(certificate.subject));
  throw new MtlsError('CA_NOT_FOUND', `the CA ${subject} is not in the home, nor its CRL`, {
    hint: `whoever keeps it has the CRL: append it to that of mtls ca crl ${below.store.name}`,
    data: { home: home.root },
  });
}

/** A damaged CA stands in nobody's way but its own. */
function openedCa(open: () => Authority): Authority | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}
