// mtls sign: certificates from PKCS#10 requests.
import { basename, dirname, extname, join, resolve } from 'node:path';
import { readDefaults } from '../../ca/defaults.ts';
import { issue, type IssueOptions } from '../../ca/issue.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { readCsr } from '../../ca/csr.ts';
import { describeKey } from '../../crypto/key.ts';
import { formatDn } from '../../name/dn.ts';
import { formatGeneralName } from '../../name/san.ts';
import { planRequest } from '../../profile/allow.ts';
import { parseNamePattern } from '../../profile/name-pattern.ts';
import type { IssuePlan } from '../../profile/plan.ts';
import { refuseTaken } from '../../store/atomic.ts';
import { readBoundedFile } from '../../store/read.ts';
import type { CertificationRequest } from '../../x509/csr.ts';
import { CA_OPTION, locateHome, openCa, sayNotices } from '../authority.ts';
import { inTurn } from '../batch.ts';
import { argument, defineCommand, flag, value, values } from '../command.ts';
import { PROFILE_OPTION, readProfile, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { askYesNo, mayAsk } from '../prompt.ts';
import { issuedBlock, issuedJson, issuedTitle } from '../render/issued.ts';
import { planJson, planText } from '../render/plan.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';

/** A request with all its names is a few kilobytes. */
const MAX_REQUEST = 1024 * 1024;

interface Planned {
  readonly path: string;
  readonly request: CertificationRequest;
  readonly plan: IssuePlan;
  readonly delivery: NonNullable<IssueOptions['delivery']>;
}

export const command = defineCommand({
  description:
    'Make certificates from PKCS#10 requests. From a request come its key and its names, and ' +
    'nothing else: no CA bit, no key usage, no other extension. Its signature is checked ' +
    'first. On a terminal it shows what is asked for and waits for a yes; --allow bounds the ' +
    'names.',
  arguments: { request: argument('some', 'request', 'files with requests, PEM or DER') },
  options: {
    ...CA_OPTION,
    ...PROFILE_OPTION,
    ...VALIDITY_OPTIONS,
    allow: values(
      '--allow <pattern>',
      'sign only names like this: example.org, *.example.org, **.example.org, 10.0.0.0/8, *@example.org, spiffe://example.org/ns/*/sa/*; and of the subject beside its names only this: O=Example, CN=*',
      'What may be signed:',
    ),
    out: value(
      '--out <folder>',
      'where the certificates go; beside the request by default',
      'Files:',
    ),
    force: flag('--force', 'replace files that are there', 'Files:'),
    dryRun: flag('--dry-run', 'show what would be signed, and sign nothing'),
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    { line: 'mtls sign api.csr', does: 'api.crt and ca.crt beside it' },
    {
      line: "mtls sign *.csr --allow '**.example.internal' --profile peer --yes",
      does: 'all of them, bounded, in a script',
    },
  ],
  exitCodes: [
    0,
    2,
    3,
    4,
    [6, 'some were signed before one failed'],
    [7, 'a bad signature, a name outside --allow or the CA’s constraints, or a no'],
  ],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    const { clock, cwd } = context;
    const now = clock();
    const patterns = options.allow.map(parseNamePattern);
    const signing = { ...readProfile(options), ...readValidity(options, now) };
    const authority = openCa(invocation, options.ca);
    const defaults = await readDefaults(locateHome(invocation));

    // All are judged before one is signed
    const planned: Planned[] = args.request.map((file) => {
      const path = resolve(cwd, file);
      const request = readRequest(path);
      const plan = planRequest(request, { ...signing, allow: patterns }, authority.path, {
        now,
        defaults,
      });
      const delivery = deliveryBeside(path, options.out && resolve(cwd, options.out));
      return { path, request, plan, delivery };
    });
    for (const { plan } of planned) for (const warning of plan.warnings) output.warn(warning);

    if (options.dryRun) {
      output.result({
        json: () => ({
          dryRun: true,
          ca: authority.store.name,
          requests: planned.map(({ path, plan }) => ({ path, ...planJson(plan) })),
        }),
        text: () => planned.map(({ plan }) => planText(plan, output.style)).join('\n\n'),
      });
      return 0;
    }
    refuseTaken(
      planned.map(({ delivery }) => delivery.paths.certificate),
      { force: options.force },
    );
    for (const { path, request } of planned) {
      output.note(`${basename(path)} asks for`);
      for (const name of request.names) output.note(`  ${formatGeneralName(name)}`);
      output.note(`  subject ${formatDn(request.subject) || '(empty)'}`);
      output.note(`  key ${describeKey(request.publicKey)}`);
    }
    if (
      mayAsk(context, globals) &&
      !(await askYesNo(context, `Sign with CA ${quoteForeign(authority.store.name)}?`, false))
    )
      throw new MtlsError('DECLINED', 'nothing was signed');

    const signer = await unlockCa(invocation, options, authority);
    const lock = lockOptions(invocation);
    const signed = await inTurn(invocation, planned, {
      title: ({ path }) => basename(path),
      verb: 'signed',
      work: ({ plan, delivery }) =>
        issue(authority, signer, plan, { clock, delivery, force: options.force, lock }),
    });
    for (const { notices } of signed) sayNotices(invocation, notices);
    output.result({
      ok: signed.length === planned.length,
      json: () => ({
        certificates: signed.map((issued) => issuedJson(issued, authority.store.name)),
      }),
      text: () =>
        signed
          .map(
            (issued) =>
              `signed ${issuedTitle(issued)} by CA ${quoteForeign(authority.store.name)}\n` +
              issuedBlock(issued, now, cwd, output.style),
          )
          .join('\n'),
    });
    return signed.length === planned.length ? 0 : 6;
  },
});

/** `api.csr` becomes `api.crt`, in its folder or in the one given. */
function deliveryBeside(request: string, out: string | undefined): Planned['delivery'] {
  const folder = out ?? dirname(request);
  const stem = basename(request, extname(request));
  return {
    folder,
    paths: { certificate: join(folder, `${stem}.crt`), roots: join(folder, 'ca.crt') },
  };
}

function readRequest(path: string): CertificationRequest {
  return readCsr(readBoundedFile(path, { max: MAX_REQUEST, what: 'the request' }), path);
}
