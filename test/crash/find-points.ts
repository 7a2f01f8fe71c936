import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";

/** A place in the sources where a process waits: it can be killed right before, and right after. */
export interface AwaitPoint {
  /** `src/file.ts:line:column`, both from 1. */
  readonly name: string;
  readonly kind: "await" | "for-await" | "await-using";
  /** Of the whole expression, in UTF-16 units; for declarations and loops that of what is waited for. */
  readonly start: number;
  readonly end: number;
  /** Of what is waited for. */
  readonly operandStart: number;
  readonly operandEnd: number;
}

/** Every `await`, `for await` and `await using` of a file, in the order of their places. */
export function findPoints(text: string, file: string): readonly AwaitPoint[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  const points: AwaitPoint[] = [];
  const add = (kind: AwaitPoint["kind"], at: number, whole: ts.Node, operand: ts.Node): void => {
    const { line, character } = source.getLineAndCharacterOfPosition(at);
    points.push({
      name: `${file}:${String(line + 1)}:${String(character + 1)}`,
      kind,
      start: whole.getStart(source),
      end: whole.getEnd(),
      operandStart: operand.getStart(source),
      operandEnd: operand.getEnd(),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node)) add("await", node.getStart(source), node, node.expression);
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined)
      add("for-await", node.getStart(source), node.expression, node.expression);
    if (ts.isVariableDeclarationList(node) && isAwaitUsing(node, source)) {
      for (const { initializer } of node.declarations)
        if (initializer !== undefined) add("await-using", node.getStart(source), initializer, initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return points.sort((one, other) => one.start - other.start);
}

function isAwaitUsing(list: ts.VariableDeclarationList, source: ts.SourceFile): boolean {
  return /^await\s+using\s/.test(list.getText(source));
}

/** TypeScript files below a folder, as paths with `/` from the root, sorted. */
export function filesIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** A file's text. */
export function textOf(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}
