// The rules of Istio, Linkerd and Envoy on what they are given, read in code from their sources.
import type { Certificate } from '../../src/x509/certificate.ts';

interface Asked {
  readonly certificate: Certificate;
  readonly method: string;
  /** As the mesh sees it: without query. */
  readonly path: string;
}

const namesOf = ({ names }: Certificate, kind: 'dns' | 'uri') =>
  names.flatMap((name) => (name.kind === kind ? [name.value] : []));

/** Istio's matcher of strings: exact, `prefix*`, `*suffix`, `*` for anything there. */
function istioMatches(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

interface IstioPolicy {
  readonly kind: string;
  readonly spec: {
    readonly configPatches?: readonly { readonly patch: { readonly value: EnvoyFilter } }[];
    readonly action?: string;
    readonly rules?: readonly {
      readonly from: readonly { readonly source: { readonly principals: readonly string[] } }[];
      readonly to: readonly {
        readonly operation: {
          readonly methods?: readonly string[];
          readonly paths: readonly string[];
        };
      }[];
    }[];
  };
}

/** Filters that are put in front; DENY; then an ALLOW policy that is there must have a rule that matches. */
export function istioAllows(policies: readonly IstioPolicy[], asked: Asked): boolean {
  const patches = policies.flatMap(({ spec }) => spec.configPatches ?? []);
  const inFront = patches.map(({ patch }) => patch.value);
  if (!envoyAllows(inFront, asked)) return false;
  const [id = ''] = namesOf(asked.certificate, 'uri');
  const principal = id.replace(/^spiffe:\/\//, '');
  const matched = (action: string) =>
    policies
      .filter(({ spec }) => spec.action === action)
      .map(({ spec }) =>
        (spec.rules ?? []).some(
          ({ from, to }) =>
            from.some(({ source }) =>
              source.principals.some((one) => istioMatches(one, principal)),
            ) &&
            to.some(
              ({ operation: { methods, paths } }) =>
                (methods?.includes(asked.method) ?? true) &&
                paths.some((one) => istioMatches(one, asked.path)),
            ),
        ),
      );
  if (matched('DENY').includes(true)) return false;
  const allowing = matched('ALLOW');
  return allowing.length === 0 || allowing.includes(true);
}

interface LinkerdObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly rules?: readonly [
      {
        readonly matches: readonly [
          {
            readonly path: { readonly type: string; readonly value: string };
            readonly method?: string;
          },
        ];
      },
    ];
    readonly identities?: readonly string[];
    readonly targetRef?: { readonly name: string };
    readonly requiredAuthenticationRefs?: readonly [{ readonly name: string }];
  };
}

/**
 * The proxy's route: the longest path, then one that names the method; its policies alone count
 * (linkerd2-proxy: linkerd/http/route, linkerd/proxy/server-policy/src/authz.rs).
 */
export function linkerdAllows(objects: readonly LinkerdObject[], asked: Asked): boolean {
  const [identity = ''] = namesOf(asked.certificate, 'dns');
  const lengthOf = (path: { readonly type: string; readonly value: string }) => {
    if (path.type === 'Exact') return path.value === asked.path ? path.value.length : undefined;
    if (path.value === '/') return 1;
    const prefix = path.value.replace(/\/+$/, '');
    const rest = asked.path.startsWith(prefix) ? asked.path.slice(prefix.length) : 'none';
    return rest === '' || rest.startsWith('/') ? prefix.length : undefined;
  };
  const routes = objects
    .filter(({ kind }) => kind === 'HTTPRoute')
    .flatMap(({ metadata, spec }) =>
      (spec.rules ?? []).flatMap(({ matches: [{ path, method }] }) => {
        const length = lengthOf(path);
        const fits = length !== undefined && (method === undefined || method === asked.method);
        return fits
          ? [{ name: metadata.name, rank: length * 2 + (method === undefined ? 0 : 1) }]
          : [];
      }),
    )
    .sort((a, b) => b.rank - a.rank);
  const [best, next] = routes;
  if (!best) return false;
  if (best.rank === next?.rank) throw new Error(`Linkerd cannot choose a route for ${asked.path}`);
  return objects
    .filter(
      ({ kind, spec }) => kind === 'AuthorizationPolicy' && spec.targetRef?.name === best.name,
    )
    .some(({ spec }) => {
      const [reference] = spec.requiredAuthenticationRefs ?? [];
      const found = objects.find(
        ({ kind, metadata }) =>
          kind === 'MeshTLSAuthentication' && metadata.name === reference?.name,
      );
      return (found?.spec.identities ?? []).some((one) =>
        one.startsWith('*') ? identity.endsWith(one.slice(1)) : identity === one,
      );
    });
}

