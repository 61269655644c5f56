// mtls k8s csr create: a CertificateSigningRequest, and the key that it is for.
import { dirname, join, resolve } from 'node:path';
import { makeCsr, readCsr } from '../../ca/csr.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { generateKeyAsync } from '../../crypto/generate.ts';
import { describeKey } from '../../crypto/key.ts';
import { formatDn } from '../../name/dn.ts';
import { formatGeneralName } from '../../name/san.ts';
import { planCsr } from '../../profile/csr.ts';
import { parseDuration } from '../../profile/duration.ts';
import { refuseTaken, writeFileAtomic } from '../../store/atomic.ts';
import { makeFolder } from '../../store/folder.ts';
import { readBoundedFile } from '../../store/read.ts';
import type { CertificationRequest } from '../../x509/csr.ts';
import { argument, defineCommand, value, values, type OptionValues } from '../command.ts';
import type { Reaching } from '../authority.ts';
import {
  KEY_TYPE_OPTION,
  NAME_OPTIONS,
  readKeyType,
  readNames,
  readSubject,
  refuseFiles,
} from '../identity.ts';
import { CLUSTER_OBJECT_OPTIONS, givenTemplate, readMeta } from '../k8s-options.ts';
import { readKeyFile } from '../key-file.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { shellWord } from '../render/shell.ts';
import { PASSPHRASE_OPTIONS } from '../secrets.ts';

const ASKED = 'What is asked for:';
const MAX_REQUEST = 1024 * 1024;

const OPTIONS = {
  csr: value('--csr <file>', 'wrap this PKCS#10 request instead of making one', ASKED),
  signerName: value(
    '--signer-name <signer>',
    'who shall sign, such as example.org/workloads',
    ASKED,
  ),
  usages: values(
    '--usages <usages>',
    'such as "digital signature,server auth"; what the names and the signer ask for by default',
    ASKED,
  ),
  expiration: value('--expiration <time>', 'wanted lifetime, such as 24h; at least 10m', ASKED),
  ...KEY_TYPE_OPTION,
  key: value('--key <file>', 'use this private key instead of a new one', 'Validity and key:'),
  keyOut: value(
    '--key-out <file>',
    'the new key goes here; <name>.key beside the manifest by default',
    'Validity and key:',
  ),
  ...NAME_OPTIONS,
  ...CLUSTER_OBJECT_OPTIONS,
  ...PASSPHRASE_OPTIONS,
} as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  description:
    'Print a CertificateSigningRequest (certificates.k8s.io/v1) for a new key, which is written ' +
    'to <name>.key with mode 0600, for a key that is there, or from a PKCS#10 request. It is ' +
    'held to the rules of Kubernetes’ own signers; kubernetes.io/legacy-unknown is gone.',
  arguments: {
    name: argument('required', 'name', 'name of the CertificateSigningRequest'),
    identity: argument('any', 'identity', 'DNS name, IP address or spiffe://… ID: whom it is for'),
  },
  options: OPTIONS,
  examples: [
    {
      line: 'mtls k8s csr create api api.prod.svc --signer-name example.org/workloads',
      does: 'pipe it to kubectl apply -f -; the key stays here, in api.key',
    },
    {
      line: 'mtls k8s csr create api --csr api.csr --signer-name example.org/workloads',
      does: 'a request that is there',
    },
    {
      line: 'mtls k8s csr create jane --cn jane --signer-name "$SIGNER" --expiration 24h',
      does: 'a user of the cluster: SIGNER=kubernetes.io/kube-apiserver-client',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a file exists, or the signer takes no such request']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { signerName } = options;
    const meta = readMeta(args.name, { label: options.label, namespace: undefined });
    if (signerName === undefined)
      throw new MtlsError('USAGE', 'nobody is named to sign', {
        hint: 'add --signer-name example.org/workloads, or kubernetes.io/kube-apiserver-client',
      });
    const place = await manifestPlace(options, context, `csr-${meta.name}`);
    const template = givenTemplate(options, context);
    // YAML is loaded where a manifest is made
    const { newCsr } = await import('../../manifest/csr-create.ts');
    const { parseUsages } = await import('../../manifest/csr-usages.ts');
    const usages = parseUsages(options.usages);
    const expiration =
      options.expiration === undefined ? undefined : parseDuration(options.expiration);
    const folder = place === undefined ? context.cwd : dirname(place.path);
    const keyPath = resolve(context.cwd, options.keyOut ?? join(folder, `${meta.name}.key`));
    const { request, key } = await requestOf(invocation, args.identity, options, keyPath);
    const made = newCsr({ ...meta, request, signerName, usages, expiration }, template);
    if (key !== undefined) {
      if (place?.kustomize !== undefined) makeFolder(place.kustomize, 0o755);
      writeFileAtomic({ path: keyPath, bytes: key, mode: 0o600 }, { force: options.force });
      output.note(`wrote ${shellWord(keyPath)}: private key, mode 0600`);
    }
    await deliverManifest(output, place, {
      yaml: made.yaml,
      title: `CertificateSigningRequest ${quoteForeign(meta.name)}`,
      facts: () => ({
        name: meta.name,
        signerName,
        usages: made.usages,
        expirationSeconds: made.expirationSeconds ?? null,
        subject: formatDn(request.subject),
        names: request.names.map(formatGeneralName),
        key: describeKey(request.publicKey),
        files: key === undefined ? {} : { key: keyPath },
      }),
    });
    return 0;
  },
});

interface Wanted {
  readonly request: CertificationRequest;
  /** PEM of a key that was made for it. */
  readonly key: string | undefined;
}

async function requestOf(
  reaching: Reaching,
  identities: readonly string[],
  options: Options,
  keyPath: string,
): Promise<Wanted> {
  const { context, output } = reaching;
  const names = readNames(identities, options);
  const wanted = readSubject(options);
  if (options.csr !== undefined) {
    const more = [options.key, options.keyOut, options.keyType, options.cn, options.subject];
    if (names.length > 0 || more.some((one) => one !== undefined))
      throw new MtlsError('USAGE', 'a request that is there has its names and its key', {
        hint: 'leave --csr out to make a new one',
      });
    const path = resolve(context.cwd, options.csr);
    const bytes = readBoundedFile(path, { max: MAX_REQUEST, what: 'the request' });
    return { request: readCsr(bytes, options.csr), key: undefined };
  }
  refuseFiles(identities, context.cwd);
  const plan = planCsr(names, wanted);
  for (const warning of plan.warnings) output.warn(warning);
  if (options.key !== undefined) {
    if (options.keyOut !== undefined || options.keyType !== undefined)
      throw new MtlsError('USAGE', '--key excludes --key-out and --key-type', {
        hint: 'leave --key out to make a new key',
      });
    const key = await readKeyFile(reaching, options, resolve(context.cwd, options.key));
    return { request: await makeCsr(plan, key), key: undefined };
  }
  refuseTaken([keyPath], { force: options.force });
  const key = await generateKeyAsync(readKeyType(options).keyType ?? plan.keyType);
  return { request: await makeCsr(plan, key), key: writePrivateKey(key) };
}
