import { inspect, type InspectOptions } from "node:util";
import { expect } from "vitest";
import { isLatchkeyError } from "../../../src/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import type { Finding, SecretSearch } from "../../harness/secrets.ts";

const everything: InspectOptions = {
  depth: null,
  showHidden: true,
  getters: true,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: Infinity,
};

/** What anybody who is handed Latchkey's values, errors, logs or metrics can see of them. */
export class Observed {
  readonly #whereByText = new Map<string, string>();
  readonly #codes = new Set<string>();
  readonly #kinds = new Map<string, number>();

  /** Codes of the errors that were seen. */
  get codes(): ReadonlySet<string> {
    return this.#codes;
  }

  /** How many values of a kind were seen; the kind is the first word of where. */
  count(kind: string): number {
    return this.#kinds.get(kind) ?? 0;
  }

  /** A code that was told otherwise than by an error that was thrown. */
  addCode(code: string): void {
    this.#codes.add(code);
  }

  /** @param where - a kind, such as "error" or "log", and what it was. */
  add(where: string, ...values: readonly unknown[]): void {
    const [kind = ""] = where.split(" ", 1);
    for (const value of values) {
      this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
      if (isLatchkeyError(value)) this.#codes.add(value.code);
      for (const text of textsOf(value)) if (!this.#whereByText.has(text)) this.#whereByText.set(text, where);
    }
  }

  /** Makes an attempt that has to fail with this code, and keeps the error. */
  async provoke(code: string, what: string, attempt: () => unknown): Promise<void> {
    const error = await thrownBy(attempt).catch(() => expect.fail(`${what}: nothing was thrown`));
    this.add(`error ${what}`, error);
    expect(error, what).toMatchObject({ code });
  }

  /** Every secret that can be seen, and where. */
  leaks(search: SecretSearch): (Finding & { readonly where: string })[] {
    return [...this.#whereByText].flatMap(([text, where]) => search.inText(text).map((found) => ({ where, ...found })));
  }

  /** Whether a text was seen anywhere. */
  sees(part: string): boolean {
    return [...this.#whereByText.keys()].some((text) => text.includes(part));
  }
}

/** Every text that a value turns into. */
function textsOf(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  const texts = [
    inspect(value),
    inspect(value, everything),
    inspect(value, { ...everything, customInspect: false }),
    ...attempted(() =>
      JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? `${String(member)}n` : member)),
    ),
    ...attempted(() => String(value)),
    ...inherited(value),
  ];
  if (value instanceof Error && depth < 10) {
    texts.push(value.message, value.stack ?? "");
    // Own members that are hidden from JSON and, under a custom inspect, from inspect.
    for (const key of Reflect.ownKeys(value)) texts.push(String(key), ...textsOf(Reflect.get(value, key), depth + 1));
  }
  return texts;
}

/** What the getters of a value's classes give, which inspect does not show. */
function inherited(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const texts: string[] = [];
  for (
    let made: unknown = Object.getPrototypeOf(value);
    isObject(made) && made !== Object.prototype;
    made = Object.getPrototypeOf(made)
  ) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(made))) {
      if (get !== undefined)
        texts.push(...attempted(() => `${name}: ${inspect(Reflect.apply(get, value, []), everything)}`));
    }
  }
  return texts;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What cannot be shown shows nothing. */
function attempted(show: () => unknown): string[] {
  try {
    const text = show();
    return typeof text === "string" ? [text] : [];
  } catch {
    return [];
  }
}
