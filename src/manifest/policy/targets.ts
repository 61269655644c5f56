// The programs that a policy can be written for.
import { ENVOY } from './envoy.ts';
import { ISTIO } from './istio.ts';
import { LINKERD } from './linkerd.ts';
import { NGINX } from './nginx.ts';
import { GO, NODE, REGO } from './programs.ts';
import { REGO_TEST } from './rego-test.ts';
import type { PolicyTarget } from './target.ts';

export const POLICY_TARGETS = {
  istio: ISTIO,
  linkerd: LINKERD,
  envoy: ENVOY,
  rego: REGO,
  'rego-test': REGO_TEST,
  nginx: NGINX,
  go: GO,
  node: NODE,
} as const satisfies Readonly<Record<string, PolicyTarget>>;

export type PolicyTargetName = keyof typeof POLICY_TARGETS;

export const POLICY_TARGET_NAMES = Object.keys(POLICY_TARGETS) as readonly PolicyTargetName[];
