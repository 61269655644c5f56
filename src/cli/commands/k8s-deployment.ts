// mtls k8s deployment: a program that reads its certificate, key and roots from files.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { RootsSource } from '../../manifest/deployment.ts';
import { WORKLOAD_KINDS, WORKLOADS } from '../../manifest/workload-kinds.ts';
import { argument, choice, defineCommand, flag, value, type OptionValues } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { readNumber } from '../number-option.ts';

const FILES = 'Files in the container:';

const OPTIONS = {
  secret: value('--secret <name>', 'the Secret with tls.crt, tls.key and ca.crt', FILES),
  caConfigmap: value(
    '--ca-configmap <name>',
    'the roots from a ConfigMap in place of the Secret’s; NAME or NAME:KEY',
    FILES,
  ),
  trustBundle: value('--trust-bundle <name>', 'the roots from a ClusterTrustBundle', FILES),
  mount: value('--mount <path>', 'where they are in the container; /etc/mtls by default', FILES),
  fsGroup: value('--fs-group <gid>', 'the group that may read them; 65532 by default', FILES),
  reloader: flag('--reloader', 'annotate for Stakater Reloader: restart when they change', FILES),
  image: value('--image <image>', 'the image of the program'),
  port: value('--port <port>', 'the port that it listens on'),
  replicas: value('--replicas <n>', 'how many Pods; 1 by default'),
  container: value('--container <name>', 'name of the container; the workload’s by default'),
  serviceAccount: value('--service-account <name>', 'the account that the Pods run as'),
  patch: flag('--patch', 'a strategic merge patch for a workload that is there'),
  kind: choice('--kind <kind>', WORKLOAD_KINDS, 'with --patch: its kind; deployment by default'),
  ...OBJECT_OPTIONS,
} as const;

const DEFAULT_GROUP = 65532;
const DEFAULT_MOUNT = '/etc/mtls';

export const command = defineCommand({
  description:
    'Print a Deployment whose container finds its certificate, key and roots in /etc/mtls: ' +
    'read-only, of mode 0400 and a group of its own, by the paths in TLS_CERT_FILE, TLS_KEY_FILE ' +
    'and TLS_CA_FILE, and renewed in place. --patch prints the same for a workload that is there, ' +
    'of whatever --kind.',
  arguments: { name: argument('required', 'name', 'name of the Deployment, or what is patched') },
  options: OPTIONS,
  examples: [
    {
      line: 'mtls k8s deployment api --secret api-tls --image example.org/api --port 8443',
      does: 'a whole Deployment',
    },
    {
      line: 'mtls k8s deployment api --secret api-tls --patch --kustomize overlays/prod',
      does: 'as a patch that kustomize applies',
    },
    {
      line: 'mtls k8s deployment db --patch --kind statefulset --secret db-tls --reloader',
      does: 'for a StatefulSet, restarted when the certificate changes',
    },
    {
      line: 'mtls k8s deployment api --secret api-tls --image api --ca-configmap mtls-roots',
      does: 'the roots from a ConfigMap, as trust-manager writes it',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { patch, image, secret, container } = options;
    const meta = readMeta(args.name, options);
    if (secret === undefined)
      throw new MtlsError('USAGE', 'no Secret to mount', {
        hint: 'name it: --secret api-tls; mtls k8s secret makes one',
      });
    const files = {
      ...meta,
      secret,
      roots: readRoots(options),
      mountPath: readMount(options.mount ?? DEFAULT_MOUNT),
      fsGroup: readNumber('--fs-group', options.fsGroup, 1, 2 ** 31 - 1) ?? DEFAULT_GROUP,
      container,
      reloader: options.reloader,
    };
    const port = readNumber('--port', options.port, 1, 65535);
    const replicas = readNumber('--replicas', options.replicas, 0, 100_000);
    const { serviceAccount } = options;
    if (patch && [image, port, replicas, serviceAccount].some((one) => one !== undefined))
      throw new MtlsError('USAGE', 'a patch leaves image, port, replicas and account alone', {
        hint: 'leave them out, or leave --patch out',
      });
    const { kind = 'deployment' } = options;
    if (!patch && kind !== 'deployment')
      throw new MtlsError('USAGE', `a whole ${WORKLOADS[kind].kind} is not made here`, {
        hint: 'give one that is there its files with --patch',
      });
    const stem = `${kind}-${meta.name}${patch ? '-mtls' : ''}`;
    const place = await manifestPlace(options, context, stem, patch);
    const template = givenTemplate(options, context);
    // YAML is loaded where a manifest is made
    const { deployment, workloadPatch } = await import('../../manifest/deployment.ts');
    const yaml = patch
      ? workloadPatch(files, kind, template)
      : deployment({ ...files, image: imageOf(image), port, replicas, serviceAccount }, template);
    if (patch && container === undefined)
      output.note(
        `the patch is for the container ${quoteForeign(meta.name)}: where it is called otherwise, name it with --container, or a second one is added`,
      );
    if (kind === 'job')
      output.note('the Pods of a Job that is there stay as they are: merge it before it is made');
    const { kind: title } = WORKLOADS[kind];
    await deliverManifest(output, place, {
      yaml,
      title: `${patch ? `patch of the ${title}` : title} ${quoteForeign(meta.name)}`,
      facts: () => ({
        kind: title,
        name: meta.name,
        namespace: meta.namespace ?? null,
        secret,
        patch,
      }),
    });
    return 0;
  },
});

function imageOf(image: string | undefined): string {
  if (image !== undefined) return image;
  throw new MtlsError('USAGE', 'no image to run', {
    hint: 'name it: --image example.org/api:1.2.3; or --patch a Deployment that is there',
  });
}

function readRoots({
  caConfigmap,
  trustBundle,
}: OptionValues<typeof OPTIONS>): RootsSource | undefined {
  if (caConfigmap !== undefined && trustBundle !== undefined)
    throw new MtlsError('USAGE', '--ca-configmap and --trust-bundle exclude each other', {
      hint: 'the roots come from one of them',
    });
  if (trustBundle !== undefined) return { kind: 'trustBundle', name: trustBundle };
  if (caConfigmap === undefined) return undefined;
  const [name = '', key = 'ca.crt'] = caConfigmap.split(/:(.*)/s);
  return { kind: 'configMap', name, key };
}

function readMount(path: string): string {
  if (/^(?:\/[\w.-]+)+$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path)) return path;
  throw new MtlsError('BAD_OPTION', `--mount does not take ${quoteForeign(path)}`, {
    hint: 'give an absolute path such as /etc/mtls',
  });
}
