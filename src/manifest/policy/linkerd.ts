// A policy as Linkerd's: routes of one server, and who is let in on each.
import { invariant } from '../../base/assert.ts';
import type { Policy, Rule, Subject } from '../../policy/policy.ts';
import { writeDocuments } from './documents.ts';
import { FIELD_TITLES, goesBy, type ExportOptions, type PolicyTarget } from './target.ts';

/**
 * Linkerd asks the policies of one route alone: the one whose path is longest, then the one that
 * names the method. It takes paths as they come, dot segments and all.
 */
export const LINKERD: PolicyTarget = {
  title: 'Linkerd',
  fault: (rule, { rules }) => {
    if (rule.effect === 'deny') return 'it denies, and Linkerd’s policies only allow';
    const field = goesBy(rule, ['cn', 'spiffe', 'extension']);
    if (field)
      return `it goes by ${FIELD_TITLES[field]}, and a workload of Linkerd is known by its DNS name`;
    const one = rule.who.find(({ dns }) => dns?.text.startsWith('*.'));
    if (one)
      return `${String(one.dns?.text)} means one label, and Linkerd’s * any number of them: write **`;
    const method = rule.what
      .flatMap(({ methods }) => methods ?? [])
      .find((called) => !METHODS.includes(called));
    if (method !== undefined)
      return `it names ${method}, and a route of Linkerd takes ${METHODS.join(', ')}`;
    const paths = pathsOf([rule]);
    const odd = paths.find(
      ({ kind, text }) => kind === 'suffix' || (kind === 'prefix' && text !== '/'),
    );
    if (odd?.kind === 'suffix') return 'it goes by how a path ends, which Linkerd does not';
    if (odd)
      return `Linkerd lets ${odd.text}../admin pass as ${odd.text}*: name each path, or write /*`;
    const root = paths.some(({ kind, text }) => kind === 'exact' && text === '/');
    return root && pathsOf(rules).some(({ kind }) => kind === 'prefix')
      ? 'Linkerd does not tell the path / from /*, which stands in the policy too'
      : undefined;
  },
  write: (policy, options) =>
    writeDocuments('Made by mtls policy export --to linkerd. What no route takes is refused.', [
      server(options),
      ...routesOf(policy).flatMap((route, at) => objects(route, at + 1, options)),
    ]),
};

const GROUP = 'policy.linkerd.io';

/** As the schema of HTTPRoute lists them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

const pathsOf = (rules: readonly Rule[]) =>
  rules.flatMap(({ what }) => what.flatMap(({ paths }) => paths));

interface Route {
  readonly path: { readonly type: 'Exact' | 'PathPrefix'; readonly value: string };
  readonly method: string | undefined;
  readonly who: readonly Subject[];
}

/**
 * A route for each path and each method that any rule names for it. Since one route alone is
 * asked, each lets in all whom the rules that cover it name.
 */
function routesOf({ rules }: Policy): readonly Route[] {
  const paths = new Map(pathsOf(rules).map((path) => [`${path.kind} ${path.text}`, path]));
  return [...paths.values()].flatMap(({ kind, text }) => {
    const covering = rules.flatMap(({ who, what }) =>
      what
        .filter(({ paths: of }) =>
          of.some((one) => one.kind === 'prefix' || (kind === 'exact' && one.text === text)),
        )
        .map(({ methods }) => ({ methods, who })),
    );
    const methods = new Set(covering.flatMap((one) => one.methods ?? []));
    const path = { type: kind === 'exact' ? 'Exact' : 'PathPrefix', value: text } as const;
    const everyMethod = covering.filter((one) => one.methods === undefined);
    return [
      ...[...methods].map((method) => ({
        path,
        method,
        who: covering
          .filter((one) => one.methods?.includes(method) ?? true)
          .flatMap(({ who }) => who),
      })),
      ...(everyMethod.length > 0
        ? [{ path, method: undefined, who: everyMethod.flatMap(({ who }) => who) }]
        : []),
    ];
  });
}

function server({ name, namespace, selector, port }: ExportOptions) {
  invariant(port !== undefined, 'a Server without a port');
  return {
    apiVersion: `${GROUP}/v1beta3`,
    kind: 'Server',
    metadata: { name, namespace },
    spec: {
      podSelector: { matchLabels: selector },
      port: /^[0-9]+$/.test(port) ? Number(port) : port,
      proxyProtocol: 'HTTP/1',
    },
  };
}

function objects({ path, method, who }: Route, number: number, options: ExportOptions) {
  const { name, namespace } = options;
  const metadata = { name: `${name}-${number}`, namespace };
  const identities = who.map(({ dns }) => dns?.text.replace(/^\*\*/, '*') ?? '*');
  return [
    {
      apiVersion: `${GROUP}/v1beta3`,
      kind: 'HTTPRoute',
      metadata,
      spec: {
        parentRefs: [{ group: GROUP, kind: 'Server', name }],
        rules: [{ matches: [{ path, method }] }],
      },
    },
    {
      apiVersion: `${GROUP}/v1alpha1`,
      kind: 'MeshTLSAuthentication',
      metadata,
      spec: { identities: [...new Set(identities)] },
    },
    {
      apiVersion: `${GROUP}/v1alpha1`,
      kind: 'AuthorizationPolicy',
      metadata,
      spec: {
        targetRef: { group: GROUP, kind: 'HTTPRoute', name: metadata.name },
        requiredAuthenticationRefs: [
          { group: GROUP, kind: 'MeshTLSAuthentication', name: metadata.name },
        ],
      },
    },
  ];
}
