// Deployments of programs that read a certificate, its key and the roots from files, and patches that
// give other workloads theirs.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import {
  checkDataKey,
  checkImage,
  checkLabelValue,
  checkNamespace,
  checkObjectName,
} from './kubernetes-names.ts';
import { WORKLOADS, type WorkloadKind } from './workload-kinds.ts';
import { renderManifest, type GivenTemplate, type TemplateData } from './render.ts';

/** Where the roots come from; absent: `ca.crt` of the Secret. */
export type RootsSource =
  | { readonly kind: 'configMap'; readonly name: string; readonly key: string }
  | { readonly kind: 'trustBundle'; readonly name: string };

/** What both a Deployment and a patch say. */
export interface MountedFiles extends ObjectMeta {
  /** Of type kubernetes.io/tls: `tls.crt`, `tls.key`, and `ca.crt` unless there is `roots`. */
  readonly secret: string;
  readonly roots?: RootsSource | undefined;
  /** Absolute: `/etc/mtls`. */
  readonly mountPath: string;
  /** The group that the files are given to. */
  readonly fsGroup: number;
  /** The workload's name where absent. */
  readonly container?: string | undefined;
  /** For Stakater Reloader: restart when the Secret or ConfigMap changes. */
  readonly reloader?: boolean | undefined;
}

export interface Deployment extends MountedFiles {
  readonly image: string;
  readonly port?: number | undefined;
  readonly replicas?: number | undefined;
  readonly serviceAccount?: string | undefined;
}

/** Only their owner reads them: 0400. In decimal, since YAML 1.1 and 1.2 read octal differently. */
const OWNER_READS = 0o400;

/** The label by which a Deployment finds its Pods. */
const NAME_LABEL = 'app.kubernetes.io/name';

/** A Deployment in YAML. Throws BAD_NAME, BAD_OPTION. */
export function deployment(wanted: Deployment, template?: GivenTemplate): string {
  const { image, port, replicas, serviceAccount, labels, name } = wanted;
  checkLabelValue(name);
  checkImage(image);
  if (serviceAccount !== undefined) checkObjectName(serviceAccount);
  if (labels?.[NAME_LABEL] !== undefined && labels[NAME_LABEL] !== name)
    throw new MtlsError('BAD_OPTION', `the label ${NAME_LABEL} is the Deployment’s name`, {
      hint: 'leave it out: it is set',
    });
  const values = {
    ...filesOf(wanted),
    image,
    replicas,
    serviceAccount,
    podLabels: { ...labels, [NAME_LABEL]: name },
    ports: port === undefined ? undefined : [{ name: 'https', containerPort: port }],
    probe: port === undefined ? undefined : { tcpSocket: { port: 'https' } },
  };
  return renderManifest('kubernetes/deployment.yaml', values, template);
}

/** A strategic merge patch that gives a workload its files. Throws BAD_NAME, BAD_OPTION. */
export function workloadPatch(
  wanted: MountedFiles,
  kind: WorkloadKind = 'deployment',
  template?: GivenTemplate,
): string {
  // The Pods of a CronJob are a level deeper
  const file = kind === 'cronjob' ? 'cronjob-patch' : 'deployment-patch';
  const values = { ...WORKLOADS[kind], ...filesOf(wanted), volume: volumeOver(wanted) };
  return renderManifest(`kubernetes/${file}.yaml`, values, template);
}

function filesOf(wanted: MountedFiles): Readonly<Record<string, TemplateData | undefined>> {
  const { name, secret, roots, mountPath, fsGroup, container = name, reloader } = wanted;
  checkObjectName(secret);
  if (roots) checkRoots(roots);
  // A container's name is a label as a namespace's is
  if (container.length > 63 || container.includes('.'))
    throw new MtlsError('BAD_NAME', `${quoteForeign(container)} is no name of a container`, {
      hint: 'name it with --container: lower-case letters, digits and dashes, at most 63',
    });
  checkNamespace(container);
  const meta = metaOf(wanted);
  return {
    ...meta,
    container,
    mountPath,
    fsGroup,
    certFile: `${mountPath}/tls.crt`,
    keyFile: `${mountPath}/tls.key`,
    caFile: `${mountPath}/ca.crt`,
    reloader: reloader === true ? reloaderNotes(secret, roots) : undefined,
    volume: volumeOf(wanted),
  };
}

function checkRoots(roots: RootsSource): void {
  // Before the last colon of a bundle's name is that of its signer
  for (const name of roots.kind === 'trustBundle' ? roots.name.split(':') : [roots.name])
    checkObjectName(name);
  if (roots.kind === 'configMap') checkDataKey(roots.key);
}

type Mounted = Pick<MountedFiles, 'secret' | 'roots'>;
type Volume = Readonly<Record<string, TemplateData>>;

function volumeOf({ secret, roots }: Mounted): Volume {
  return { name: 'mtls', ...volumeSource(secret, roots) };
}

/** The volume of a patch. A null takes a field away: the one that is there may be of the other kind. */
function volumeOver(mounted: Mounted): Volume {
  const other = mounted.roots ? { secret: null } : { projected: null };
  return { ...volumeOf(mounted), ...other };
}

function volumeSource(secret: string, roots: RootsSource | undefined): Volume {
  if (!roots) return { secret: { secretName: secret, defaultMode: OWNER_READS } };
  const pair = ['tls.crt', 'tls.key'].map((key) => ({ key, path: key }));
  return {
    projected: {
      defaultMode: OWNER_READS,
      sources: [{ secret: { name: secret, items: pair } }, rootsProjection(roots)],
    },
  };
}

function rootsProjection(roots: RootsSource): TemplateData {
  if (roots.kind === 'trustBundle')
    return { clusterTrustBundle: { name: roots.name, path: 'ca.crt' } };
  return { configMap: { name: roots.name, items: [{ key: roots.key, path: 'ca.crt' }] } };
}

function reloaderNotes(secret: string, roots: RootsSource | undefined): TemplateData {
  return {
    'secret.reloader.stakater.com/reload': secret,
    'configmap.reloader.stakater.com/reload': roots?.kind === 'configMap' ? roots.name : undefined,
  };
}
