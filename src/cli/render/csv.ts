// Comma-separated values, RFC 4180, with the line ends of Unix.

import { escapeControl } from '../../base/text.ts';

/** A line of fields; quoted where they need it, safe to show. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\n`;
}

function csvField(field: string): string {
  const safe = escapeControl(field);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
