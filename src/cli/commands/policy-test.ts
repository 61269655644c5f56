// mtls policy test: whether a policy lets a caller make a request.
import { MtlsError } from '../../base/errors.ts';
import { escapeControl, quoteForeign } from '../../base/text.ts';
import { decide } from '../../policy/decide.ts';
import { certificateTitle } from '../../x509/title.ts';
import { argument, defineCommand, value } from '../command.ts';
import { readPolicyFile } from '../policy-file.ts';
import { readSource, refuseSecondInput } from '../source.ts';

const DEFAULT = 'policy.yaml';

export const command = defineCommand({
  description:
    'Decide whether the holder of a certificate may make a request, and say why. Whether the ' +
    'certificate is valid is not asked: see mtls verify.',
  arguments: {
    certificate: argument('required', 'certificate', 'the caller’s; the first of a chain'),
    method: argument('required', 'method', 'such as GET'),
    path: argument('required', 'path', 'as it is asked for, such as /orders/7?full=1'),
  },
  options: { policy: value('--policy <file>', `the policy; ${DEFAULT} by default`) },
  examples: [
    { line: 'mtls policy test web.crt GET /orders', does: 'by policy.yaml of this folder' },
    {
      line: 'mtls policy test web.crt DELETE /orders/7 --policy prod.yaml --json',
      does: 'for scripts, which also have the exit code',
    },
  ],
  exitCodes: [[0, 'allowed'], [1, 'denied'], 2, 3],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const file = options.policy ?? DEFAULT;
    refuseSecondInput([args.certificate, file]);
    const policy = await readPolicyFile(file, context);
    const { certificates } = await readSource(invocation, args.certificate);
    const [certificate] = certificates;
    if (!certificate)
      throw new MtlsError('NOTHING_FOUND', `no certificate in ${quoteForeign(args.certificate)}`, {
        hint: 'mtls inspect says what it holds',
      });
    const { method, path } = args;
    const { allow, rule, reasons } = decide(policy, certificate, { method, path });
    output.result({
      ok: allow,
      json: () => ({
        allow,
        rule: rule?.name ?? null,
        line: rule?.line ?? null,
        reasons,
        request: { method, path },
      }),
      text: () => {
        const verdict = allow
          ? output.style.paint('good', 'allowed:')
          : output.style.paint('bad', 'denied:');
        const by = rule
          ? `rule ${rule.name} (${escapeControl(file)}, line ${rule.line})`
          : 'no rule';
        return [
          `${verdict} ${escapeControl(method)} ${escapeControl(path)} for ${certificateTitle(certificate)}, by ${by}`,
          ...reasons.map((reason) => `  ${reason}`),
        ].join('\n');
      },
    });
    return allow ? 0 : 1;
  },
});
