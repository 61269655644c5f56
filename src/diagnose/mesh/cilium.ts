// What Cilium makes of its Secrets: cilium-ca as its chart and certgen use it, and those of Hubble
// and of the mesh of clusters as Go's crypto/tls does.
import { quoteForeign } from '../../base/text.ts';
import {
  CILIUM_NAMESPACE,
  clusterMeshSecrets,
  hubbleSecrets,
  isClusterName,
  type CiliumSecret,
} from '../../manifest/cilium-secrets.ts';
import { sameKey } from '../../match/match.ts';
import { EXTENDED_KEY_USAGES } from '../../x509/extension-names.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { leafFindings } from './cilium-leaf.ts';
import { goFormFindings } from './go-pem.ts';
import {
  certificatesOf,
  found,
  keyOf,
  setsOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

const CA_SECRET = 'cilium-ca';
const BUNDLE = 'cilium-root-ca.crt';
const CERTIFICATES = 'ca.crt';
const KEY = 'ca.key';

/** certgen refuses to issue what would outlive its CA, and issues for a year unless told otherwise. */
const CA_WARN_DAYS = 365;

export interface CiliumCheck {
  readonly at: Date;
  /** Undefined: the one that the certificate of Hubble's server names. */
  readonly cluster: string | undefined;
}

/** Findings of each Secret, and the places of the Secrets; none where nothing is one of Cilium's. */
export function checkCilium(
  documents: readonly Document[],
  { at, cluster: named }: CiliumCheck,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const all = setsOf(documents);
  const cas = all.filter(isCa);
  const cluster = named ?? clusterIn(all) ?? 'default';
  const leaves = all.flatMap((set) => {
    const expected = expectedOf(set, cluster);
    return expected ? [{ set, expected }] : [];
  });
  const bundle = all.find(({ object }) => object?.name === BUNDLE)?.files.get(CERTIFICATES);
  const trusted = (wanted: CiliumSecret, own: MeshSet): readonly Document[] => {
    if (bundle) return [bundle];
    const peers = leaves
      .filter(({ expected }) => wanted.checkedBy.includes(expected.secret))
      .flatMap(({ set }) => set.files.get(CERTIFICATES) ?? []);
    return peers.length > 0
      ? peers
      : own.files.has(CERTIFICATES)
        ? [own.files.get(CERTIFICATES) as Document]
        : [];
  };
  return {
    places: [...cas, ...leaves.map(({ set }) => set)].map(({ place }) => place),
    findings: [
      ...cas.flatMap((set) => caFindings(set, at)),
      ...leaves.flatMap(({ set, expected }) =>
        leafFindings({
          set,
          expected,
          trusted: trusted(expected, set),
          bundled: bundle !== undefined,
          at,
        }),
      ),
    ],
  };
}

function isCa({ object, files }: MeshSet): boolean {
  if (object?.kind === 'ConfigMap') return false;
  return object?.name === CA_SECRET || (files.has(CERTIFICATES) && files.has(KEY));
}

/** By its name; and by what its certificate names, since Helm may be told of any other name. */
function expectedOf({ object, files }: MeshSet, cluster: string): CiliumSecret | undefined {
  if (object?.kind === 'ConfigMap') return undefined;
  const namespace = object?.namespace ?? CILIUM_NAMESPACE;
  const [leaf] = certificatesOf(files.get('tls.crt'));
  const known = [
    ...hubbleSecrets(cluster, { relayTls: true, metrics: true }),
    ...clusterMeshSecrets(cluster, {
      namespace,
      authMode: leaf && certificateTitle(leaf).includes('CN=remote-') ? 'cluster' : 'migration',
    }),
  ];
  const byName = known.find(({ secret }) => secret === object?.name);
  if (byName || !leaf) return byName;
  const server = leaf.extendedKeyUsage?.includes(EXTENDED_KEY_USAGES.serverAuth) === true;
  return known.find(
    ({ names: [first], profile }) =>
      leaf.names.some((name) => name.kind === 'dns' && name.value === first) &&
      (profile !== 'client') === server,
  );
}

/** As the certificate of a Hubble server names it. */
function clusterIn(sets: readonly MeshSet[]): string | undefined {
  return sets
    .flatMap(({ files }) => certificatesOf(files.get('tls.crt'))[0]?.names ?? [])
    .flatMap((name) =>
      name.kind === 'dns'
        ? (/^\*\.([^.]+)\.hubble-grpc\.cilium\.io$/.exec(name.value)?.[1] ?? [])
        : [],
    )
    .find(isClusterName);
}

function caFindings({ place, files }: MeshSet, at: Date): readonly MeshFinding[] {
  const certificates = files.get(CERTIFICATES);
  const key = files.get(KEY);
  if (!certificates || !key)
    return [
      found('MESH_FILE_MISSING', place, `there is no ${certificates ? KEY : CERTIFICATES}`, {
        evidence: [{ field: 'keys', value: [...files.keys()].join(', ') }],
        mend: 'write the Secret anew',
        commands: [['mtls', 'mesh', 'cilium', 'ca']],
      }),
    ];
  const chain = certificatesOf(certificates);
  const opened = keyOf(key);
  const owned =
    'cause' in opened
      ? 0
      : chain.findIndex(({ publicKey }) => sameKey(publicKey, opened.publicKey));
  if (owned > 0)
    return [
      found(
        'CHAIN_ORDER',
        certificates.place,
        `the CA whose key it is, ${title(chain[owned] as Certificate)}, stands at place ${owned + 1}: Helm and certgen sign as the first`,
        { mend: 'put it first, then those above it, the root last' },
      ),
    ];
  const root = chain.at(-1);
  return [
    ...[certificates, key].flatMap(goFormFindings),
    ...signingCaFindings({
      certificate: certificates,
      key,
      // certgen takes the last for the root, whatever it is
      roots: root ? [root] : [],
      through: chain.slice(1),
      rootsPlace: certificates.place,
      at,
      warnDays: CA_WARN_DAYS,
    }),
    ...clientFindings(chain, certificates.place),
    ...(root && !isSelfSigned(root)
      ? [
          found(
            'TRUST_WITHOUT_ROOT',
            certificates.place,
            `it ends in ${title(root)}, which is no root, and certgen hands out the last one as what all of Hubble trusts`,
            { severity: 'warning', mend: 'add the root at the end of ca.crt' },
          ),
        ]
      : []),
  ];
}

/** Hubble asks both sides: a CA that binds those below to servers leaves no client. */
function clientFindings(chain: readonly Certificate[], place: string): readonly MeshFinding[] {
  const { clientAuth, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES;
  return chain
    .filter(
      ({ extendedKeyUsage: uses = [] }) =>
        uses.length > 0 && !uses.includes(clientAuth) && !uses.includes(anyExtendedKeyUsage),
    )
    .map((certificate) =>
      found(
        'CA_PURPOSES',
        place,
        `${title(certificate)} states purposes without TLS client: Hubble refuses every Relay`,
        {
          clause: 'RFC 5280 §4.2.1.12',
          mend: 'make the CA anew without purposes: mtls ca intermediate',
        },
      ),
    );
}

function title(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
