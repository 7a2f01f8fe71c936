import { describe, expect, it } from "vitest";
import { toWalletId } from "../../src/units/brands.ts";
import { EventHub, type WalletEvent } from "../../src/wallets/events.ts";
import { oneChain } from "../harness/offline-chain.ts";
import { createRecorder } from "../harness/recorder.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
import { nextTurns } from "./next-turns.ts";

const event: WalletEvent = { walletId: toWalletId("wallet"), userId: "user", addresses: { main: "0x0" } };

function newHub() {
  const { logger, lines } = createRecorder();
  const told: string[] = [];
  return { hub: new EventHub(logger), lines, told };
}

function throwIt(): never {
  throw new Error("thrown while it was looked at");
}

// Budget of the file: 5 s.
describe("EventHub", () => {
  it("tells every listener of an event by name, before emit returns", () => {
    const { hub, told } = newHub();
    hub.emit("wallet.created", event);
    hub.on("wallet.created", ({ userId }) => told.push(`one ${userId}`));
    hub.on("wallet.created", ({ userId }) => told.push(`two ${userId}`));
    hub.on("wallet.extended", () => told.push("another event"));
    hub.emit("wallet.created", event);
    expect(told).toEqual(["one user", "two user"]);
  });

  it("tells a function once for each time that it was given, until that one is removed", () => {
    const { hub, told } = newHub();
    const listener = (): number => told.push("told");
    const [offOne, offTwo] = [hub.on("wallet.created", listener), hub.on("wallet.created", listener)];
    hub.emit("wallet.created", event);
    expect(told).toHaveLength(2);
    offOne();
    offOne();
    hub.emit("wallet.created", event);
    expect(told).toHaveLength(3);
    offTwo();
    hub.emit("wallet.created", event);
    expect(told).toHaveLength(3);
  });

  it("does not tell a listener that another one removed from the same event", () => {
    const { hub, told } = newHub();
    const removals: (() => void)[] = [];
    hub.on("wallet.created", () => {
      told.push("first");
      for (const remove of removals) remove();
    });
    removals.push(
      hub.on("wallet.created", () => told.push("second")),
      hub.on("wallet.created", () => told.push("third")),
    );
    hub.on("wallet.created", () => told.push("last"));
    hub.emit("wallet.created", event);
    expect(told).toEqual(["first", "last"]);
  });

  it("lets a listener remove itself, and tells those after it", () => {
    const { hub, told } = newHub();
    const off = hub.on("wallet.created", () => {
      told.push("once");
      off();
    });
    hub.on("wallet.created", () => told.push("each"));
    hub.emit("wallet.created", event);
    hub.emit("wallet.created", event);
    expect(told).toEqual(["once", "each", "each"]);
  });

  it("tells a listener that was added from within an event of the next one, and does not run on for ever", () => {
    const { hub, told } = newHub();
    const addAnother = (): void => {
      told.push("told");
      hub.on("wallet.created", addAnother);
    };
    hub.on("wallet.created", addAnother);
    hub.emit("wallet.created", event);
    expect(told).toHaveLength(1);
    hub.emit("wallet.created", event);
    expect(told).toHaveLength(3);
  });

  it("logs what a listener throws by its name alone, and tells the others", async () => {
    const { hub, lines, told } = newHub();
    hub.on("wallet.created", () => {
      throw new RangeError("a secret of the listener's");
    });
    hub.on("wallet.created", () => told.push("next"));
    hub.emit("wallet.created", event);
    await nextTurns();
    expect(told).toEqual(["next"]);
    expect(lines).toEqual([
      { level: "error", fields: { event: "wallet.created", error: "RangeError" }, message: "a listener threw" },
    ]);
  });

  it.each<readonly [what: string, thrown: unknown, kind: string]>([
    ["a text", "a secret of the listener's", "string"],
    ["nothing", undefined, "undefined"],
    ["an error whose name throws", Object.defineProperty(new Error(), "name", { get: throwIt }), "object"],
    ["an error whose name is none", Object.defineProperty(new Error(), "name", { value: { secret: 1 } }), "Error"],
    ["a proxy that throws", new Proxy({}, { getPrototypeOf: throwIt }), "object"],
  ])("logs the kind of %s that a listener throws", async (_what, thrown, kind) => {
    const { hub, lines } = newHub();
    hub.on("wallet.created", () => {
      throw thrown;
    });
    hub.emit("wallet.created", event);
    await nextTurns();
    expect(lines.map(({ fields }) => fields["error"])).toEqual([kind]);
  });

  it("logs a promise that rejects, at once or later, and lets no rejection go unhandled", async () => {
    const { hub, lines, told } = newHub();
    hub.on("wallet.created", () => Promise.reject(new TypeError("at once")));
    hub.on("wallet.created", async () => {
      await nextTurns();
      throw new RangeError("later");
    });
    hub.on("wallet.created", async () => {
      await nextTurns();
      told.push("done");
    });
    hub.emit("wallet.created", event);
    await expect.poll(() => told).toEqual(["done"]);
    await nextTurns();
    expect(lines.map(({ fields }) => fields["error"])).toEqual(["TypeError", "RangeError"]);
  });
});

describe("login", () => {
  it("neither waits for a listener nor fails with one that is async", async () => {
    const { latchkey, recorder } = await openTestLatchkey({ directory: temporaryDirectory(), chains: oneChain() });
    const told: string[] = [];
    const never = new Promise<void>(() => undefined);
    latchkey.on("wallet.created", () => never);
    latchkey.on("wallet.created", async ({ userId }) => {
      await Promise.resolve();
      told.push(userId);
      throw new Error("listener");
    });
    expect((await latchkey.login("user")).userId).toBe("user");
    await expect.poll(() => told).toEqual(["user"]);
    await nextTurns();
    expect(recorder.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    await latchkey.close();
  });
});
