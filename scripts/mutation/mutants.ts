import { type Change, conditionMutants } from "./conditions.ts";
import { child, childrenIn, type Node, oneLine, type Source, textOf, walk, word } from "./syntax.ts";

/** Text put around a stretch of the source; what stands between stays. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/** A change of the source that a test should notice. */
export interface Mutant {
  /** From 1 on, over all sources; zero is nobody. */
  readonly number: number;
  /** Contract, function and change: stays the same while these do. */
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly edit: Edit;
}

/** Checks that are called by name, and what stands for those whose answer is used. */
const checks: Readonly<Record<string, string | undefined>> = {
  _checkAuthorized: undefined,
  _checkMintable: undefined,
  _checkProof: undefined,
  _disableInitializers: undefined,
  _requireNotPaused: undefined,
  _requireOwned: "_ownerOf",
  _requireReceived: undefined,
};

/** The expression in a source that asks whether a mutant is active; the function is given by the schema. */
const active = (number: number | string): string => `_mutant(${number})`;

/** All mutants of some sources, numbered from 1 in their order. */
export function mutantsOf(sources: readonly Source[]): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const seen = new Map<string, number>();
  for (const source of sources) {
    for (const { where, body } of bodiesOf(source)) {
      for (const { what, start, end, wrap } of changesIn(source, body)) {
        const plain = `${where}: ${what}`;
        const times = (seen.get(plain) ?? 0) + 1;
        seen.set(plain, times);
        const number = mutants.length + 1;
        mutants.push({
          number,
          id: times === 1 ? plain : `${plain} (${times})`,
          path: source.path,
          line: source.bytes.subarray(0, start).toString().split("\n").length,
          edit: { start, end, ...wrap(active(number)) },
        });
      }
    }
  }
  return mutants;
}

/** Functions and modifiers that have a body, each as `Contract.name`. */
export function bodiesOf({ root }: Source): readonly { readonly where: string; readonly body: Node }[] {
  return [...walk(root)]
    .filter(([{ type }]) => type === "FunctionDefinition" || type === "ModifierDefinition")
    .filter(([node]) => child(node, "body") !== undefined)
    .map(([body, [contract]]) => ({
      where: [word(contract, "name"), word(body, "name") || word(body, "kind")].filter((name) => name !== "").join("."),
      body,
    }));
}

function changesIn(source: Source, definition: Node): readonly Change[] {
  return [...walk(definition)].flatMap(([node, above]) => {
    if (node.type === "ModifierInvocation") return modifierChange(source, node, definition);
    if (node.type === "ExpressionStatement" && above[0]?.type !== "ForStatement") return removal(source, node);
    const conditions = conditionMutants(source, node, above, word(definition, "name") === "supportsInterface");
    if (node.type !== "FunctionCall" || above[0]?.type === "ExpressionStatement") return conditions;
    return [...conditions, ...replacement(source, node)];
  });
}

/** A modifier is left out of one function. */
function modifierChange(source: Source, node: Node, definition: Node): readonly Change[] {
  const { start, end } = node;
  const what = `without ${oneLine(textOf(source, node))}`;
  const ours = word(child(node, "modifierName"), "name").startsWith("only");
  if (ours) return [{ what, start, end, wrap: (on) => ({ before: "", after: `Unless(${on})` }) }];
  return word(definition, "kind") === "function" ? [{ what, ...twice(source, definition) }] : [];
}

/** The function with its modifiers and the same without, and one that calls either: nothing is known of the modifier. */
function twice(source: Source, definition: Node): Omit<Change, "what"> {
  const [parameters, body] = [child(definition, "parameters"), child(definition, "body")];
  if (parameters === undefined || body === undefined) throw new Error("A function has no parameters or no body.");
  const name = word(definition, "name");
  const start = Number(word(definition, "nameLocation").split(":")[0]);
  const given = textOf(source, parameters);
  const args = childrenIn(parameters, "parameters")
    .map((each) => word(each, "name"))
    .join(", ");
  const bare = `function _bare_${name}${given} private ${textOf(source, body)}`;
  const wrap = (on: string): { before: string; after: string } => ({
    before: `${name}${given} public { if (${on}) _bare_${name}(${args}); else _whole_${name}(${args}); } ${bare} function _whole_`,
    after: "",
  });
  return { start, end: definition.end, wrap };
}

/** A check, or a count, is left out. */
function removal(source: Source, statement: Node): readonly Change[] {
  const expression = child(statement, "expression");
  if (expression === undefined || !isRemovable(expression)) return [];
  const { start } = statement;
  const end = source.bytes.indexOf(";", statement.end - 1) + 1;
  return [
    {
      what: `without ${oneLine(textOf(source, expression))}`,
      start,
      end,
      // Braces keep an "else" that follows with the "if" that it belongs to.
      wrap: (on) => ({ before: `{ if (!${on}) `, after: " }" }),
    },
  ];
}

function isRemovable(expression: Node): boolean {
  if (expression.type === "FunctionCall") return Object.hasOwn(checks, word(child(expression, "expression"), "name"));
  if (expression.type === "Assignment") return word(expression, "operator") !== "=";
  return expression.type === "UnaryOperation" && ["++", "--", "delete"].includes(word(expression, "operator"));
}

/** A check whose answer is used gives way to what answers without checking. */
function replacement(source: Source, call: Node): readonly Change[] {
  const name = child(call, "expression");
  const other = name?.type === "Identifier" ? checks[word(name, "name")] : undefined;
  if (name === undefined || other === undefined) return [];
  const rest = textOf(source, { start: name.end, end: call.end });
  const { start, end } = call;
  const wrap = (on: string): { before: string; after: string } => ({
    before: `(${on} ? ${other}${rest} : `,
    after: ")",
  });
  return [{ what: `${oneLine(textOf(source, call))} becomes ${other}${oneLine(rest)}`, start, end, wrap }];
}

/** The statements of a modifier or function; only blocks have any. */
export function statementsOf(definition: Node): readonly Node[] {
  const body = child(definition, "body");
  return body === undefined ? [] : childrenIn(body, "statements");
}
