// mtls policy export: a policy as another program takes it.
import { resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { checkNamespace, checkObjectName, parseLabel } from '../../manifest/kubernetes-names.ts';
import { exportPolicy } from '../../manifest/policy/target.ts';
import {
  POLICY_TARGET_NAMES,
  POLICY_TARGETS,
  type PolicyTargetName,
} from '../../manifest/policy/targets.ts';
import { refuseTaken, writeFileAtomic } from '../../store/atomic.ts';
import { argument, choice, defineCommand, flag, value, values } from '../command.ts';
import { readPolicyFile } from '../policy-file.ts';
import { shellWord } from '../render/shell.ts';

const OBJECT = 'For Istio and Linkerd:';

/** Objects are told apart by what follows: `-allow`, `-deny`, `-paths`, a number. */
const MAX_NAME = 240;

export const command = defineCommand({
  description:
    'Write a policy for another program: authorization policies of Istio or Linkerd, filters of ' +
    'Envoy, Rego for OPA (and its tests), maps of nginx, or middleware for Go or Node in one file. ' +
    'A rule that a program cannot hold is refused, and nothing is written.',
  arguments: { file: argument('required', 'file', 'the policy, or - for standard input') },
  options: {
    to: choice('--to <target>', POLICY_TARGET_NAMES, 'the program; OPA reads rego'),
    file: value('--file <file>', 'write to a file instead of stdout'),
    force: flag('--force', 'replace the file'),
    name: value('--name <name>', 'what its objects are called; mtls-policy by default', OBJECT),
    namespace: value('-n, --namespace <name>', 'the namespace of the workload', OBJECT),
    selector: values('-l, --selector <key=value>', 'a label of the workload', OBJECT),
    port: value(
      '--port <port>',
      'the workload’s port, by number or name; Linkerd needs it',
      OBJECT,
    ),
  },
  examples: [
    {
      line: 'mtls policy export policy.yaml --to istio -n prod -l app=orders',
      does: 'pipe it to kubectl apply',
    },
    { line: 'mtls policy export policy.yaml --to rego --file policy.rego', does: 'for OPA' },
    { line: 'mtls policy export policy.yaml --to node --file policy.mjs', does: 'for Express' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the program cannot hold a rule, or the file exists']],
  async run({ args, options, context, globals, output }) {
    const { to, namespace, port } = options;
    if (to === undefined)
      throw new MtlsError('USAGE', 'no program is named', {
        hint: `say which with --to: ${POLICY_TARGET_NAMES.join(', ')}`,
      });
    refuseUnused(to, options);
    const name = options.name ?? 'mtls-policy';
    checkObjectName(name, MAX_NAME);
    if (namespace !== undefined) checkNamespace(namespace);
    checkPort(port);
    const selector = Object.fromEntries(options.selector.map(parseLabel));
    if (to === 'linkerd' && (port === undefined || options.selector.length === 0))
      throw new MtlsError('USAGE', 'Linkerd protects a port of a workload', {
        hint: 'name both: --port http --selector app=orders',
      });
    const path = options.file === undefined ? undefined : resolve(context.cwd, options.file);
    if (path !== undefined) refuseTaken([path], options);
    if (globals.json && path === undefined)
      throw new MtlsError('USAGE', 'the policy is no part of a JSON document', {
        hint: 'name a file for it: --file',
      });
    const policy = await readPolicyFile(args.file, context);
    const text = exportPolicy(POLICY_TARGETS[to], policy, { name, namespace, selector, port });
    if (path !== undefined) writeFileAtomic({ path, bytes: text, mode: 0o644 }, options);
    output.result({
      json: () => ({ target: to, rules: policy.rules.length, path }),
      ...(path === undefined
        ? { document: () => text }
        : {
            text: () =>
              `wrote ${shellWord(path)}: ${policy.rules.length} ${policy.rules.length === 1 ? 'rule' : 'rules'} for ${to}`,
          }),
    });
    return 0;
  },
});

interface ObjectOptions {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly selector: readonly string[];
  readonly port?: string | undefined;
}

/** What a program has no place for must not look as if it counted. Throws USAGE. */
function refuseUnused(to: PolicyTargetName, options: ObjectOptions): void {
  const { name, namespace, selector, port } = options;
  const inCluster = to === 'istio' || to === 'linkerd';
  const unused = [
    ...(inCluster
      ? []
      : [
          name !== undefined && '--name',
          namespace !== undefined && '--namespace',
          selector.length > 0 && '--selector',
        ]),
    to !== 'linkerd' && port !== undefined && '--port',
  ].find((option) => option !== false);
  if (unused === undefined) return;
  throw new MtlsError('USAGE', `${unused} says nothing to ${to}`, {
    hint: `leave it out; ${unused === '--port' ? 'Linkerd alone protects a port' : 'it is for the objects of Istio and Linkerd'}`,
  });
}

/** A port's number, or its name by RFC 6335 §5.1. Throws BAD_OPTION. */
function checkPort(port: string | undefined): void {
  if (port === undefined) return;
  const number = /^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535;
  if (number || (/^[a-z0-9](?:-?[a-z0-9]){0,14}$/.test(port) && /[a-z]/.test(port))) return;
  throw new MtlsError(
    'BAD_OPTION',
    '--port is neither a number up to 65535 nor the name of a port',
    {
      hint: 'write --port 8443, or the name that the pod gives it: --port http',
    },
  );
}
