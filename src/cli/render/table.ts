// Rows in aligned columns, under a faint heading where there is one.

import type { Style } from '../style.ts';
import { padCell, paintCell, type Cell, type PaintedCell } from './cell.ts';

/** As many rows are looked at for the widths of the columns; later ones may reach beyond them. */
const MEASURED = 1000;

/** Columns are two spaces apart; nothing is padded after the last. No line feed at the end. */
export function renderTable(
  headings: readonly string[] | undefined,
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  const lines = [...headingOf(headings), ...rows].map((row) => paintRow(row, style));
  const widths = widthsOf(lines);
  return lines.map((line) => joinCells(line, widths)).join('\n');
}

/** The same line by line, each with its line feed, for rows that are too many to be held. */
export function* tableLines(
  headings: readonly string[],
  rows: Iterable<readonly Cell[]>,
  style: Style,
  none: string,
): Generator<string> {
  const held = headingOf(headings).map((row) => paintRow(row, style));
  let widths: readonly number[] | undefined;
  for (const row of rows) {
    const line = paintRow(row, style);
    if (widths !== undefined) yield `${joinCells(line, widths)}\n`;
    else if (held.push(line) > MEASURED) {
      widths = widthsOf(held);
      for (const one of held) yield `${joinCells(one, widths)}\n`;
    }
  }
  if (widths !== undefined) return;
  if (held.length === 1) yield `${none}\n`;
  else for (const one of held) yield `${joinCells(one, widthsOf(held))}\n`;
}

function headingOf(headings: readonly string[] | undefined): readonly (readonly Cell[])[] {
  return headings === undefined ? [] : [headings.map((text) => ({ text, tone: 'faint' }))];
}

function paintRow(row: readonly Cell[], style: Style): PaintedCell[] {
  return row.map((cell) => paintCell(cell, style));
}

function widthsOf(lines: readonly (readonly PaintedCell[])[]): readonly number[] {
  const widths: number[] = [];
  for (const line of lines)
    line.forEach(({ width }, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width);
    });
  return widths;
}

function joinCells(line: readonly PaintedCell[], widths: readonly number[]): string {
  return line
    .map((cell, column) =>
      column === line.length - 1 ? cell.painted : padCell(cell, widths[column] ?? 0),
    )
    .join('  ')
    .trimEnd();
}
