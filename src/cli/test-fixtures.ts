// A word about certificates that vouch for nothing outside a test.
import { quoteForeign } from '../base/text.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isTestFixture } from '../x509/test-mark.ts';
import { certificateTitle } from '../x509/title.ts';
import type { Output } from './output.ts';

/** Warns of the last that is a test fixture: given a path, of the nearest to its root. */
export function warnOfFixtures(
  certificates: readonly Certificate[],
  output: Pick<Output, 'warn'>,
): void {
  const fixture = certificates.findLast(isTestFixture);
  if (fixture !== undefined)
    output.warn(
      `${quoteForeign(certificateTitle(fixture))} is a test fixture: anybody can make its key`,
    );
}
