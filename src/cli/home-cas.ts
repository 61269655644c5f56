// Which CA of the home a certificate is, for commands that name the CA to type.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { listCas } from '../store/ca-store.ts';
import type { Certificate } from '../x509/certificate.ts';
import { locateHome, openListedCa, type Reaching } from './authority.ts';

/** Answers the name of the home's CA with this certificate; a home that cannot be read has none. */
export function homeCaFinder(reaching: Reaching): (certificate: Certificate) => string | undefined {
  let known: readonly (readonly [name: string, certificate: Certificate])[] | undefined;
  return (certificate) => {
    known ??= casOf(reaching);
    return known.find(([, ca]) => bytesEqual(ca.publicKey.spki, certificate.publicKey.spki))?.[0];
  };
}

function casOf(reaching: Reaching): readonly (readonly [string, Certificate])[] {
  try {
    const home = locateHome(reaching);
    return listCas(home).map((name) => [name, openListedCa(reaching, home, name).certificate]);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
    throw error;
  }
}
