// Filters of Envoy's role-based access control, and the one that refuses what is not in normal form.
import { NORMAL_METHOD } from '../../policy/request.ts';
import type { TemplateData } from '../yaml-nodes.ts';

export const matching = (regex: string) => ({ safe_regex: { regex } });
export const onPath = (matcher: TemplateData) => ({ url_path: { path: matcher } });
const without = (matcher: TemplateData) => ({ not_rule: onPath(matcher) });

/** NORMAL_PATH in pieces: Envoy refuses an expression of that size. */
const NORMAL: readonly TemplateData[] = [
  onPath({ prefix: '/' }),
  onPath(
    matching(
      "(?:[A-Za-z0-9~!$&'()*+,=:@_./-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))*",
    ),
  ),
  without({ contains: '//' }),
  without({ contains: '/./' }),
  without({ contains: '/../' }),
  without({ suffix: '/.' }),
  without({ suffix: '/..' }),
  { header: { name: ':method', string_match: matching(NORMAL_METHOD) } },
];

/** A policy for a filter that denies: no rule is asked about these. No rule has a dot in its name. */
export const REFUSE_ODD_PATHS = {
  'mtls.not-in-normal-form': {
    permissions: [{ not_rule: { and_rules: { rules: NORMAL } } }],
    principals: [{ any: true }],
  },
};

/** An HTTP filter. */
export function filter(action: 'ALLOW' | 'DENY', policies: TemplateData) {
  return {
    name: 'envoy.filters.http.rbac',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC',
      rules: { action, policies },
    },
  };
}
