// Whether the objects that are named are there, and where cert-manager looks for them.
import { quoteForeign } from '../../../base/text.ts';
import type { Resource } from '../../document.ts';
import { found, type MeshFinding } from '../mesh-set.ts';
import { textAt } from '../shape.ts';
import { caSecretOf, issuerRefOf, mayBeSame, specOf } from './objects.ts';
import {
  issuerOf,
  secretNamespaceOf,
  secretOf,
  secretsNamedBy,
  setOf,
  type Stream,
} from './stream.ts';

/** Of an issuer with a CA in a Secret. */
export function issuerReferences(issuer: Resource, stream: Stream): readonly MeshFinding[] {
  const { kind, place } = issuer;
  const name = caSecretOf(issuer);
  if (name === undefined || name === '') return [];
  const secret = secretOf(issuer, stream);
  if (secret)
    return setOf(secret, stream)
      ? []
      : [found('MESH_FILE_MISSING', secret.place, 'it holds no tls.crt and no tls.key')];
  const wanted = secretNamespaceOf(issuer, stream);
  const [elsewhere] = secretsNamedBy(issuer, stream);
  if (elsewhere)
    return [
      found(
        'MESH_REFERENCE',
        place,
        `its Secret ${quoteForeign(name)} is in ${quoteForeign(elsewhere.namespace ?? '')}, and cert-manager looks for it in ${quoteForeign(wanted ?? '')}`,
        {
          mend:
            kind === 'ClusterIssuer'
              ? 'move it there, or name where cert-manager was told to look: --resource-namespace'
              : 'an Issuer reads Secrets of its own namespace alone: move one of them, or write a ClusterIssuer',
        },
      ),
    ];
  return [
    found(
      'MESH_REFERENCE',
      place,
      `its Secret ${quoteForeign(name)} is not among what was given: it is not ready before that is there`,
      { severity: 'info' },
    ),
  ];
}

/** Of a Certificate: its issuer, and the Secret that it writes. */
export function certificateReferences(
  certificate: Resource,
  stream: Stream,
): readonly MeshFinding[] {
  return [...issuerFindings(certificate, stream), ...writtenFindings(certificate, stream)];
}

function issuerFindings(certificate: Resource, stream: Stream): readonly MeshFinding[] {
  const { place } = certificate;
  const { name, kind, kindSaid, builtIn } = issuerRefOf(specOf(certificate));
  if (!builtIn || name === '' || issuerOf(certificate, stream)) return [];
  const named = stream.issuers.filter((one) => one.name === name);
  const other = named.find((one) => one.kind !== kind);
  if (other && !kindSaid)
    return [
      found(
        'MESH_REFERENCE',
        place,
        `its issuerRef says no kind, which means an Issuer, and ${quoteForeign(name)} is a ClusterIssuer`,
        { mend: 'add kind: ClusterIssuer to the issuerRef' },
      ),
    ];
  const elsewhere = named.find((one) => one.kind === kind);
  if (elsewhere)
    return [
      found(
        'MESH_REFERENCE',
        place,
        `its Issuer ${quoteForeign(name)} is in ${quoteForeign(elsewhere.namespace ?? '')}, and signs there alone`,
        { mend: 'name one of its own namespace, or a ClusterIssuer' },
      ),
    ];
  return [
    found(
      'MESH_REFERENCE',
      place,
      other
        ? `its ${kind} ${quoteForeign(name)} is not among what was given; ${quoteForeign(name)} is there as ${other.kind}`
        : `its ${kind} ${quoteForeign(name)} is not among what was given`,
      { severity: 'info' },
    ),
  ];
}

function writtenFindings(certificate: Resource, stream: Stream): readonly MeshFinding[] {
  const { place, namespace } = certificate;
  const name = textAt(specOf(certificate), 'secretName') ?? '';
  if (name === '') return [];
  const same = stream.certificates.find(
    (one) =>
      one !== certificate &&
      textAt(specOf(one), 'secretName') === name &&
      mayBeSame(one.namespace, namespace),
  );
  const signing = stream.issuers.find(
    (one) =>
      caSecretOf(one) === name &&
      mayBeSame(secretNamespaceOf(one, stream), namespace) &&
      specOf(certificate)['isCA'] !== true,
  );
  return [
    ...(same
      ? [
          found(
            'MESH_REFERENCE',
            place,
            `${quoteForeign(same.title)} writes the Secret ${quoteForeign(name)} too: each issues it anew again and again`,
            { mend: 'give each a secretName of its own' },
          ),
        ]
      : []),
    ...(signing
      ? [
          found(
            'MESH_REFERENCE',
            place,
            `it writes over the Secret ${quoteForeign(name)}, with which ${quoteForeign(signing.title)} signs`,
            { mend: 'give it a secretName of its own' },
          ),
        ]
      : []),
  ];
}
