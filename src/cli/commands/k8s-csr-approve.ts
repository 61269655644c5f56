// mtls k8s csr approve: the Approved condition, or the Denied one, without a cluster.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { CsrChange } from '../../manifest/csr.ts';
import type { CsrObject } from '../../manifest/csr-object.ts';
import { defineCommand, flag, value } from '../command.ts';
import {
  askedJson,
  CSR_FILE_ARGUMENT,
  CSR_MANIFEST_OPTIONS,
  readCsrs,
  refuseDone,
  sayAsked,
} from '../csr-manifest.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { askYesNo, mayAsk } from '../prompt.ts';

export const command = defineCommand({
  description:
    'Approve CertificateSigningRequests in YAML or JSON, or deny them: what comes out is the ' +
    'same document with the condition added. What each asks for is shown first. Nothing is ' +
    'sent: with a cluster at hand kubectl certificate approve does the same; without it, mtls ' +
    'k8s csr sign takes the result. To send it yourself, PUT it in JSON to …/approval.',
  arguments: { file: CSR_FILE_ARGUMENT },
  options: {
    deny: flag('--deny', 'deny it instead'),
    reason: value('--reason <word>', 'the condition’s reason; MtlsApprove or MtlsDeny by default'),
    message: value('--message <text>', 'the condition’s message, for people'),
    ...CSR_MANIFEST_OPTIONS,
  },
  examples: [
    {
      line: 'mtls k8s csr approve api.yaml | mtls k8s csr sign - --ca workloads',
      does: 'without a cluster: approve, then sign',
    },
    {
      line: 'mtls k8s csr approve api.json | kubectl replace --raw "$CSR/approval" -f -',
      does: 'CSR=/apis/certificates.k8s.io/v1/certificatesigningrequests/api; JSON only',
    },
    {
      line: 'mtls k8s csr approve all.yaml --only web --deny --message "not one of ours"',
      does: 'one of several, denied',
    },
  ],
  exitCodes: [
    0,
    2,
    3,
    [7, 'a bad signature, an answer that stands already, the file exists, or a no'],
  ],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    const { deny, file, force } = options;
    const place = await manifestPlace({ file, force, kustomize: undefined }, context, 'csr');
    const { manifest, asked } = await readCsrs(context, args.file, options);
    const type = deny ? 'Denied' : 'Approved';
    for (const { object } of asked) refuse(object, deny, asked.length > 1);
    // YAML is loaded by now
    const { checkSystemNames } = await import('../../manifest/csr-signers.ts');
    for (const one of asked) {
      sayAsked(output, one);
      if (!deny)
        for (const warning of checkSystemNames(one.request.subject, true)) output.warn(warning);
    }
    if (mayAsk(context, globals) && !(await askYesNo(context, deny ? 'Deny?' : 'Approve?', false)))
      throw new MtlsError('DECLINED', deny ? 'nothing was denied' : 'nothing was approved');
    const change: CsrChange = {
      condition: {
        type,
        reason: options.reason ?? (deny ? 'MtlsDeny' : 'MtlsApprove'),
        message: options.message ?? `${deny ? 'denied' : 'approved'} with mtls k8s csr approve`,
        at: context.clock(),
      },
    };
    const changes = new Map(
      asked
        .filter(({ object }) => object.state === 'pending')
        .map(({ object }) => [object, change]),
    );
    for (const { object } of asked)
      if (!changes.has(object))
        output.warn(`${quoteForeign(object.name)} is approved already, and stays as it is`);
    await deliverManifest(output, place, {
      yaml: manifest.changed(changes),
      title: `${asked.length} ${asked.length === 1 ? 'request' : 'requests'} ${type.toLowerCase()}`,
      facts: () => ({
        condition: type,
        requests: asked.map(askedJson),
      }),
    });
    return 0;
  },
});

/** Approved and Denied exclude each other, and neither is taken back. */
function refuse(object: CsrObject, deny: boolean, several: boolean): void {
  refuseDone(object, several);
  if (!deny || object.state === 'pending') return;
  throw new MtlsError('CSR_NOT_APPROVED', `the request ${quoteForeign(object.name)} is approved`, {
    hint: 'an approval is not taken back: delete the request, and revoke what was signed',
    data: { name: object.name, state: object.state },
  });
}
