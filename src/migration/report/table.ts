import { each, html, type Markup, type Part } from "./html.ts";

export interface TableColumn {
  readonly name: string;
  /** To the right, so that digits stand below each other. */
  readonly isNumber?: boolean;
}

/** A table that scrolls sideways by itself where the screen is narrow. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly Part[])[]): Markup {
  const classOf = (index: number): string => (columns[index]?.isNumber === true ? "number" : "text");
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${each(columns, ({ name }, index) => html`<th scope="col" class="${classOf(index)}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${each(
          rows,
          (cells) =>
            html`<tr>
              ${each(cells, (cell, index) => html`<td class="${classOf(index)}">${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

export function section(title: string, content: Markup | readonly Markup[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${content}
  </section> `;
}

/** Nothing where there are no sentences. */
export function listed(title: string, sentences: readonly string[]): readonly Markup[] {
  if (sentences.length === 0) return [];
  return [
    section(
      title,
      html`<ul>
        ${each(sentences, (sentence) => html`<li>${sentence}</li> `)}
      </ul>`,
    ),
  ];
}

export function code(text: string): Markup {
  return html`<code>${text}</code>`;
}
