import { bodiesOf, type Edit, type Mutant, statementsOf } from "./mutants.ts";
import { isRequire } from "./conditions.ts";
import { child, type Node, type Source, textOf, walk, word } from "./syntax.ts";

/** Where the function is that says which mutant is active. */
export const switchPath = "contracts/Mutation.sol";

/** What a block's beneficiary is while no mutant is active; each mutant's number is added to it. */
const nobody = 0x6d757461_6e740000_00000000_00000000_00000000n;

/** The beneficiary of blocks that activates a mutant, or none by 0. */
export function addressOf(number: number): string {
  return `0x${(nobody + BigInt(number)).toString(16).padStart(40, "0")}`;
}

export const switchSource = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

function _mutant(uint256 number) view returns (bool) {
    unchecked {
        return uint160(address(block.coinbase)) - uint160(${BigInt(addressOf(0))}) == number;
    }
}
`;

/** The sources with all mutants in them, each asleep until its number is called. */
export function schemaOf(sources: readonly Source[], mutants: readonly Mutant[]): ReadonlyMap<string, string> {
  const views = viewsAmong(sources, mutants);
  return new Map(
    sources.map((source) => {
      const own = mutants.filter(({ path }) => path === source.path);
      const edits = [...own.map(({ edit }) => edit), ...frame(source), ...viewEdits(source, views)];
      return [source.path, apply(source, edits)];
    }),
  );
}

/** What each source needs whichever its mutants are: the switch, and a way to leave each of its modifiers out. */
function frame(source: Source): readonly Edit[] {
  const pragma = [...walk(source.root)].find(([{ type }]) => type === "PragmaDirective")?.[0];
  if (pragma === undefined) throw new Error(`${source.path} has no pragma.`);
  const up = "../".repeat(source.path.split("/").length - switchPath.split("/").length) || "./";
  const name = switchPath.split("/").at(-1) ?? "";
  const after = ` import {_mutant} from "${up}${name}";`;
  const optional = bodiesOf(source)
    .filter(({ body }) => body.type === "ModifierDefinition")
    .map(({ body }) => ({ start: body.start, end: body.end, before: "", after: unlessModifier(word(body, "name")) }));
  return [{ start: pragma.start, end: pragma.end, before: "", after }, ...optional];
}

function unlessModifier(name: string): string {
  return ` function _ask_${name}() private view ${name} {} modifier ${name}Unless(bool without) { if (!without) _ask_${name}(); _; }`;
}

/** Names of functions that cannot stay pure, since they or what they call ask for the mutant. */
function viewsAmong(sources: readonly Source[], mutants: readonly Mutant[]): ReadonlySet<string> {
  const pure = sources.flatMap((source) =>
    bodiesOf(source)
      .map(({ body }) => ({ source, body }))
      .filter(({ body }) => word(body, "stateMutability") === "pure"),
  );
  const views = new Set<string>();
  for (let before = -1; before !== views.size;) {
    before = views.size;
    for (const { source, body } of pure) {
      const mutated = mutants.some(({ path, edit }) => path === source.path && isWithin(edit, body));
      const calls = [...walk(body)].some(([{ type, raw }]) => type === "Identifier" && views.has(String(raw["name"])));
      if (mutated || calls) views.add(word(body, "name"));
    }
  }
  return views;
}

function viewEdits(source: Source, views: ReadonlySet<string>): readonly Edit[] {
  return bodiesOf(source).flatMap(({ body }) => {
    if (word(body, "stateMutability") !== "pure" || !views.has(word(body, "name"))) return [];
    const parameters = child(body, "parameters")?.end ?? body.start;
    const place = parameters + textOf(source, { start: parameters, end: body.end }).indexOf("pure");
    // A comment takes the word out.
    return [{ start: place, end: place + "pure".length, before: "view /*", after: "*/" }];
  });
}

const isWithin = (inner: Edit, outer: Node): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** Edits nest or are apart; of two with the same stretch the first lies outside. */
function apply({ bytes }: Source, edits: readonly Edit[]): string {
  const insertions = edits.flatMap((edit, order) => {
    const { start, end, before, after } = edit;
    return [
      { at: start, opens: true, length: end - start, order, text: before },
      { at: end, opens: false, length: end - start, order, text: after },
    ];
  });
  const sorted = insertions.toSorted((a, b) => {
    if (a.at !== b.at) return a.at - b.at;
    if (a.opens !== b.opens) return a.opens ? 1 : -1;
    const outside = b.length - a.length || a.order - b.order;
    return a.opens ? outside : -outside;
  });
  let text = "";
  let from = 0;
  for (const { at, text: inserted } of sorted) {
    text += bytes.toString("utf8", from, at) + inserted;
    from = at;
  }
  return text + bytes.toString("utf8", from);
}

/** Every `revert` that no mutant bears on, as `path:line`: a part of the sources that the run would say nothing about. */
export function uncoveredReverts(sources: readonly Source[], mutants: readonly Mutant[]): readonly string[] {
  return sources.flatMap((source) => {
    const own = mutants.filter(({ path }) => path === source.path).map(({ edit }) => edit);
    const reverts = bodiesOf(source).flatMap(({ body }) =>
      [...walk(body)]
        .filter(([node]) => isRevert(node))
        .map(([node, above]) => ({
          node,
          covered: conditionsBefore(node, above, body).some((each) => hasEdit(own, each)),
        })),
    );
    const lines = reverts.filter(({ covered }) => !covered).map(({ node }) => lineOf(source, node.start));
    const written = plainText(source).match(/\b(?:revert|require|assert)\b/g)?.length ?? 0;
    const faults = lines.map((line) => `${source.path}:${line}`);
    return written === reverts.length
      ? faults
      : [...faults, `${source.path}: ${written} written, ${reverts.length} seen`];
  });
}

function isRevert(node: Node): boolean {
  if (node.type === "YulFunctionCall") return word(child(node, "functionName"), "name") === "revert";
  // Without an error of ours, revert is a function.
  const called = node.type === "FunctionCall" && word(child(node, "expression"), "name") === "revert";
  return node.type === "RevertStatement" || called || isRequire(node);
}

/** The conditions that decide whether a node is reached: around it, or of a way out before it. */
function conditionsBefore(node: Node, above: readonly Node[], body: Node): readonly Node[] {
  if (isRequire(node)) return [node];
  const around = above.filter(({ type }) => type === "IfStatement");
  const exits = statementsOf(body).filter(
    (each) =>
      each.type === "IfStatement" && each.end <= node.start && [...walk(each)].some(([{ type }]) => type === "Return"),
  );
  const [nearest] = around;
  return (nearest === undefined ? exits : [nearest]).flatMap((each) => child(each, "condition") ?? []);
}

function hasEdit(edits: readonly Edit[], node: Node): boolean {
  return edits.some((edit) => isWithin(edit, node));
}

const lineOf = ({ bytes }: Source, offset: number): number => bytes.subarray(0, offset).toString().split("\n").length;

function plainText({ bytes }: Source): string {
  return bytes.toString().replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|"(?:[^"\\\n]|\\.)*"/gm, "");
}
