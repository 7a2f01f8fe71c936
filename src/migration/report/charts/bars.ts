import { each, html, type Markup } from "../html.ts";
import { chart, width } from "./chart.ts";

export interface Bar {
  readonly label: string;
  /** At least 0. */
  readonly value: number;
  /** The value as the reader sees it. */
  readonly shown: string;
  /** What a pointer over the bar is told; the label unless told. */
  readonly title?: string;
  /** To compare with: drawn paler. */
  readonly isMuted?: boolean;
}

const row = 24;
const labelWidth = 118;
const valueWidth = 92;

/** Horizontal bars, one a line, with what each is on the left and how much on the right. */
export function bars(label: string, all: readonly Bar[]): Markup {
  const most = Math.max(...all.map(({ value }) => value), Number.MIN_VALUE);
  const space = width - labelWidth - valueWidth;
  return chart(
    label,
    all.length * row,
    each(all, (bar, index) => {
      const middle = index * row + row / 2;
      const length = Math.max(bar.value > 0 ? 1 : 0, (bar.value / most) * space).toFixed(1);
      return html`<g>
        <title>${bar.title ?? bar.label}: ${bar.shown}</title>
        <text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${bar.label}</text>
        <rect
          class="${bar.isMuted === true ? "muted" : "series"}"
          x="${labelWidth}"
          y="${middle - 7}"
          width="${length}"
          height="14"
          rx="2"
        />
        <text class="value" x="${labelWidth + Number(length) + 6}" y="${middle + 4}">${bar.shown}</text>
      </g> `;
    }),
  );
}
