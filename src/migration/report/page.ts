import { html, type Markup } from "./html.ts";

/**
 * A whole document that asks nobody for anything: the policy in its head forbids scripts, and whatever is not in the
 * file itself.
 */
export function page(title: string, body: Markup | readonly Markup[]): string {
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`.markup
  }\n`;
}

const style = html`<style>
  :root {
    --surface: #ffffff;
    --page: #f5f5f3;
    --ink: #1b1b1a;
    --soft: #62625e;
    --line: #dededa;
    --series: #2a78d6;
    --muted: #b3c9e6;
    --mark: #1b1b1a;
    --good: #0f7a2a;
    --bad: #b3261e;
    --wait: #8a5a00;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --surface: #1f1f1e;
      --page: #141413;
      --ink: #efefeb;
      --soft: #a5a59f;
      --line: #3a3a38;
      --series: #5598e7;
      --muted: #35506f;
      --mark: #efefeb;
      --good: #5cc878;
      --bad: #f28b82;
      --wait: #e0b050;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0;
    background: var(--page);
    color: var(--ink);
    font:
      16px/1.5 system-ui,
      sans-serif;
  }
  main {
    max-width: 1080px;
    margin: 0 auto;
    padding: 16px;
  }
  h1 {
    margin: 8px 0 4px;
    font-size: 1.6rem;
    line-height: 1.25;
  }
  h2 {
    margin: 0 0 8px;
    font-size: 1.1rem;
  }
  section,
  figure {
    margin: 0 0 16px;
    padding: 16px;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: 8px;
  }
  h1,
  p,
  li,
  td,
  dd {
    overflow-wrap: anywhere;
  }
  code {
    font:
      0.85em ui-monospace,
      monospace;
  }
  .grid {
    display: grid;
    gap: 16px;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr));
  }
  .grid > figure {
    margin: 0;
  }
  .charts {
    margin-bottom: 16px;
  }
  .tiles {
    display: grid;
    gap: 12px;
    grid-template-columns: repeat(auto-fit, minmax(130px, 1fr));
    margin: 0;
  }
  .tiles dt,
  figcaption span,
  .soft {
    color: var(--soft);
    font-size: 0.85rem;
  }
  .tiles dd {
    margin: 0;
    font-size: 1.3rem;
    font-variant-numeric: tabular-nums;
  }
  .state {
    font-weight: 600;
  }
  .good {
    color: var(--good);
  }
  .bad {
    color: var(--bad);
  }
  .wait {
    color: var(--wait);
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9rem;
  }
  th,
  td {
    padding: 6px 12px 6px 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }
  td.number,
  th.number {
    text-align: right;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  ul {
    margin: 0;
    padding-left: 20px;
  }
  summary {
    cursor: pointer;
  }
  figcaption {
    margin-bottom: 8px;
    font-weight: 600;
  }
  figcaption span {
    display: block;
    font-weight: 400;
  }
  svg {
    display: block;
    width: 100%;
    height: auto;
  }
  svg text {
    font-size: 12px;
    fill: var(--soft);
  }
  svg text.value {
    fill: var(--ink);
  }
  .series {
    fill: var(--series);
  }
  .muted {
    fill: var(--muted);
  }
  .axis {
    stroke: var(--line);
  }
  .mark {
    stroke: var(--mark);
    stroke-width: 1.5;
  }
  .moment {
    stroke: var(--soft);
    stroke-dasharray: 3 3;
  }
  .step {
    fill: none;
    stroke: var(--series);
    stroke-width: 2;
  }
  @media print {
    body {
      background: none;
    }
  }
</style>`;
