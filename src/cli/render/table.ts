// Rows in aligned columns, under a faint heading where there is one.

import type { Style } from '../style.ts';
import { padCell, paintCell, type Cell } from './cell.ts';

/** Columns are two spaces apart; nothing is padded after the last. No line feed at the end. */
export function renderTable(
  headings: readonly string[] | undefined,
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  const heading = headings?.map((text): Cell => ({ text, tone: 'faint' }));
  const cells = heading === undefined ? rows : [heading, ...rows];
  const lines = cells.map((row) => row.map((cell) => paintCell(cell, style)));
  const widths: number[] = [];
  for (const line of lines)
    line.forEach(({ width }, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width);
    });
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
