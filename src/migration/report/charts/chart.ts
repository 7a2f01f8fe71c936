import { html, type Markup } from "../html.ts";

/** Units that a chart is wide: about the pixels of a phone, so that its text is readable there. */
export const width = 400;

/** A drawing that is as wide as its place, described by `label` to who cannot see it. */
export function chart(label: string, height: number, content: Markup | readonly Markup[]): Markup {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${content}</svg>`;
}

/** The next rounder number: 1, 2 or 5 with zeros. */
export function roundedUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
