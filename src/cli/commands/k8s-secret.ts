// mtls k8s secret: a workload's Secret, checked before it is printed.
import { resolve } from 'node:path';
import { readDefaults } from '../../ca/defaults.ts';
import { issue } from '../../ca/issue.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import type { PrivateKey } from '../../crypto/key.ts';
import { formatGeneralName } from '../../name/san.ts';
import { checkWorkload, type Workload } from '../../manifest/workload.ts';
import { resolveLeaf } from '../../profile/resolve.ts';
import { invariant } from '../../base/assert.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { locateHome, openCa, sayNotices, undivided } from '../authority.ts';
import { argument, defineCommand, flag, value, type OptionValues } from '../command.ts';
import {
  KEY_TYPE_OPTION,
  PROFILE_OPTION,
  readKeyType,
  readNames,
  readProfile,
  readValidity,
  VALIDITY_OPTIONS,
} from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { readKeyFile } from '../key-file.ts';
import { certificateFacts } from '../render/authority.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';
import { certificatesInHome } from '../root-key.ts';
import { readSource } from '../source.ts';
import { homeCrls } from '../home-crls.ts';
import { warnOfFixtures } from '../test-fixtures.ts';
import { gatherTrust } from '../trust.ts';
import type { Reaching } from '../authority.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';

const OPTIONS = {
  cert: value('--cert <file>', 'the certificate, with its chain in any order'),
  key: value('--key <file>', 'its private key'),
  ca: value('--ca <ca>', 'the roots for ca.crt: a CA of the home, or a file (with a / or .)'),
  issue: flag(
    '--issue',
    'issue for the names that follow the Secret’s, instead of --cert and --key',
  ),
  opaque: flag('--opaque', 'type Opaque in place of kubernetes.io/tls'),
  ...OBJECT_OPTIONS,
  ...PROFILE_OPTION,
  ...VALIDITY_OPTIONS,
  ...KEY_TYPE_OPTION,
  ...CA_KEY_OPTIONS,
  ...LOCK_OPTIONS,
} as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  description:
    'Print a Secret of type kubernetes.io/tls: tls.crt (certificate, then intermediates), ' +
    'tls.key and ca.crt (roots). Checked first: the key is the certificate’s, the chain ' +
    'verifies to the roots, no CA’s key is in it, and Kubernetes takes the names.',
  arguments: {
    name: argument('required', 'name', 'name of the Secret'),
    identity: argument('any', 'identity', 'with --issue: whom to issue for'),
  },
  options: OPTIONS,
  examples: [
    {
      line: 'mtls k8s secret api-tls --cert api.crt --key api.key --ca ./ca.crt',
      does: 'pipe it to kubectl apply --server-side: no annotation copies the key',
    },
    {
      line: 'mtls k8s secret api-tls --issue api.prod.svc api.prod.svc.cluster.local',
      does: 'issue and wrap in one go; the key is in the Secret alone',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'key mismatch, a chain that does not verify, or a CA’s key']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secret: --file secret.yaml');
    const meta = readMeta(args.name, options);
    const place = await manifestPlace(options, context, `secret-${meta.name}`);
    const template = givenTemplate(options, context);
    // YAML is loaded where a manifest is made
    const { tlsSecret } = await import('../../manifest/kubernetes.ts');
    // A template that cannot be filled is said before anything is issued for it
    if (template) tlsSecret({ ...meta, certificates: '', key: '', roots: '' }, template);
    const { workload, key } = options.issue
      ? await issued(invocation, args.identity, options)
      : await fromFiles(invocation, args.identity, options);
    for (const warning of workload.warnings) output.warn(warning);
    warnOfFixtures([...workload.chain, ...workload.roots], output);
    await deliverManifest(output, place, {
      yaml: tlsSecret(
        {
          ...meta,
          certificates: encodeBundle(workload.chain),
          key: writePrivateKey(key),
          roots: encodeBundle(workload.roots),
          opaque: options.opaque,
        },
        template,
      ),
      title: `Secret ${quoteForeign(meta.name)}`,
      secret: true,
      facts: () => ({
        name: meta.name,
        namespace: meta.namespace ?? null,
        type: options.opaque ? 'Opaque' : 'kubernetes.io/tls',
        certificate: {
          ...certificateFacts(workload.leaf),
          names: workload.leaf.names.map(formatGeneralName),
        },
        chain: workload.chain.length,
        roots: workload.roots.length,
      }),
    });
    return 0;
  },
});

