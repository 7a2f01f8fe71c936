import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/index.ts";
import { keySecret, SecretSearch } from "../../harness/secrets.ts";
import { Observed } from "./observed.ts";

const key = randomBytes(32);
const search = new SecretSearch([keySecret("key", key)]);

class Keeper {
  readonly #key = key;

  get revealed(): string {
    return this.#key.toString("hex");
  }
}

class Careful {
  readonly key = key;

  toJSON(): string {
    return "careful";
  }

  [inspect.custom](): string {
    return "Careful";
  }
}

class Silent {
  readonly #key = key;

  sign(): number {
    return this.#key.length;
  }
}

const hidden = { enumerable: false, value: key };
const latchkeyError = (options: ConstructorParameters<typeof LatchkeyError>[2]) =>
  new LatchkeyError("ERR_CLOSED", "closed", options);

/** Every place of a value that somebody may come to look at. */
const places: readonly (readonly [where: string, value: unknown])[] = [
  ["a member", { a: { b: { c: { d: { e: { key } } } } } }],
  ["a bigint", { n: BigInt(`0x${key.toString("hex")}`) }],
  ["a hidden member", Object.defineProperty({}, "key", hidden)],
  ["a symbol's member", { [Symbol("key")]: key }],
  [
    "a getter",
    {
      get key() {
        return key;
      },
    },
  ],
  ["a getter of its class", new Keeper()],
  ["a member that its class leaves out", new Careful()],
  ["a list", Array.from({ length: 300 }, (_, at) => (at === 299 ? key : at))],
  ["a map", new Map([["a", new Set([key])]])],
  ["a function's member", Object.assign(() => undefined, { key })],
  ["a view's memory", key.subarray(0, 1)],
  ["a message", new Error(key.toString("base64"))],
  ["a cause", new Error("a", { cause: new Error("b", { cause: key }) })],
  ["an error's hidden member", Object.defineProperty(new Error("a"), "key", hidden)],
  ["one of several errors", new AggregateError([new Error("a"), new Error(key.toString("hex"))])],
  ["a context", latchkeyError({ context: { key: key.toString("hex") } })],
  ["the cause of a Latchkey error", latchkeyError({ cause: new Error(key.toString("hex")) })],
  ["a long text", `${"x".repeat(20_000)}${key.toString("hex")}`],
];

describe("what is observed", () => {
  it.each(places)("shows what is in %s", (_where, value) => {
    const observed = new Observed();
    observed.add("object x", value);
    expect(observed.leaks(search).map(({ what }) => what)).toContain("key");
  });

  it("does not show what is private, and counts and remembers codes", () => {
    const observed = new Observed();
    const value = new Silent();
    value.sign();
    observed.add("object x", value, new Silent());
    observed.add("error x", latchkeyError({ cause: new LatchkeyError("ERR_STORE_BUSY", "busy") }));
    expect(observed.leaks(search)).toEqual([]);
    expect(observed.count("object")).toBe(2);
    expect([...observed.codes]).toEqual(["ERR_CLOSED"]);
  });

  it("takes no other error, and no success, for the one that is to be provoked", async () => {
    const observed = new Observed();
    const failing = () => Promise.reject(new Error("other"));
    await expect(observed.provoke("ERR_CLOSED", "x", failing)).rejects.toThrow("x");
    await expect(observed.provoke("ERR_CLOSED", "x", () => 1)).rejects.toThrow("nothing was thrown");
    await observed.provoke("ERR_CLOSED", "x", () => Promise.reject(latchkeyError({})));
  });
});
