import { short } from "../format.ts";
import { each, html, type Markup } from "../html.ts";
import { chart, roundedUp, width } from "./chart.ts";

export interface Column {
  /** Under the column, where there is space; nothing otherwise. */
  readonly label: string;
  readonly value: number;
  readonly title: string;
  /** A line across the column, to compare it with. */
  readonly mark?: number;
}

const top = 12;
const bottom = 22;
const left = 40;
const height = 170;
const mostLabels = 12;

/** Vertical columns over a common axis. */
export function columns(label: string, all: readonly Column[]): Markup {
  const highest = roundedUp(Math.max(...all.flatMap(({ value, mark = 0 }) => [value, mark]), 0));
  const y = (value: number): number => height - bottom - (value / highest) * (height - top - bottom);
  const slot = (width - left - 4) / Math.max(all.length, 1);
  const gap = slot > 6 ? Math.min(slot * 0.3, 12) : slot * 0.2;
  const every = Math.ceil(all.length / mostLabels);
  const fixed = (value: number): string => value.toFixed(2);
  const one = ({ label: under, value, title, mark }: Column, index: number): Markup => {
    const x = left + index * slot + gap / 2;
    const line =
      mark === undefined
        ? ""
        : html`<line
            class="mark"
            x1="${fixed(x)}"
            x2="${fixed(x + slot - gap)}"
            y1="${fixed(y(mark))}"
            y2="${fixed(y(mark))}"
          />`;
    const text =
      index % every === 0
        ? html`<text x="${fixed(x + (slot - gap) / 2)}" y="${height - 6}" text-anchor="middle">${under}</text>`
        : "";
    return html`<g>
      <title>${title}</title>
      <rect
        class="series"
        x="${fixed(x)}"
        y="${fixed(y(value))}"
        width="${fixed(slot - gap)}"
        height="${fixed(height - bottom - y(value))}"
      />
      ${line}${text}
    </g> `;
  };
  return chart(label, height, [...axis(highest, y), ...each(all, one)]);
}

/** Lines at nothing, half and all of it, with their values on the left. */
export function axis(highest: number, y: (value: number) => number): readonly Markup[] {
  return each([0, highest / 2, highest], (value) => {
    const at = y(value).toFixed(2);
    return html`<line class="axis" x1="${left}" x2="${width}" y1="${at}" y2="${at}" />
      <text x="${left - 6}" y="${(y(value) + 4).toFixed(2)}" text-anchor="end">${short(value)}</text> `;
  });
}
