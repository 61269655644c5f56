// Rows in aligned columns under a faint heading.

import type { Style } from '../style.ts';
import { padCell, paintCell, type Cell } from './cell.ts';

/** Columns are two spaces apart; nothing is padded after the last. No line feed at the end. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  const heading = headings.map((text) => paintCell({ text, tone: 'faint' }, style));
  const lines = [heading, ...rows.map((row) => row.map((cell) => paintCell(cell, style)))];
  const widths = headings.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, line[column]?.width ?? 0), 0),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === line.length - 1 ? cell.painted : padCell(cell, widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
