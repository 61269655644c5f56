// A policy as HTTP filters of Envoy: one that denies, then one that denies what nothing allows.
import type {
  NamePattern,
  PathPattern,
  RequestPattern,
  Rule,
  Subject,
} from '../../policy/policy.ts';
import type { TemplateData } from '../yaml-nodes.ts';
import { writeDocuments } from './documents.ts';
import { filter, matching, onPath, REFUSE_ODD_PATHS } from './envoy-filter.ts';
import { literalPattern } from './literals.ts';
import { FIELD_TITLES, goesBy, type PolicyTarget } from './target.ts';

export const ENVOY: PolicyTarget = {
  title: 'Envoy',
  fault: (rule) => {
    const field = goesBy(rule, ['cn', 'extension']);
    if (field)
      return `it goes by ${FIELD_TITLES[field]}, and Envoy’s rules see names of the SAN alone`;
    const large = rule.who
      .flatMap(({ dns, spiffe }) => [dns, spiffe?.exact === true ? undefined : spiffe])
      .find((pattern) => pattern && programSize(pattern) > MAX_PROGRAM);
    return (
      large &&
      `${large.text} becomes an expression larger than Envoy takes (re2.max_program_size, 100)`
    );
  },
  write: ({ rules }) => {
    const policiesOf = (effect: Rule['effect']) =>
      Object.fromEntries(
        rules
          .filter((rule) => rule.effect === effect)
          .map((rule) => [
            rule.name,
            { permissions: rule.what.map(permission), principals: rule.who.map(principal) },
          ]),
      );
    return writeDocuments(
      'Made by mtls policy export --to envoy: two of the http_filters, in this order, before the router.\n' +
        'The listener demands certificates (require_client_certificate), and Envoy has the extension\n' +
        'envoy.rbac.principals.mtls_authenticated.',
      [
        [
          filter('DENY', {
            ...REFUSE_ODD_PATHS,
            ...policiesOf('deny'),
          }),
          filter('ALLOW', policiesOf('allow')),
        ],
      ],
    );
  },
};

function permission({ methods, paths }: RequestPattern): TemplateData {
  const onPaths = { or_rules: { rules: paths.map((one) => onPath(path(one))) } };
  if (!methods) return onPaths;
  const byMethod = methods.map((exact) => ({
    header: { name: ':method', string_match: { exact } },
  }));
  return { and_rules: { rules: [{ or_rules: { rules: byMethod } }, onPaths] } };
}

function path({ kind, text }: PathPattern): TemplateData {
  return { [kind]: text };
}

function principal({ dns, spiffe }: Subject): TemplateData {
  const ids = [
    ...(spiffe ? [san('URI', spiffeMatcher(spiffe))] : []),
    ...(dns ? [san('DNS', matching(dnsPattern(dns)))] : []),
  ];
  const [only = authenticated({ any_validated_client_certificate: true })] = ids;
  return ids.length > 1 ? { and_ids: { ids } } : only;
}

function san(san_type: string, matcher: TemplateData): TemplateData {
  return authenticated({ san_matcher: { san_type, matcher } });
}

function authenticated(config: Readonly<Record<string, TemplateData>>): TemplateData {
  return {
    custom: {
      name: 'envoy.rbac.principals.mtls_authenticated',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.rbac.principals.mtls_authenticated.v3.Config',
        ...config,
      },
    },
  };
}

/** In RE2's instructions, at most; a character is one. Envoy's default limit is 100. */
const MAX_PROGRAM = 95;
const SEGMENT_SIZE = 24;
const LABELS_SIZE = 18;

function programSize({ text }: NamePattern): number {
  const stars = text.split(/[./]/).filter((part) => part.startsWith('*')).length;
  return text.length + 8 + stars * (text.includes('/') ? SEGMENT_SIZE : LABELS_SIZE);
}

/** SPIFFE_SEGMENT, smaller. */
const SEGMENT = '(?:[\\w.-]*[\\w-][\\w.-]*|[.][.][.]+)';
const LABEL = '[\\w-]+';

function spiffeMatcher({ text, exact }: NamePattern): TemplateData {
  if (exact) return { exact: text };
  const parts = text.split('/').map((part) => (part === '*' ? SEGMENT : literalPattern(part)));
  const open = text.endsWith('/**');
  return matching(open ? `${parts.slice(0, -1).join('/')}(?:/${SEGMENT})+` : parts.join('/'));
}

/** Never `exact`: Envoy would let a certificate's wildcard be every name it covers. */
function dnsPattern({ text }: NamePattern): string {
  return text
    .split('.')
    .map((part) => {
      if (part === '*') return LABEL;
      return part === '**' ? `${LABEL}(?:[.]${LABEL})*` : eitherCase(part);
    })
    .join('[.]');
}

// `(?i)` would take letters of other alphabets too
function eitherCase(label: string): string {
  return label.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}