interface Content {
  readonly workload: Workload;
  readonly key: PrivateKey;
}

async function fromFiles(
  reaching: Reaching,
  identities: readonly string[],
  options: Options,
): Promise<Content> {
  const { context } = reaching;
  const { cert, key: keyFile } = options;
  if (identities.length > 0)
    throw new MtlsError('USAGE', `what is ${quoteForeign(identities[0] as string)} for`, {
      hint: 'to issue for it add --issue; files go behind --cert and --key',
    });
  const { ttl, notBefore, notAfter, profile, keyType } = options;
  if ([ttl, notBefore, notAfter, profile, keyType].some((one) => one !== undefined))
    throw new MtlsError('USAGE', 'a certificate that is there keeps its dates, purposes and key', {
      hint: 'to issue one, with --ttl and the like, add --issue and the names',
    });
  if (cert === undefined || keyFile === undefined)
    throw new MtlsError('USAGE', 'a Secret needs a certificate and its key', {
      hint: 'give --cert and --key, or --issue and the names',
    });
  const { certificates } = await readSource(reaching, cert, { ...reaching, options });
  if (certificates.length === 0)
    throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(cert)}`, {
      hint: 'mtls inspect says what it holds',
    });
  const key = await readKeyFile(reaching, options, resolve(context.cwd, keyFile));
  const { publicKey } = key;
  // Who the key belongs to comes first: a CA's key is refused whatever else is wrong
  const known = certificatesInHome(reaching);
  const { leaf } = checkWorkload({ certificates, publicKey, known });
  const trust = await gatherTrust(reaching, options.ca === undefined ? [] : [options.ca], {
    ...reaching,
    options,
  });
  const helpers = [...certificates, ...trust.untrusted];
  const at = context.clock();
  const { ok, fault, path } = verifyCertificate({
    leaf,
    anchors: trust.anchors,
    untrusted: helpers,
    at,
    purpose: 'any',
    crls: homeCrls(reaching, trust, { leaf, helpers }, at),
  });
  if (!ok)
    throw new MtlsError('CHAIN_INVALID', `the chain does not verify: ${fault.message}`, {
      hint: 'mtls verify shows every attempt; name the right roots with --ca',
      data: { fault: fault.code, clause: fault.clause },
    });
  const { files } = trust;
  const given = files.flatMap((file) => file.certificates);
  const anchor = path.anchor.certificate;
  const ca: readonly Certificate[] = given.length > 0 ? given : anchor ? [anchor] : [];
  return { workload: checkWorkload({ certificates: helpers, publicKey, ca, known }), key };
}

async function issued(
  reaching: Reaching,
  identities: readonly string[],
  options: Options,
): Promise<Content> {
  const { context } = reaching;
  if (options.cert !== undefined || options.key !== undefined)
    throw new MtlsError('USAGE', '--issue makes its own certificate and key', {
      hint: 'leave --cert and --key out, or leave --issue out',
    });
  if (identities.length === 0)
    throw new MtlsError('USAGE', 'nobody is named', {
      hint: 'give the names behind the Secret’s: mtls k8s secret api-tls --issue api.prod.svc',
    });
  const names = readNames(identities, { dns: [], ip: [], email: [], uri: [], spiffe: [] });
  const now = context.clock();
  const wanted = {
    names,
    ...readProfile(options),
    ...readValidity(options, now),
    ...readKeyType(options),
  };
  const authority = openCa(reaching, options.ca);
  const defaults = await readDefaults(locateHome(reaching));
  const plan = resolveLeaf(wanted, authority.path, { now, defaults });
  const signer = await unlockCa(reaching, options, authority);
  const made = await undivided(reaching, () =>
    issue(authority, signer, plan, {
      clock: context.clock,
      lock: lockOptions({ ...reaching, options }),
    }),
  );
  sayNotices(reaching, made.notices);
  const { chain, roots, key, certificate } = made;
  invariant(key, 'a certificate was issued without a key');
  return { workload: { leaf: certificate, chain, roots, warnings: plan.warnings }, key };
}
