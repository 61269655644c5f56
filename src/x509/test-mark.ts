// The mark of certificates made from a public seed: whoever knows the seed has the key, so nothing
// but a test may rely on them.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { utf8String } from '../asn1/string.ts';
import { isFixtureKey } from '../crypto/fixture-keys.ts';
import { TEST_FIXTURE_OID } from './extension-names.ts';
import type { ExtensionInput } from './extension-values.ts';
import type { Certificate } from './certificate.ts';
import { certificateTitle } from './title.ts';

const TEXT =
  'TEST FIXTURE of mtls-toolkit: made from a public seed, anybody can make its key; not for production';

/** What every certificate from a seed bears; programs that do not know it show its text. */
export const TEST_MARK: ExtensionInput = {
  value: { kind: 'unknown', oid: TEST_FIXTURE_OID, value: utf8String(TEXT) },
  critical: false,
};

/** Whether a certificate was made for a test from a seed, or has a key that this package gives away. */
export function isTestFixture({
  extensions,
  publicKey,
}: Pick<Certificate, 'extensions' | 'publicKey'>): boolean {
  return extensions.some(({ oid }) => oid === TEST_FIXTURE_OID) || isFixtureKey(publicKey);
}

/**
 * Keeps fixtures out of production: a CA whose key is anybody's vouches for nothing.
 *
 * @throws MtlsError TEST_FIXTURE for the first of these that is one
 */
export function refuseTestFixtures(certificates: readonly Certificate[]): void {
  const fixture = certificates.find(isTestFixture);
  if (fixture === undefined) return;
  const title = certificateTitle(fixture);
  throw new MtlsError(
    'TEST_FIXTURE',
    `${quoteForeign(title)} is a test fixture: anybody has its key`,
    {
      hint: 'make a CA of your own with "mtls ca init"',
      data: { subject: title },
    },
  );
}
