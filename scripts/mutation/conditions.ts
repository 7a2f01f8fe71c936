import { child, childrenIn, type Node, oneLine, type Source, textOf } from "./syntax.ts";

/** How a change is made, once the mutant's number is known. */
export interface Change {
  readonly what: string;
  readonly start: number;
  readonly end: number;
  /** @param on - the expression that is true while the mutant is active. */
  wrap(on: string): { readonly before: string; readonly after: string };
}

const boundaries: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const comparisons = [...Object.keys(boundaries), "==", "!="];

/**
 * What can be wrong with a condition that starts at `node`: it is the other way round, an operand of its `&&` or `||` is
 * missing, a boundary is off by one. Nothing for a node inside a condition, whose outermost node answers for it.
 *
 * @param interfaces - whether the function lists interface ids, of which each operand is one: only those are dropped.
 */
export function conditionMutants(
  source: Source,
  node: Node,
  [parent]: readonly Node[],
  interfaces: boolean,
): readonly Change[] {
  if (parent === undefined) return [];
  if (parent.type === "ForStatement" && isAt(parent, "condition", node)) return operandChanges(source, node);
  const asked = isAsked(parent, node);
  if (!asked && !(isBoolean(node) && !isInside(parent))) return [];
  const negation: Change = {
    what: `not (${oneLine(textOf(source, node))})`,
    ...range(node),
    wrap: (on) => ({ before: `(${on} != (`, after: "))" }),
  };
  return [...(interfaces ? [] : [negation]), ...operandChanges(source, node)];
}

const range = ({ start, end }: Node): { readonly start: number; readonly end: number } => ({ start, end });

function isAt(parent: Node, key: string, node: Node): boolean {
  const found = child(parent, key);
  return found?.start === node.start && found.end === node.end && found.type === node.type;
}

/** Whether the node decides which way the program goes, or what a function answers. */
function isAsked(parent: Node, node: Node): boolean {
  if (["IfStatement", "WhileStatement", "DoWhileStatement", "Conditional"].includes(parent.type)) {
    return isAt(parent, "condition", node);
  }
  if (node.type === "Literal" && node.raw["kind"] === "bool") {
    return parent.type === "Return" || parent.type === "TupleExpression";
  }
  return parent.type === "FunctionCall" && node.raw === first(parent)?.raw && isRequire(parent);
}

const first = (call: Node): Node | undefined => childrenIn(call, "arguments")[0];

export function isRequire(call: Node): boolean {
  const name = child(call, "expression")?.raw["name"];
  return call.type === "FunctionCall" && (name === "require" || name === "assert");
}

const operatorOf = ({ raw }: Node): string => (typeof raw["operator"] === "string" ? raw["operator"] : "");

function isLogical(node: Node): boolean {
  return node.type === "BinaryOperation" && ["&&", "||"].includes(operatorOf(node));
}

function isBoolean(node: Node): boolean {
  return isLogical(node) || (node.type === "BinaryOperation" && comparisons.includes(operatorOf(node)));
}

/** Whether what stands under `parent` was met with it: an operand, in parentheses or not. A tuple of several is none. */
function isInside(parent: Node): boolean {
  if (parent.type === "TupleExpression") return childrenIn(parent, "components").length === 1;
  return isBoolean(parent) || (parent.type === "UnaryOperation" && operatorOf(parent) === "!");
}

function operandChanges(source: Source, node: Node): readonly Change[] {
  if (node.type === "TupleExpression") {
    const [only, ...others] = childrenIn(node, "components");
    return only === undefined || others.length > 0 ? [] : operandChanges(source, only);
  }
  if (node.type === "UnaryOperation" && operatorOf(node) === "!") {
    const inner = child(node, "subExpression");
    return inner === undefined ? [] : operandChanges(source, inner);
  }
  if (isLogical(node)) return operandsOf(node, operatorOf(node)).flatMap((each) => dropped(source, node, each));
  return boundaryChange(source, node);
}

/** `a || b || c` has three operands, although the tree nests them. */
function operandsOf(node: Node, operator: string): readonly Node[] {
  if (node.type !== "BinaryOperation" || operatorOf(node) !== operator) return [node];
  return ["leftExpression", "rightExpression"].flatMap((key) => {
    const operand = child(node, key);
    return operand === undefined ? [] : operandsOf(operand, operator);
  });
}

function dropped(source: Source, whole: Node, operand: Node): readonly Change[] {
  const any = operatorOf(whole) === "||";
  const drop: Change = {
    what: `dropped ${oneLine(textOf(source, operand))}`,
    ...range(operand),
    // First the question, so that the operand is not even evaluated.
    wrap: (on) => ({ before: any ? `(!${on} && (` : `(${on} || (`, after: "))" }),
  };
  return [drop, ...operandChanges(source, operand)];
}

function boundaryChange(source: Source, node: Node): readonly Change[] {
  const other = node.type === "BinaryOperation" ? boundaries[operatorOf(node)] : undefined;
  const [left, right] = [child(node, "leftExpression"), child(node, "rightExpression")];
  if (other === undefined || left === undefined || right === undefined) return [];
  const moved = `${textOf(source, left)} ${other} ${textOf(source, right)}`;
  return [
    {
      what: `${oneLine(textOf(source, node))} becomes ${other}`,
      ...range(node),
      wrap: (on) => ({ before: `(${on} ? ${moved} : `, after: ")" }),
    },
  ];
}
