import { createRequire } from "node:module";
import { isRecord } from "../guards.ts";

/** A node of the compiler's syntax tree, as it is before names are resolved. */
export interface Node {
  readonly type: string;
  /** Offsets in bytes; the end is excluded. */
  readonly start: number;
  readonly end: number;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A source with its tree. */
export interface Source {
  readonly path: string;
  readonly bytes: Buffer;
  readonly root: Node;
}

function nodeOf(value: unknown): Node | undefined {
  if (!isRecord(value)) return undefined;
  const { nodeType, src } = value;
  if (typeof nodeType !== "string" || typeof src !== "string") return undefined;
  const [start = 0, length = 0] = src.split(":").map(Number);
  return { type: nodeType, start, end: start + length, raw: value };
}

export function child(node: Node, key: string): Node | undefined {
  return nodeOf(node.raw[key]);
}

export function childrenIn(node: Node, key: string): readonly Node[] {
  const value = node.raw[key];
  return Array.isArray(value) ? value.map(nodeOf).filter((each) => each !== undefined) : [];
}

/** In the order of the source. */
function children(node: Node): readonly Node[] {
  return Object.keys(node.raw)
    .flatMap((key) => child(node, key) ?? childrenIn(node, key))
    .toSorted((a, b) => a.start - b.start);
}

/** A string of a node, such as its name; empty if there is none. */
export function word(node: Node | undefined, key: string): string {
  const value = node?.raw[key];
  return typeof value === "string" ? value : "";
}

export function textOf({ bytes }: Source, { start, end }: { readonly start: number; readonly end: number }): string {
  return bytes.toString("utf8", start, end);
}

/** On one line, and without what would end a code span. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The node and all below it, each with its ancestors, the nearest first. */
export function* walk(node: Node, above: readonly Node[] = []): Generator<readonly [Node, readonly Node[]]> {
  yield [node, above];
  for (const each of children(node)) yield* walk(each, [node, ...above]);
}

/** Parses with the compiler that the lockfile pins; throws on the first file that is no Solidity. */
export function parse(files: ReadonlyMap<string, string>): readonly Source[] {
  const sources = Object.fromEntries([...files].map(([path, content]) => [path, { content }]));
  const settings = { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } };
  const output = compilerOutput({ language: "Solidity", sources, settings });
  return [...files].map(([path, text]) => {
    const parsed = isRecord(output["sources"]) ? output["sources"][path] : undefined;
    const root = isRecord(parsed) ? nodeOf(parsed["ast"]) : undefined;
    if (root === undefined) throw new Error(`${path} was not parsed: ${JSON.stringify(output["errors"])}`);
    return { path, bytes: Buffer.from(text), root };
  });
}

function compilerOutput(input: unknown): Readonly<Record<string, unknown>> {
  const solc: unknown = createRequire(import.meta.url)("solc");
  const compile = isRecord(solc) ? solc["compile"] : undefined;
  if (typeof compile !== "function") throw new TypeError("The package solc has no function compile.");
  const output: unknown = JSON.parse(String(Reflect.apply(compile, undefined, [JSON.stringify(input)])));
  if (!isRecord(output)) throw new TypeError("The compiler answered no object.");
  return output;
}
