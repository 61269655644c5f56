import { isSvid, urisOf } from '../families/svid.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// An X.509 SVID MUST contain exactly one URI SAN; validators MUST reject one with more.
export const spiffeManyUris: LintRule = {
  id: 'spiffe-many-uris',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §2',
  what: 'an X509-SVID has one URI name',
  remedy: anew('issue a certificate for each SPIFFE ID'),
  check: (subject) => {
    const uris = urisOf(subject);
    return isSvid(subject) && uris.length > 1
      ? hit(
          `it has ${uris.length} URI names beside its SPIFFE ID or as such, so validators refuse it`,
          'subjectAltName',
          uris.slice(0, 4).join(', '),
        )
      : undefined;
  },
};
