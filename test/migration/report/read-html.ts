export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What is directly in it. */
  readonly text: string;
  readonly children: readonly Element[];
}

interface Open extends Element {
  text: string;
  readonly children: Element[];
}

const empty = new Set(["meta", "br"]);
const attribute = /^\s+([a-zA-Z][\w:-]*)(?:="([^"<>]*)")?/;

/**
 * Reads HTML that is written as strictly as XML: each element closed, each value in double quotes. Whatever else there is,
 * such as a tag that text brought along, is refused.
 */
export function readHtml(html: string): Element {
  const root: Open = { name: "#root", attributes: {}, text: "", children: [] };
  const stack = [root];
  let rest = html.replace(/^<!doctype html>\n/, "");
  while (rest !== "") {
    const top = stack.at(-1) ?? root;
    if (top.name === "style") {
      const end = rest.indexOf("</style>");
      top.text = rest.slice(0, end);
      rest = rest.slice(end);
    }
    const closing = /^<\/([a-z][\w-]*)>/i.exec(rest);
    if (closing !== null) {
      if (stack.pop()?.name !== closing[1]) throw new Error(`Not open: ${closing[0]}`);
      rest = rest.slice(closing[0].length);
    } else if (rest.startsWith("<")) {
      const name = /^<([a-z][a-zA-Z0-9]*)/.exec(rest)?.[1];
      if (name === undefined) throw new Error(`No tag: ${rest.slice(0, 80)}`);
      rest = rest.slice(name.length + 1);
      const attributes: Record<string, string> = {};
      for (let next = attribute.exec(rest); next !== null; next = attribute.exec(rest)) {
        attributes[next[1] ?? ""] = decoded(next[2] ?? "");
        rest = rest.slice(next[0].length);
      }
      const end = /^\s*(\/?)>/.exec(rest);
      if (end === null) throw new Error(`A tag without an end: <${name} ${rest.slice(0, 80)}`);
      rest = rest.slice(end[0].length);
      const element: Open = { name, attributes, text: "", children: [] };
      top.children.push(element);
      if (end[1] === "" && !empty.has(name)) stack.push(element);
    } else {
      const text = /^[^<]+/.exec(rest)?.[0] ?? "";
      if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(text)) throw new Error(`A bare ampersand: ${text.slice(0, 80)}`);
      top.text += decoded(text);
      rest = rest.slice(text.length);
    }
  }
  if (stack.length !== 1) throw new Error(`Not closed: ${stack.map(({ name }) => name).join(" ")}`);
  return root;
}

/** An element and all that is in it. */
export function within(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(within)];
}

export function textOf(element: Element): string {
  return within(element)
    .map(({ text }) => text)
    .join(" ")
    .replaceAll(/\s+/g, " ");
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (whole, digits?: string, name?: string) =>
    digits === undefined ? (named[name ?? ""] ?? whole) : String.fromCodePoint(Number(digits)),
  );
}
