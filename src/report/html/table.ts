/** Tables that become lists on a narrow screen. Pure. */
import { html, type Markup, type Part } from './markup.ts';

export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

export interface Row {
  readonly cells: readonly Part[];
  readonly decides?: boolean;
}

export function table(columns: readonly Column[], rows: readonly Row[]): Markup {
  const alignment = (at: number): string => (columns[at]?.isNumber === true ? 'number' : 'text');
  return html`<table class="stack">
    <thead>
      <tr>
        ${columns.map(({ name }, at) => html`<th scope="col" class="${alignment(at)}">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ cells, decides }) =>
          html`<tr class="${decides === true ? 'decides' : 'plain'}">
            ${cells.map(
              (cell, at) =>
                html`<td class="${alignment(at)}" data-name="${columns[at]?.name ?? ''}"><span>${cell}</span></td>`,
            )}
          </tr> `,
      )}
    </tbody>
  </table>`;
}
