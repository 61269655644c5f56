// mtls policy check: whether a policy is one, and which programs can hold it.
import { inexpressible } from '../../manifest/policy/target.ts';
import { POLICY_TARGET_NAMES, POLICY_TARGETS } from '../../manifest/policy/targets.ts';
import { argument, defineCommand } from '../command.ts';
import { readPolicyFile } from '../policy-file.ts';
import { renderTable } from '../render/table.ts';

export const command = defineCommand({
  description:
    'Read a policy strictly, and say which programs can hold it. What a program cannot hold is ' +
    'named with its rule: mtls policy export refuses it there.',
  arguments: { file: argument('required', 'file', 'the policy, or - for standard input') },
  examples: [
    { line: 'mtls policy check policy.yaml', does: 'before it is committed' },
    { line: 'mtls policy check policy.yaml --json', does: 'which targets take it, for scripts' },
  ],
  exitCodes: [
    [0, 'it is a policy'],
    [3, 'it is none; the line is named'],
  ],
  async run({ args, context, output }) {
    const policy = await readPolicyFile(args.file, context);
    const { rules } = policy;
    const denying = rules.filter(({ effect }) => effect === 'deny').length;
    if (denying === rules.length) output.warn('no rule allows anything: every request is denied');
    const targets = POLICY_TARGET_NAMES.filter((name) => name !== 'rego-test').map((name) => ({
      name,
      faults: inexpressible(POLICY_TARGETS[name], policy),
    }));
    output.result({
      json: () => ({
        rules: rules.map(({ name, effect, line }) => ({ name, effect, line })),
        targets: targets.map(({ name, faults }) => ({
          target: name,
          takes: faults.length === 0,
          faults: faults.map(({ rule, why }) => ({ rule: rule.name, line: rule.line, why })),
        })),
      }),
      text: () => {
        const count = `${rules.length} rule${rules.length === 1 ? '' : 's'}`;
        const table = targets.flatMap(({ name, faults }) =>
          faults.length === 0
            ? [[`  ${name}`, 'takes it']]
            : faults.map(({ rule, why }, at) => [
                at === 0 ? `  ${name}` : '',
                `no: rule ${rule.name} (line ${rule.line}): ${why}`,
              ]),
        );
        return `${count}, ${denying} of which deny\n${renderTable(undefined, table, output.style)}`;
      },
    });
    return 0;
  },
});
