import { grouped } from "../format.ts";
import { each, html, type Markup } from "../html.ts";
import { chart, roundedUp, width } from "./chart.ts";
import { axis } from "./columns.ts";

export interface TimelinePoint {
  readonly block: number;
  /** Settled with this transaction. */
  readonly tokens: number;
  readonly title: string;
}

/** Something that happened once. */
export interface TimelineMoment {
  readonly block: number;
  readonly label: string;
}

const top = 26;
const bottom = 22;
const left = 40;
const height = 190;

/** How many tokens were settled by which block: one dot a transaction, and the moments before and after as lines. */
export function timeline(label: string, points: readonly TimelinePoint[], moments: readonly TimelineMoment[]): Markup {
  const blocks = [...points, ...moments].map(({ block }) => block);
  const first = Math.min(...blocks);
  const last = Math.max(...blocks, first + 1);
  const total = points.reduce((sum, { tokens }) => sum + tokens, 0);
  const highest = roundedUp(total);
  const x = (block: number): number => left + 8 + ((block - first) / (last - first)) * (width - left - 24);
  const y = (tokens: number): number => height - bottom - (tokens / highest) * (height - top - bottom);
  const fixed = (value: number): string => value.toFixed(2);

  let sum = 0;
  const dots = points
    .toSorted((a, b) => a.block - b.block)
    .map((point) => {
      sum += point.tokens;
      return { ...point, x: fixed(x(point.block)), y: fixed(y(sum)) };
    });
  const [start] = dots;
  const path =
    start === undefined ? "" : `M${start.x} ${fixed(y(0))}${dots.map((dot) => `H${dot.x}V${dot.y}`).join("")}`;

  return chart(label, height, [
    ...axis(highest, y),
    ...each(moments, ({ block, label: what }, index) => {
      const at = fixed(x(block));
      const anchor = x(block) > width / 2 ? "end" : "start";
      return html`<line
          class="moment"
          x1="${at}"
          x2="${at}"
          y1="${index % 2 === 0 ? 14 : 26}"
          y2="${height - bottom}"
        />
        <text x="${at}" y="${index % 2 === 0 ? 10 : 22}" text-anchor="${anchor}">${what}</text> `;
    }),
    html`<path class="step" d="${path}" />`,
    ...each(
      dots,
      (dot) => html`<circle class="series" cx="${dot.x}" cy="${dot.y}" r="3"><title>${dot.title}</title></circle>`,
    ),
    html`<text x="${left + 8}" y="${height - 6}">block ${grouped(first)}</text>
      <text x="${width - 16}" y="${height - 6}" text-anchor="end">block ${grouped(last)}</text>`,
  ]);
}
