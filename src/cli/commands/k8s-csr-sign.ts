// mtls k8s csr sign: certificates for CertificateSigningRequests, by a CA of the home.
import { readDefaults } from '../../ca/defaults.ts';
import { issue } from '../../ca/issue.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { CsrChange, CsrCondition } from '../../manifest/csr.ts';
import type { CsrObject } from '../../manifest/csr-object.ts';
import { parseDuration } from '../../profile/duration.ts';
import { parseNamePattern } from '../../profile/name-pattern.ts';
import type { IssuePlan } from '../../profile/plan.ts';
import { CA_OPTION, locateHome, openCa, sayNotices } from '../authority.ts';
import { inTurn } from '../batch.ts';
import { defineCommand, flag, value, values } from '../command.ts';
import {
  askedJson,
  CSR_FILE_ARGUMENT,
  CSR_MANIFEST_OPTIONS,
  readCsrs,
  refuseDone,
  sayAsked,
  type AskedCsr,
} from '../csr-manifest.ts';
import { PROFILE_OPTION, readProfile } from '../identity.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { askYesNo, mayAsk } from '../prompt.ts';
import { issuedJson } from '../render/issued.ts';
import { planJson, planText } from '../render/plan.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';

interface Planned extends AskedCsr {
  readonly plan: IssuePlan;
}

const JUDGING = 'What may be signed:';

export const command = defineCommand({
  description:
    'Sign CertificateSigningRequests in YAML or JSON with a CA of the home. Each is judged ' +
    'first: it must be approved, and neither denied nor issued; its usages must be those of a ' +
    'profile, and its subject and names as its signer demands. From the request come its key and ' +
    'its names, as with mtls sign. What comes out is the same document with status.certificate ' +
    'in it: leaf, then intermediates.',
  arguments: { file: CSR_FILE_ARGUMENT },
  options: {
    ...CA_OPTION,
    ...PROFILE_OPTION,
    ttl: value(
      '--ttl <time>',
      'longest lifetime, such as 24h or 90d; a request’s expirationSeconds may shorten it',
      'Validity and key:',
    ),
    allow: values(
      '--allow <pattern>',
      'sign only names like this: example.org, *.example.org, **.example.org, 10.0.0.0/8, *@example.org, spiffe://example.org/ns/*/sa/*; and of the subject beside its names only this: O=Example, CN=*',
      JUDGING,
    ),
    allowSystem: flag(
      '--allow-system',
      'sign for users and groups whose names begin with system:, such as nodes',
      JUDGING,
    ),
    approve: flag('--approve', 'approve what is not approved yet, and sign it', JUDGING),
    dryRun: flag('--dry-run', 'show what would be signed, and sign nothing'),
    ...CSR_MANIFEST_OPTIONS,
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    {
      line: 'mtls k8s csr sign api.yaml | kubectl replace --subresource=status -f -',
      does: 'sign what is approved, from kubectl get csr api -o yaml, and send it',
    },
    {
      line: "mtls k8s csr sign all.yaml --only web --allow '**.prod.svc' --ttl 24h",
      does: 'one of several, bounded',
    },
    {
      line: 'mtls k8s csr sign api.yaml --approve',
      does: 'offline; the API server takes the approval first, and then the certificate',
    },
  ],
  exitCodes: [
    0,
    2,
    3,
    4,
    [6, 'some were signed, and are in what came out'],
    [7, 'not approved, or answered already; usages, names or a signer refused; a no'],
  ],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    const { clock } = context;
    const now = clock();
    const { file, force } = options;
    const place = await manifestPlace({ file, force, kustomize: undefined }, context, 'csr');
    const longest = options.ttl === undefined ? undefined : parseDuration(options.ttl);
    const rules = {
      ...readProfile(options),
      longest,
      allow: options.allow.map(parseNamePattern),
      allowSystem: options.allowSystem,
    };
    const authority = openCa(invocation, options.ca);
    const defaults = await readDefaults(locateHome(invocation));
    const { manifest, asked } = await readCsrs(context, args.file, options);

    // All are judged before one is signed
    const { planCsrObject } = await import('../../manifest/csr-plan.ts');
    const planned: Planned[] = asked.map((one) => {
      refuseDone(one.object, asked.length > 1);
      if (!options.approve) refuseUnapproved(one.object);
      const plan = saying(asked.length > 1 ? one.object.name : undefined, () =>
        planCsrObject(one, rules, authority.path, { now, defaults }),
      );
      return { ...one, plan };
    });
    for (const one of planned) {
      sayAsked(output, one);
      for (const warning of one.plan.warnings) output.warn(warning);
    }
    const ca = quoteForeign(authority.store.name);
    if (options.dryRun) {
      output.result({
        json: () => ({
          dryRun: true,
          ca: authority.store.name,
          requests: planned.map((one) => ({ ...askedJson(one), ...planJson(one.plan) })),
        }),
        text: () => planned.map(({ plan }) => planText(plan, output.style)).join('\n\n'),
      });
      return 0;
    }
    if (mayAsk(context, globals) && !(await askYesNo(context, `Sign with CA ${ca}?`, false)))
      throw new MtlsError('DECLINED', 'nothing was signed');

    const signer = await unlockCa(invocation, options, authority);
    const lock = lockOptions(invocation);
    const signed = await inTurn(invocation, planned, {
      title: ({ object }) => object.name,
      verb: 'signed',
      work: async ({ object, plan }) => {
        return { object, issued: await issue(authority, signer, plan, { clock, lock }) };
      },
    });
    const changes = new Map<CsrObject, CsrChange>(
      signed.map(({ object, issued }) => [
        object,
        {
          certificate: encodeBundle(issued.chain),
          ...(object.state === 'pending' && { condition: approval(now) }),
        },
      ]),
    );
    for (const { issued } of signed) sayNotices(invocation, issued.notices);
    await deliverManifest(output, place, {
      yaml: manifest.changed(changes),
      title: `${signed.length} ${signed.length === 1 ? 'request' : 'requests'} signed by CA ${ca}`,
      ok: signed.length === planned.length,
      facts: () => ({
        certificates: signed.map(({ object, issued }) => ({
          request: object.name,
          signerName: object.signerName,
          ...issuedJson(issued, authority.store.name),
        })),
      }),
    });
    return signed.length === planned.length ? 0 : 6;
  },
});

/** Of several, the one that is refused is named. */
function saying(name: string | undefined, judge: () => IssuePlan): IssuePlan {
  try {
    return judge();
  } catch (cause) {
    if (name === undefined || !(cause instanceof MtlsError) || cause.code === 'INTERNAL')
      throw cause;
    const { code, message, hint, data } = cause;
    throw new MtlsError(code, `${quoteForeign(name)}: ${message}`, {
      hint,
      data: { ...data, request: name },
      cause,
    });
  }
}

function approval(at: Date): CsrCondition {
  return {
    type: 'Approved',
    reason: 'MtlsApprove',
    message: 'approved with mtls k8s csr sign',
    at,
  };
}

function refuseUnapproved({ name, state }: CsrObject): void {
  if (state === 'approved') return;
  throw new MtlsError('CSR_NOT_APPROVED', `the request ${quoteForeign(name)} is not approved`, {
    hint: 'look at what it asks for, then: mtls k8s csr approve, kubectl certificate approve, or --approve here',
    data: { name, state },
  });
}
