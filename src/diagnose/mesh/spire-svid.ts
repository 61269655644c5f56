// An X509-SVID with its key and its bundle: every rule of the standard, and whether it is believed.
import { quoteForeign } from '../../base/text.ts';
import { sameKey } from '../../match/match.ts';
import { svidFaults } from '../../verify/spiffe.ts';
import { requireSvid } from '../../verify/svid.ts';
import { anchorOf } from '../../verify/types.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import {
  certificatesOf,
  found,
  keyOf,
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';
import { rootsOf } from './spire-bundle.ts';
import { spiffeIdOf, strangers } from './spire-domains.ts';
import { certificateOf, holdsKey } from './spire-upstream.ts';

export interface SvidRequest {
  /** Bundles that stand elsewhere, for a set that has none. */
  readonly bundles: readonly Document[];
  /** Whose SVID it should be; its own where absent. */
  readonly trustDomain: string | undefined;
  readonly at: Date;
}

export function svidFindings(
  { files, place }: MeshSet,
  { bundles, trustDomain, at }: SvidRequest,
): readonly MeshFinding[] {
  const documents = [...files.values()];
  const troubles = documents.flatMap(troublesOf);
  if (troubles.length > 0) return troubles;
  const key = documents.find(holdsKey) as Document;
  const { certificate, others } = certificateOf(
    documents.filter(({ jwks }) => !jwks),
    key,
  );
  const chain = certificatesOf(certificate);
  const [leaf] = chain;
  if (!certificate || !leaf)
    return [found('MESH_FILE_MISSING', place, 'there is a key and no certificate')];
  const own = [...others, ...documents.filter(({ jwks }) => jwks)];
  const trusted = own.length > 0 ? own : bundles;
  const faults = svidFaults(chain);
  return [
    ...keyFindings(key, leaf, certificate),
    ...faults.map(({ code, message, clause }) =>
      found(code, certificate.place, message, { clause }),
    ),
    ...formFindings(chain, certificate.place),
    ...purposeFindings(leaf, certificate.place),
    ...domainFindings(leaf, trustDomain, certificate.place),
    ...(faults.length > 0 ? [] : pathFindings(chain, trusted, { certificate, place, at })),
  ];
}

function keyFindings(
  key: Document,
  leaf: Certificate,
  { place }: Document,
): readonly MeshFinding[] {
  const opened = keyOf(key);
  if ('cause' in opened) return [opened];
  if (key.parts.some((part) => part.kind === 'key' && part.key.traditional))
    return [
      found(
        'PEM_FORM',
        key.place,
        'the key is not in PKCS#8: go-spiffe says "no private key found"',
        { mend: 'write it anew: openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pem' },
      ),
    ];
  if (sameKey(opened.publicKey, leaf.publicKey)) return [];
  return [
    found('KEY_MISMATCH', key.place, `it is not the key of ${title(leaf)}`, {
      evidence: [{ source: place, field: 'certificate', value: certificateTitle(leaf) }],
    }),
  ];
}

/** What must be marked critical: key usage in all of them, the names of a leaf without a subject. */
function formFindings(chain: readonly Certificate[], place: string): readonly MeshFinding[] {
  return chain.flatMap((certificate, index): MeshFinding[] => {
    const isLoose = (kind: string) =>
      certificate.extensions.some((one) => one.parsed.kind === kind && !one.critical);
    const usage = isLoose('keyUsage')
      ? [
          found('KEY_USAGE', place, `the key usage of ${title(certificate)} is not critical`, {
            clause: 'X509-SVID §4.3',
          }),
        ]
      : [];
    const nameless = index === 0 && certificate.subject.rdns.length === 0;
    return nameless && isLoose('subjectAltName')
      ? [
          ...usage,
          found(
            'MALFORMED',
            place,
            'the certificate has no subject, and its names are not marked critical',
            { clause: 'X509-SVID §3.1' },
          ),
        ]
      : usage;
  });
}

/** X509-SVID §4.4: both sides of a handshake, where purposes are stated. */
function purposeFindings(leaf: Certificate, place: string): readonly MeshFinding[] {
  const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES;
  const purposes = leaf.extendedKeyUsage;
  if (!purposes || [serverAuth, clientAuth].every((one) => purposes.includes(one))) return [];
  return [
    found('EXTENDED_KEY_USAGE', place, `${title(leaf)} is not for both sides of a handshake`, {
      clause: 'X509-SVID §4.4',
      evidence: [
        {
          field: 'extended key usage',
          value: purposes.map((oid) => purposeName(oid) ?? oid).join(', '),
        },
      ],
    }),
  ];
}

function domainFindings(
  leaf: Certificate,
  trustDomain: string | undefined,
  place: string,
): readonly MeshFinding[] {
  const id = spiffeIdOf(leaf);
  if (!id || trustDomain === undefined || id.trustDomain === trustDomain) return [];
  return [
    found(
      'SPIFFE_MISMATCH',
      place,
      `${quoteForeign(id.id)} is outside of the trust domain ${quoteForeign(trustDomain)}`,
    ),
  ];
}

function pathFindings(
  chain: readonly Certificate[],
  trusted: readonly Document[],
  {
    certificate,
    place,
    at,
  }: { readonly certificate: Document; readonly place: string; readonly at: Date },
): readonly MeshFinding[] {
  const [leaf] = chain as [Certificate];
  const roots = trusted.flatMap((document) =>
    document.jwks ? (document.jwks.keys ?? []).flatMap(rootsOf) : certificatesOf(document),
  );
  if (roots.length === 0)
    return [
      found('MESH_FILE_MISSING', place, 'there is no bundle to hold the SVID against', {
        mend: 'name it too: mtls mesh spire check svid/ bundle.json',
      }),
    ];
  const result = requireSvid(
    verifyCertificate({
      leaf,
      anchors: roots.map(anchorOf),
      untrusted: chain.slice(1),
      at,
      purpose: 'any',
    }),
  );
  const domain = spiffeIdOf(leaf)?.trustDomain;
  const stray = domain === undefined ? [] : strangers(roots, domain, trusted[0]?.place ?? place);
  if (result.ok) return stray;
  const { code, message, clause } = result.fault;
  return [...stray, found(code, certificate.place, message, { clause })];
}

function title(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
