// What the API server and cert-manager's webhook refuse, by the schemas and the validation of 1.21.
import { quoteForeign } from '../../../base/text.ts';
import { isMapping, type Mapping } from '../../../codec/manifest-entries.ts';
import { checkObjectName } from '../../../manifest/kubernetes-names.ts';
import type { Resource } from '../../document.ts';
import { found, type MeshFinding } from '../mesh-set.ts';
import { mappingAt, misfits, textAt, textsAt, type Misfit } from '../shape.ts';
import { certificateMisfits } from './certificate-rules.ts';
import { isIssuer, specOf } from './objects.ts';
import { passes } from './passes.ts';
import { CERTIFICATE_SPEC, ISSUER_SPEC } from './shapes.ts';

const VERSION = 'cert-manager.io/v1';

/** Findings of one object by itself: what does not even reach cert-manager. */
export function refusals(resource: Resource): readonly MeshFinding[] {
  const { place, apiVersion, kind } = resource;
  if (apiVersion !== VERSION)
    return [
      found(
        'MESH_REFUSED',
        place,
        `${quoteForeign(apiVersion)} is served no more since cert-manager 1.6`,
        { mend: `write apiVersion: ${VERSION}` },
      ),
    ];
  const wrong = [
    ...metadataMisfits(resource),
    ...(isIssuer(resource) ? issuerMisfits(resource) : certificateAll(resource)),
  ];
  const explained = `${kind.toLowerCase()}.spec`;
  return wrong.map(({ path, what, dropped = false }) =>
    found('MESH_REFUSED', place, `${quoteForeign(path)} ${what}`, {
      ...(dropped && { severity: 'warning' }),
      mend: dropped
        ? `kubectl refuses it, and other tools drop it: kubectl explain ${explained} names those that are`
        : `kubectl explain ${explained} says what belongs there`,
    }),
  );
}

function metadataMisfits({ tree }: Resource): readonly Misfit[] {
  const name = textAt(mappingAt(tree, 'metadata'), 'name');
  const path = 'metadata.name';
  if (name === undefined || name === '') return [{ path, what: 'is missing' }];
  const named = passes(() => {
    checkObjectName(name);
  });
  return named ? [] : [{ path, what: 'is no name of an object' }];
}

function certificateAll(resource: Resource): readonly Misfit[] {
  const spec = specOf(resource);
  const shape = misfits(spec, CERTIFICATE_SPEC, 'spec');
  // What is missing or no mapping has nothing below it either
  const isSaid = (path: string) =>
    shape.some((one) => path === one.path || path.startsWith(`${one.path}.`));
  return [...shape, ...certificateMisfits(spec).filter(({ path }) => !isSaid(path))];
}

function issuerMisfits(resource: Resource): readonly Misfit[] {
  if (!isMapping(resource.tree['spec'])) return [{ path: 'spec', what: 'is missing' }];
  const spec = specOf(resource);
  const kinds = Object.keys(ISSUER_SPEC.fields).filter((kind) => isMapping(spec[kind]));
  const shape = misfits(spec, ISSUER_SPEC, 'spec');
  const seen = new Set(shape.map(({ path }) => path));
  return [
    ...shape,
    ...(kinds.length === 0 ? [{ path: 'spec', what: 'names no kind of issuer' }] : []),
    ...kinds
      .slice(1)
      .map((kind) => ({ path: `spec.${kind}`, what: `is a second kind beside ${kinds[0]}` })),
    ...(kinds[0] === 'ca' ? caMisfits(mappingAt(spec, 'ca')) : []),
  ].filter(({ path }, index) => index < shape.length || !seen.has(path));
}

function caMisfits(ca: Mapping): readonly Misfit[] {
  return [
    ...((textAt(ca, 'secretName') ?? '') === ''
      ? [{ path: 'spec.ca.secretName', what: 'is missing' }]
      : []),
    ...['ocspServers', 'issuingCertificateURLs'].flatMap((list) =>
      textsAt(ca, list).flatMap((url, index) =>
        url === '' ? [{ path: `spec.ca.${list}[${index}]`, what: 'is empty' }] : [],
      ),
    ),
  ];
}
