/** Markup that only `html` makes: text that came from anywhere is never taken for it. */
export interface Markup {
  readonly markup: string;
}

export type Part = string | number | Markup | readonly Markup[];

const made = new WeakSet();

/** Markup from a template. What is put in is escaped, in text and in quoted attributes alike, unless `html` made it. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = strings.map((fixed, index) => fixed + written(parts[index] ?? "")).join("");
  const result = { markup };
  made.add(result);
  return result;
}

/** Several one after the other. */
export function each<T>(values: readonly T[], write: (value: T, index: number) => Markup): readonly Markup[] {
  return values.map(write);
}

function written(part: Part): string {
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escape(part);
  if ("markup" in part) return made.has(part) ? part.markup : escape(part.markup);
  return part.map(written).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Control characters, and those that turn the direction of the text about them; not the joiner of emoji. */
const unseen = /[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]--[\u200d]]/gv;

function escape(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? "").replaceAll(unseen, visible);
}

function visible(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}
