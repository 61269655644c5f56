// Labels and values in two aligned columns; several values of a label stand under each other.

import type { Style } from '../style.ts';
import { padCell, paintCell, type Cell } from './cell.ts';

export type BlockRow = readonly [label: string, value: Cell | readonly Cell[]];

interface BlockOptions {
  readonly style: Style;
  /** Spaces before each line, 0 where absent. */
  readonly indent?: number;
}

/** Rows without a value are left out. No line feed at the end. */
export function renderBlock(
  rows: readonly BlockRow[],
  { style, indent = 0 }: BlockOptions,
): string {
  const shown = rows
    .map(([label, value]) => [label, asList(value)] as const)
    .filter(([, values]) => values.length > 0);
  const width = Math.max(0, ...shown.map(([label]) => label.length)) + 2;
  const margin = ' '.repeat(indent);
  return shown
    .flatMap(([label, values]) =>
      values.map((value, position) => {
        const first = position === 0 ? label : '';
        const padded = padCell(paintCell({ text: first, tone: 'faint' }, style), width);
        return `${margin}${padded}${paintCell(value, style).painted}`;
      }),
    )
    .join('\n');
}

function asList(value: Cell | readonly Cell[]): readonly Cell[] {
  return Array.isArray(value) ? (value as readonly Cell[]) : [value as Cell];
}
