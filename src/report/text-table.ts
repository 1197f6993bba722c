/**
 * A table of text with aligned columns and no lines. Pure.
 */
import { displayWidth, padLeft, padRight } from './text-layout.ts';

/** Rows of cells, joined by two blanks; a column is right-aligned when `align` says `right`. */
export function renderTable(
  rows: readonly (readonly string[])[],
  options: { align?: readonly ('left' | 'right')[]; indent?: number; gap?: number } = {},
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  }
  const margin = ' '.repeat(options.indent ?? 0);
  const gap = ' '.repeat(options.gap ?? 2);
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const pad = options.align?.[column] === 'right' ? padLeft : padRight;
      return pad(cell, widths[column] ?? 0);
    });
    return (margin + cells.join(gap)).trimEnd();
  });
}