type Node = Readonly<Record<string, unknown>>;

/** Envoy's StringMatcher; RE2 in full match. */
function envoyMatches(matcher: Node, text: string): boolean {
  const [[kind, value] = ['', '']] = Object.entries(matcher);
  switch (kind) {
    case 'exact':
      return text === value;
    case 'prefix':
      return text.startsWith(value as string);
    case 'suffix':
      return text.endsWith(value as string);
    case 'contains':
      return text.includes(value as string);
    case 'safe_regex':
      return RegExp(`^(?:${(value as { regex: string }).regex})$`).test(text);
    default:
      throw new Error(`no matcher of Envoy: ${kind}`);
  }
}

function envoyPermits(permission: Node, asked: Asked): boolean {
  const [[kind, value] = ['', undefined]] = Object.entries(permission);
  const rules = () => (value as { rules: readonly Node[] }).rules;
  switch (kind) {
    case 'and_rules':
      return rules().every((one) => envoyPermits(one, asked));
    case 'or_rules':
      return rules().some((one) => envoyPermits(one, asked));
    case 'not_rule':
      return !envoyPermits(value as Node, asked);
    case 'url_path':
      return envoyMatches((value as { path: Node }).path, asked.path);
    case 'header': {
      const { name, string_match } = value as { name: string; string_match: Node };
      if (name !== ':method') throw new Error(`another header: ${name}`);
      return envoyMatches(string_match, asked.method);
    }
    default:
      throw new Error(`no permission of Envoy: ${kind}`);
  }
}

function envoyIs(principal: Node, asked: Asked): boolean {
  const [[kind, value] = ['', undefined]] = Object.entries(principal);
  if (kind === 'any') return true;
  if (kind === 'and_ids')
    return (value as { ids: readonly Node[] }).ids.every((one) => envoyIs(one, asked));
  if (kind !== 'custom') throw new Error(`no principal of Envoy: ${kind}`);
  const { san_matcher } = (value as { typed_config: Node }).typed_config as {
    san_matcher?: { san_type: string; matcher: Node };
  };
  if (!san_matcher) return true;
  const { san_type, matcher } = san_matcher;
  // With exact, a DNS name of the certificate may be a wildcard for it
  if (san_type === 'DNS' && 'exact' in matcher) throw new Error('exact for a DNS name');
  return namesOf(asked.certificate, san_type === 'URI' ? 'uri' : 'dns').some((name) =>
    envoyMatches(matcher, name),
  );
}

interface EnvoyFilter {
  readonly typed_config: {
    readonly rules: {
      readonly action: string;
      readonly policies: Readonly<
        Record<
          string,
          { readonly permissions: readonly Node[]; readonly principals: readonly Node[] }
        >
      >;
    };
  };
}

/** Each filter in its turn: DENY stops what matches, ALLOW what does not. */
export function envoyAllows(filters: readonly EnvoyFilter[], asked: Asked): boolean {
  return filters.every(({ typed_config: { rules } }) => {
    const matched = Object.values(rules.policies).some(
      ({ permissions, principals }) =>
        permissions.some((one) => envoyPermits(one, asked)) &&
        principals.some((one) => envoyIs(one, asked)),
    );
    return matched === (rules.action === 'ALLOW');
  });
}
