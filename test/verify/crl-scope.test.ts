import { expect, it } from 'vitest';
import type { NameDer } from '../../src/base/bytes.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { Budget, DEFAULT_LIMITS } from '../../src/verify/budget.ts';
import { ALL_REASONS, reasonsCovered } from '../../src/verify/crl-scope.ts';
import type { DistributionPointName } from '../../src/x509/extensions.ts';
import { crlOf } from '../support/crl.ts';
import { ca, leaf } from '../support/graph.ts';

// PKITS 4.14 decides about the rules (test/conformance); here stand the edges that it has not.

const root = await ca({ subject: 'CN=Root' });
const [, rdn] = parseDn('CN=Root,CN=Part').rdns;
if (!rdn) throw new Error('a name has parts');

/** `CN=Part` below the CRL's issuer. */
const relative: DistributionPointName = {
  kind: 'relativeName',
  value: rdn,
  der: encodeDn({ rdns: [rdn] }).subarray(2),
};
const scope = {
  onlyUserCerts: false,
  onlyCaCerts: false,
  indirectCrl: false,
  onlyAttributeCerts: false,
};

const end = await leaf({
  by: root,
  extensions: {
    crlDistributionPoints: { kind: 'crlDistributionPoints', points: [{ name: relative }] },
  },
});

it('reads a relative name below the name of the issuer (RFC 5280 §4.2.1.13)', async () => {
  const names = [{ kind: 'dirName', ...named('CN=root,CN=part') } as const];
  const name = { kind: 'fullName', names } as const;
  const crl = await crlOf(root, [], { issuingDistributionPoint: { ...scope, name } });
  const budget = new Budget(DEFAULT_LIMITS);
  expect(reasonsCovered(crl, end.certificate, budget)).toEqual(ALL_REASONS);
  const other = { kind: 'fullName', names: [{ kind: 'dirName', ...named('CN=Other') }] } as const;
  const elsewhere = await crlOf(root, [], { issuingDistributionPoint: { ...scope, name: other } });
  expect(reasonsCovered(elsewhere, end.certificate, budget)).toBeUndefined();
});

it('finds nothing below a name that cannot be read', async () => {
  const crl = await crlOf(root, [], { issuingDistributionPoint: { ...scope, name: relative } });
  // A set that is an integer
  const broken = Uint8Array.of(0x30, 3, 0x31, 5, 0) as NameDer;
  const certificate = Object.create(end.certificate, {
    issuerDer: { value: broken },
  }) as typeof end.certificate;
  expect(reasonsCovered(crl, certificate, new Budget(DEFAULT_LIMITS))).toBeUndefined();
});

function named(text: string) {
  const value = parseDn(text);
  return { value, der: encodeDn(value) };
}
