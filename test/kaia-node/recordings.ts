import { readFileSync } from "node:fs";
import { isRecord } from "../../scripts/guards.ts";

/** One request to a real node and what it answered. */
export interface Recording {
  readonly name: string;
  readonly method: string;
  readonly params: readonly unknown[];
  readonly result: unknown;
  readonly error: { readonly code: unknown; readonly message: unknown; readonly data: unknown } | undefined;
  /** As recorded, for what is no JSON-RPC answer. */
  readonly response: Readonly<Record<string, unknown>>;
}

const noBloom = `0x${"0".repeat(512)}`;
const file = new URL("../vectors/kaia/recordings.jsonl", import.meta.url);

/** From a private Kaia v2.2.1 network, in the order of asking. */
export const recordings: readonly Recording[] = readFileSync(file, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const parsed: unknown = JSON.parse(line, (key, value: unknown) =>
      key === "logsBloom" && value === "zeros" ? noBloom : value,
    );
    if (!isRecord(parsed) || !isRecord(parsed["request"]) || !isRecord(parsed["response"])) throw new Error(line);
    const { request, response, name } = parsed;
    const error = isRecord(response["error"]) ? response["error"] : undefined;
    return {
      name: String(name),
      method: String(request["method"]),
      params: Array.isArray(request["params"]) ? request["params"] : [],
      result: response["result"],
      error: error && { code: error["code"], message: error["message"], data: error["data"] },
      response,
    };
  });

export function recorded(pattern: RegExp): readonly Recording[] {
  const found = recordings.filter(({ name }) => pattern.test(name));
  if (found.length === 0) throw new Error(`no recording is named ${String(pattern)}`);
  return found;
}

/** The first of that name. */
export function recording(name: string): Recording {
  const found = recordings.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no recording is named ${name}`);
  return found;
}

/** Keys and kinds of values: `hex`, `text`, `number`, ... A list has the shape of its first item. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return "null";
  if (typeof value === "string") return value.startsWith("0x") ? "hex" : "text";
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (!isRecord(value)) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}
