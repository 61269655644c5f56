// `--dry-run`: the certificate that would be, each field with who decided it.
import { formatGeneralName } from '../../name/san.ts';
import { formatDn } from '../../name/dn.ts';
import { formatTime } from '../../base/clock.ts';
import type { IssuePlan } from '../../profile/plan.ts';
import type { Style } from '../style.ts';
import { renderTable } from './table.ts';

export function planJson(plan: IssuePlan): Record<string, unknown> {
  return {
    profile: plan.profile.name,
    subject: formatDn(plan.subject),
    names: plan.names.map(formatGeneralName),
    notBefore: formatTime(plan.notBefore),
    notAfter: formatTime(plan.notAfter),
    fields: plan.fields,
  };
}

export function planText(plan: IssuePlan, style: Style): string {
  const rows = plan.fields.map(({ name, value, source }) => [name, value, source]);
  return `nothing is issued; it would be\n${renderTable(['field', 'value', 'from'], rows, style)}`;
}
