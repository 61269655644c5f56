import { ACCESS_METHODS } from '../../x509/extension-names.ts';
import { rawAccesses } from '../raw/points.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// When the id-ad-caIssuers accessMethod is used, at least one instance SHOULD specify an
// accessLocation that is an HTTP or LDAP URI.
export const issuerLocationWithoutUri: LintRule = {
  id: 'issuer-location-without-uri',
  profile: 'rfc5280',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.2.1',
  what: 'the issuer’s certificate can be fetched by HTTP or LDAP, where a place is named',
  remedy: ASK_ISSUER,
  check: (subject) => {
    const places = rawAccesses(subject.extension('authorityInfoAccess')?.value ?? new Uint8Array())
      .filter(({ method }) => method === ACCESS_METHODS.caIssuers)
      .flatMap(({ location }) => (location.kind === 'uri' ? [location.text] : []));
    return places.length > 0 && !places.some((uri) => /^(?:https?|ldap):\/\//i.test(uri))
      ? hit(
          'its issuer’s certificate cannot be fetched by HTTP or LDAP',
          'authorityInfoAccess: caIssuers',
          places.join(', '),
        )
      : undefined;
  },
};
