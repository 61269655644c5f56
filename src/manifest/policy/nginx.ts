// A policy as maps of nginx, which sees of a caller its subject and nothing else.
import { NORMAL_METHOD, NORMAL_PATH } from '../../policy/request.ts';
import type { PathPattern, RequestPattern, Rule, Subject } from '../../policy/policy.ts';
import { literalPattern, nginxString } from './literals.ts';
import { FIELD_TITLES, goesBy, type PolicyTarget } from './target.ts';

/** More maps than this overflow what nginx keeps for variables. */
const MAX_RULES = 100;

export const NGINX: PolicyTarget = {
  title: 'nginx',
  fault: (rule, { rules }) => {
    if (rules.length > MAX_RULES) return `it takes ${MAX_RULES} rules`;
    const field = goesBy(rule, ['dns', 'spiffe', 'extension']);
    return (
      field &&
      `it goes by ${FIELD_TITLES[field]}, and nginx has no variable that shows one of a client`
    );
  },
  write: ({ rules }) => {
    const named = rules.map((rule, at) => ({ rule, variable: `$mtls_rule_${at + 1}` }));
    const sumOf = (effect: Rule['effect']) =>
      named
        .filter(({ rule }) => rule.effect === effect)
        .map(({ variable }) => variable)
        .join('');
    return [
      HEAD,
      map('$request_uri', '$mtls_path', '""', [
        [`(?<mtls_normal_path>${NORMAL_PATH})(?:[?]|\\z)`, '$mtls_normal_path'],
      ]),
      ...named.flatMap(({ rule, variable }) => ruleMaps(rule, variable)),
      map(`0${sumOf('deny')}`, '$mtls_denied', '0', [['.*1', '1']]),
      map(`0${sumOf('allow')}`, '$mtls_allowed', '0', [['.*1', '1']]),
      map('$mtls_denied$mtls_allowed', '$mtls_allow', '0', [['01\\z', '1']]),
    ].join('\n');
  },
};

const HEAD = `# Who may call what: made by mtls policy export --to nginx, for the http block. In the server:
#
#   ssl_client_certificate ca.crt;
#   ssl_verify_client on;
#   location / {
#     if ($mtls_allow != 1) { return 403; }
#     proxy_pass ...;
#   }
#
# Paths are looked at as they came, before nginx decodes them.
`;

function ruleMaps({ name, effect, who, what }: Rule, variable: string): readonly string[] {
  return [
    `# ${effect} ${name}`,
    map(
      '$ssl_client_verify/$ssl_client_s_dn',
      `${variable}_who`,
      '0',
      who.map((one) => [subject(one), '1']),
    ),
    map(
      '$request_method $mtls_path',
      `${variable}_what`,
      '0',
      what.map((one) => [request(one), '1']),
    ),
    map(`${variable}_who${variable}_what`, variable, '0', [['11\\z', '1']]),
  ];
}

// Keys are expressions throughout: nginx compares plain ones without regard to case
function map(
  source: string,
  variable: string,
  otherwise: string,
  lines: readonly (readonly [pattern: string, value: string])[],
): string {
  const keys = lines.map(([pattern, value]) => `  ${nginxString(`~^${pattern}`)} ${value};\n`);
  return `map ${nginxString(source)} ${variable} {\n  default ${otherwise};\n${keys.join('')}}\n`;
}

/** `$ssl_client_s_dn` is RFC 2253: attributes parted by commas and plus signs, all else escaped. */
const ATTRIBUTE = '(?:[^,+\\\\]|\\\\.)*';

function subject({ cn }: Subject): string {
  if (cn === undefined) return 'SUCCESS/';
  const escaped = cn.replace(/^#|[,+"\\<>;]/g, '\\$&');
  return `SUCCESS/(?:${ATTRIBUTE}[,+])*CN=${literalPattern(escaped)}(?:[,+]|\\z)`;
}

function request({ methods, paths }: RequestPattern): string {
  const method = methods ? methods.map(literalPattern).join('|') : NORMAL_METHOD;
  return `(?:${method}) (?:${paths.map(path).join('|')})\\z`;
}

function path({ kind, text }: PathPattern): string {
  const literal = literalPattern(text);
  return kind === 'exact' ? literal : kind === 'prefix' ? `${literal}.*` : `.*${literal}`;
}
