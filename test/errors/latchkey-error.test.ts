import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { isLatchkeyError, LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { thrownBy } from "../harness/errors.ts";

const canary = "canary-of-the-cause";

function newError(): LatchkeyError {
  return new LatchkeyError("ERR_RPC_TIMEOUT", "The node did not answer.", {
    context: { block: 2n ** 70n, attempts: 3, method: "eth_call", known: false, hash: null },
    cause: new Error(canary, { cause: canary }),
  });
}

// Budget of the file: 2 s.
describe("LatchkeyError", () => {
  it("is an Error with a code, what the registry says of it, and its cause", () => {
    const error = newError();
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "LatchkeyError", code: "ERR_RPC_TIMEOUT", retryable: true });
    expect(error.message).toBe("The node did not answer.");
    expect(error.stack).toContain("latchkey-error.test.ts");
    expect(error.cause).toMatchObject({ message: canary });
  });

  it("has no cause and no context where none was given", () => {
    const error = new LatchkeyError("ERR_CLOSED", "closed");
    expect("cause" in error).toBe(false);
    expect(error.context).toEqual({});
    expect(error.retryable).toBe(false);
  });

  it("is retryable where this occurrence says so, whatever the registry says", () => {
    expect(new LatchkeyError("ERR_RPC_TIMEOUT", "once", { retryable: false }).retryable).toBe(false);
    expect(new LatchkeyError("ERR_CLOSED", "closed", { retryable: true }).retryable).toBe(true);
  });

  it("turns into JSON with its context, bigints as text, and without cause and stack", () => {
    expect(JSON.parse(JSON.stringify(newError()))).toEqual({
      name: "LatchkeyError",
      code: "ERR_RPC_TIMEOUT",
      message: "The node did not answer.",
      retryable: true,
      context: { block: "1180591620717411303424", attempts: 3, method: "eth_call", known: false, hash: null },
    });
  });

  it("prints with its context and stack, and without the cause", () => {
    for (const printed of [inspect(newError()), inspect({ deep: [newError()] }, { depth: 9 }), String(newError())]) {
      expect(printed).not.toContain(canary);
    }
    const printed = inspect(newError());
    expect(printed).toContain("LatchkeyError: The node did not answer.");
    expect(printed).toContain("code: 'ERR_RPC_TIMEOUT'");
    expect(printed).toContain("1180591620717411303424n");
    expect(printed).toContain("latchkey-error.test.ts");
  });

  it("keeps its context, whatever becomes of the object it was given and whoever tries to change it", async () => {
    const given = { attempts: 1 };
    const error = new LatchkeyError("ERR_CLOSED", "closed", { context: given });
    given.attempts = 2;
    expect(await thrownBy(() => Object.assign(error.context, { attempts: 3 }))).toBeInstanceOf(TypeError);
    expect(await thrownBy(() => Object.assign(error.context, { added: 1 }))).toBeInstanceOf(TypeError);
    expect(error.context).toEqual({ attempts: 1 });
  });
});

describe("isLatchkeyError", () => {
  it("tells a code from another", () => {
    expect(isLatchkeyError(newError())).toBe(true);
    expect(isLatchkeyError(newError(), "ERR_RPC_TIMEOUT")).toBe(true);
    expect(isLatchkeyError(newError(), "ERR_CLOSED")).toBe(false);
  });

  it("knows the errors of another copy of the package, and the other copy knows these", async () => {
    vi.resetModules();
    const other = await import("../../src/errors/latchkey-error.ts");
    expect(other.LatchkeyError).not.toBe(LatchkeyError);
    const foreign = new other.LatchkeyError("ERR_CLOSED", "closed");
    expect(foreign).not.toBeInstanceOf(LatchkeyError);
    expect(isLatchkeyError(foreign, "ERR_CLOSED")).toBe(true);
    expect(other.isLatchkeyError(newError(), "ERR_RPC_TIMEOUT")).toBe(true);
  });

  it.each([
    undefined,
    null,
    "ERR_CLOSED",
    42,
    new Error("ERR_CLOSED"),
    { name: "LatchkeyError", code: "ERR_CLOSED" },
    Object.assign(new Error("closed"), { name: "LatchkeyError", code: "ERR_CLOSED" }),
    JSON.parse(JSON.stringify(new LatchkeyError("ERR_CLOSED", "closed"))),
  ])("takes %j for no Latchkey error", (value: unknown) => {
    expect(isLatchkeyError(value)).toBe(false);
    expect(isLatchkeyError(value, "ERR_CLOSED")).toBe(false);
  });
});
