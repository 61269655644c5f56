// A piece of shown text. Foreign text is escaped here, before any colour is put around it.

import { escapeControl } from '../../base/text.ts';
import type { Style, Tone } from '../style.ts';

/** Raw text with what it means; text alone is plain. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** The cell as it is shown, and its width in columns without colours. */
export interface PaintedCell {
  readonly painted: string;
  readonly width: number;
}

export function paintCell(cell: Cell, style: Style): PaintedCell {
  const { text, tone } = typeof cell === 'string' ? { text: cell, tone: 'plain' as const } : cell;
  const safe = escapeControl(text);
  return { painted: style.paint(tone, safe), width: widthOf(safe) };
}

/** Columns of a terminal, counting a code point as one; combining marks count as none. */
function widthOf(text: string): number {
  return Array.from(text.replace(/\p{Mark}/gu, '')).length;
}

/** Pads to a width with spaces. */
export function padCell({ painted, width }: PaintedCell, to: number): string {
  return painted + ' '.repeat(Math.max(0, to - width));
}
