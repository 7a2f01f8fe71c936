import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  type Latchkey,
  localRootKey,
  type Logger,
  type Meter,
  openLatchkey,
  sqlite,
  type StoreAdapter,
} from "../../src/index.ts";
import { thrownBy } from "../harness/errors.ts";
import { offlineChain, secondScheme, someTransfer } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { nextTurns } from "../wallets/next-turns.ts";

type Misdeed = () => unknown;

const misdeeds: readonly { readonly what: string; readonly misdeed: Misdeed }[] = [
  {
    what: "throw",
    misdeed: () => {
      throw new Error("the caller's own");
    },
  },
  { what: "reject", misdeed: () => Promise.reject(new Error("the caller's own")) },
];

afterEach(() => {
  vi.useRealTimers();
});

/** A meter and a logger that count how often they were asked, and fail each time. */
function failingParts(misdeed: Misdeed) {
  const asked = { meter: 0, logger: 0 };
  const fail = (part: keyof typeof asked) => () => {
    asked[part] += 1;
    return misdeed();
  };
  const log = fail("logger");
  const meter: Meter = { record: fail("meter") };
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  return { asked, meter, logger };
}

async function openWith(
  misdeed: Misdeed,
  directory: string,
  chains: readonly ReturnType<typeof offlineChain<"main" | "second">>[],
): Promise<{ latchkey: Latchkey<"main" | "second">; asked: { meter: number; logger: number }; loggerOfStore: Logger }> {
  const { asked, meter, logger } = failingParts(misdeed);
  const inner = sqlite(join(directory, "wallets.db"));
  const given: Logger[] = [];
  const store: StoreAdapter = {
    description: inner.description,
    open: (loggerOfStore) => {
      given.push(loggerOfStore);
      return inner.open(loggerOfStore);
    },
  };
  const wrappingKey = localRootKey(join(directory, "root.key"));
  const latchkey = await openLatchkey({ chains, wrappingKey, store, meter, logger });
  onTestFinished(() => latchkey.close());
  return { latchkey, asked, loggerOfStore: given[0] ?? expect.fail("the store was given no logger") };
}

// Budget of the file: 5 s. The test runner fails for exceptions and rejections that nobody handles.
describe.each(misdeeds)("a meter and a logger that $what", ({ misdeed }) => {
  it("change the outcome of no payment, and of nothing else that is done", async () => {
    const directory = temporaryDirectory();
    const main = offlineChain("main");
    const { latchkey, asked } = await openWith(misdeed, directory, [main]);
    latchkey.on("wallet.created", () => Promise.reject(new Error("a listener's own")));
    const { accounts, id } = await latchkey.login("user");
    const handle = await accounts.main.send(someTransfer);
    const { hash } = await handle.wait("final");
    expect(main.sent.map((sent) => sent.hash)).toEqual([hash]);
    expect((await latchkey.login("user")).id).toBe(id);
    // An error stays what it was.
    expect(await thrownBy(() => latchkey.login(""))).toMatchObject({ code: "ERR_USER_ID_INVALID" });
    await nextTurns();
    // Of the listener, at least.
    expect(asked.logger).toBeGreaterThan(0);
    await latchkey.close();

    const chains = [main, offlineChain("second", secondScheme)];
    const later = await openWith(misdeed, directory, chains);
    expect(await later.latchkey.backfill()).toEqual({ total: 1, extended: 1, failed: 0 });
    await later.latchkey.close();
    expect(asked.meter).toBeGreaterThan(5);
    expect(later.asked.meter).toBeGreaterThan(1);
  });

  it("do not end the process where nobody awaits them: in a timer, or in an event of the store's", async () => {
    // Only the clock's own timers: the store waits by others.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { latchkey, asked, loggerOfStore } = await openWith(misdeed, temporaryDirectory(), [offlineChain("main")]);
    await latchkey.login("user");
    const before = { ...asked };
    // The branch key's time is over.
    vi.advanceTimersByTime(15 * 60_000);
    expect(asked.meter).toBe(before.meter + 1);
    loggerOfStore.warn({ store: "any" }, "lost a connection");
    expect(asked.logger).toBe(before.logger + 1);
    await nextTurns();
  });
});
