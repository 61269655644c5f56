import { rawPoints } from '../raw/points.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// When present, DistributionPointName SHOULD include at least one LDAP or HTTP URI.
export const crlPointWithoutUri: LintRule = {
  id: 'crl-point-without-uri',
  profile: 'rfc5280',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.13',
  what: 'a CRL can be fetched by HTTP or LDAP',
  remedy: ASK_ISSUER,
  check: (subject) => {
    const found = subject.extension('crlDistributionPoints');
    const names = rawPoints(found?.value ?? new Uint8Array()).flatMap((point) => point.names);
    if (
      !found ||
      names.some(({ kind, text }) => kind === 'uri' && /^(?:https?|ldap):\/\//i.test(text))
    )
      return undefined;
    const shown = names.map(({ kind, text }) => (kind === 'uri' ? text : kind)).join(', ');
    return hit('its CRL cannot be fetched by HTTP or LDAP', 'crlDistributionPoints', shown);
  },
};
