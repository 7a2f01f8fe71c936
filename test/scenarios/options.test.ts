import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { evm } from "../../src/chains/evm/index.ts";
import {
  type Database,
  isLatchkeyError,
  type LatchkeyOptions,
  localRootKey,
  openLatchkey,
  sqlite,
  type StoreAdapter,
} from "../../src/index.ts";
import { thrownBy } from "../harness/errors.ts";
import { noTransport, offlineChain, oneChain } from "../harness/offline-chain.ts";
import { createRecorder } from "../harness/recorder.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

const never = (): never => expect.fail("was opened, or asked");
const untouched: StoreAdapter = { description: "untouched", open: never };
const untouchedKey = { description: "untouched", wrap: never, unwrap: never, close: never };
const good = { chains: oneChain(), store: untouched, wrappingKey: untouchedKey };
const [main] = good.chains;
const named = (name: unknown): unknown => Reflect.apply(evm, undefined, [{ name, chainId: 1, transport: noTransport }]);

/** What a JavaScript caller may give, and what the message has to name. */
const bad: readonly (readonly [what: string, given: readonly unknown[], named: RegExp])[] = [
  ["nothing", [], /an object with at least chains/],
  ["null", [null], /an object with at least chains/],
  ["text", ["chains"], /an object with at least chains/],
  ["no chains", [{ ...good, chains: undefined }], /at least one chain/],
  ["an empty list", [{ ...good, chains: [] }], /at least one chain/],
  ["a chain for a list", [{ ...good, chains: main }], /at least one chain/],
  ["a chain of null", [{ ...good, chains: [null] }], /a chain is none; use evm/],
  ["a chain of undefined", [{ ...good, chains: [main, undefined] }], /a chain is none; use evm/],
  ["a chain's name for a chain", [{ ...good, chains: ["main"] }], /a chain is none; use evm/],
  ["an empty chain", [{ ...good, chains: [{}] }], /the chain name is not a text/],
  ["a chain that has no name", [{ ...good, chains: [named(undefined)] }], /the chain name is not a text/],
  ["a chain whose name is a list", [{ ...good, chains: [named(["eth"])] }], /the chain name is not a text/],
  ["a chain with a bad name", [{ ...good, chains: [named("Eth")] }], /the chain name "Eth" is not a text/],
  ["a chain that is only named", [{ ...good, chains: [{ name: "main" }] }], /needs the methods getBalance, read/],
  ["a chain without broadcast", [{ ...good, chains: [{ ...main, broadcast: null }] }], /needs the methods/],
  ["a chain id of text", [{ ...good, chains: [{ ...main, chainId: "1" }] }], /the chainId of "main"/],
  ["a chain id of 0", [{ ...good, chains: [{ ...main, chainId: 0 }] }], /the chainId of "main"/],
  ["a chain without transport", [{ ...good, chains: [{ ...main, transport: {} }] }], /the transport of "main"/],
  ["a chain without scheme", [{ ...good, chains: [{ ...main, scheme: undefined }] }], /the key scheme of "main"/],
  ["a scheme of text", [{ ...good, chains: [{ ...main, scheme: "evm" }] }], /the key scheme of "main"/],
  ["a scheme without id", [{ ...good, chains: [schemed({ id: undefined })] }], /"main" has an id/],
  ["a scheme without path", [{ ...good, chains: [schemed({ path: undefined })] }], /"main" has no path/],
  ["an empty store", [{ ...good, store: {} }], /store is none: it needs open;/],
  ["a store's URL", [{ ...good, store: "postgres://localhost/db" }], /store is none: it needs open;/],
  ["a store of null", [{ ...good, store: null }], /store is none: it needs open;/],
  ["an empty wrapping key", [{ ...good, wrappingKey: {} }], /wrappingKey is none: it needs wrap, unwrap, close;/],
  // Not the default: whoever means KMS must not be given a key file instead.
  ["a wrapping key of null", [{ ...good, wrappingKey: null }], /wrappingKey is none: it needs wrap, unwrap, close;/],
  ["an empty meter", [{ ...good, meter: {} }], /meter is none: it needs record;/],
  ["a meter of null", [{ ...good, meter: null }], /meter is none: it needs record;/],
  ["an empty logger", [{ ...good, logger: {} }], /logger is none: it needs debug, info, warn, error;/],
  ["a logger that only logs", [{ ...good, logger: { log: never } }], /logger is none: it needs debug, info, warn/],
];

function schemed(changes: object): object {
  return { ...main, scheme: { ...offlineChain("main").scheme, ...changes } };
}

// Budget of the file: 3 s.
describe("openLatchkey", () => {
  it.each(bad)("refuses %s, says what it wants, and opens nothing", async (_what, given, named) => {
    const error = await thrownBy(() => Reflect.apply(openLatchkey, undefined, given));
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    expect(error.message).toMatch(/^openLatchkey: [^]+\. Nothing was opened\.$/);
    expect(error.message).toMatch(named);
  });

  it("takes options that are given as undefined for left out", async () => {
    const directory = temporaryDirectory();
    const store = sqlite(join(directory, "wallets.db"));
    const wrappingKey = localRootKey(join(directory, "root.key"));
    const options: LatchkeyOptions<"main"> = { chains: oneChain(), store, wrappingKey };
    for (const left of ["meter", "logger", "tenant"]) Reflect.set(options, left, undefined);
    const latchkey = await openLatchkey(options);
    expect((await latchkey.login("user")).userId).toBe("user");
    await latchkey.close();
  });
});

describe("an open Latchkey", () => {
  it.each<readonly [name: unknown, listener: unknown, named: RegExp]>([
    [
      "wallet.craeted",
      () => undefined,
      /"wallet\.craeted" is no event; there are wallet\.created, .*, payment\.received\./,
    ],
    ["w".repeat(100), () => undefined, /: "w{40}" is no event/],
    ["toString", () => undefined, /"toString" is no event/],
    [undefined, () => undefined, /: undefined is no event/],
    ["wallet.created", undefined, /the listener is a function/],
    ["wallet.created", {}, /the listener is a function/],
  ])("does not listen to %s by %s", async (name, listener, named) => {
    const { latchkey } = await openTestLatchkey({ directory: temporaryDirectory(), chains: oneChain() });
    const error = await thrownBy(() => {
      Reflect.apply(latchkey.on, latchkey, [name, listener]);
    });
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    expect(error.message).toMatch(named);
    expect(error.message).toMatch(/^on: [^]+\. Nothing is listened to\.$/);
  });

  it.each([
    ["null", null, /the options are an object/],
    ["a function's options as text", "fast", /the options are an object/],
    ["a signal that is none", { signal: { aborted: false } }, /signal is an AbortSignal/],
    ["a signal of null", { signal: null }, /signal is an AbortSignal/],
    ["progress to no function", { onProgress: "log" }, /onProgress is a function/],
    ["a concurrency of null", { concurrency: null }, /concurrency is a whole number from 1 to 64/],
  ])("runs no backfill with %s", async (_what, options, named) => {
    const { latchkey } = await openTestLatchkey({ directory: temporaryDirectory(), chains: oneChain() });
    const error = await thrownBy(() => Reflect.apply(latchkey.backfill, latchkey, [options]));
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    expect(error.message).toMatch(named);
    expect(error.message).toMatch(/^backfill: [^]+\. Nothing was changed\.$/);
  });

  it("closes once each all that it was given, the wrapping key and the store last, whatever fails", async () => {
    const directory = temporaryDirectory();
    const closed: string[] = [];
    const closing =
      (what: string, close: () => Promise<void> = () => Promise.resolve()): (() => Promise<void>) =>
      async () => {
        closed.push(what);
        await close();
        throw new Error(`${what} did not close`);
      };
    const rootKey = localRootKey(join(directory, "root.key"));
    const file = sqlite(join(directory, "wallets.db"));
    const latchkey = await openLatchkey({
      chains: [
        { ...offlineChain("main"), close: closing("main") },
        { ...offlineChain("side"), chainId: 2, close: closing("side") },
      ],
      store: {
        description: file.description,
        open: async (logger) => {
          const database: Database = await file.open(logger);
          return { ...database, close: closing("store", () => database.close()) };
        },
      },
      wrappingKey: {
        description: rootKey.description,
        wrap: (...given) => rootKey.wrap(...given),
        unwrap: (...given) => rootKey.unwrap(...given),
        close: closing("wrapping key", () => rootKey.close()),
      },
      meter: createRecorder().meter,
    });
    await latchkey.login("user");
    expect(closed).toEqual([]);
    expect(String(await thrownBy(() => latchkey.close()))).toContain("did not close");
    await thrownBy(() => latchkey.close());
    expect(closed).toEqual(["main", "side", "wrapping key", "store"]);
  });

  it("takes no option that it does not know: a typing mistake must not mean the default", async () => {
    const options = { chains: oneChain(), wrapingKey: localRootKey(join(temporaryDirectory(), "root.key")) };
    const error = await thrownBy(() => Reflect.apply(openLatchkey, undefined, [options]));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(String(error)).toContain('"wrapingKey"');
  });

  it("stores nowhere by itself where NODE_ENV is production", async () => {
    vi.stubEnv("NODE_ENV", "production");
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const directory = temporaryDirectory();
    const wrappingKey = localRootKey(join(directory, "root.key"), { allowInProduction: true });
    const error = await thrownBy(() => openLatchkey({ chains: oneChain(), wrappingKey }));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(String(error)).toContain("no store was given");
    const store = sqlite(join(directory, "wallets.db"));
    const latchkey = await openLatchkey({ chains: oneChain(), wrappingKey, store });
    await latchkey.close();
  });

  it("logs what was opened, and that it was closed", async () => {
    const directory = temporaryDirectory();
    const { logger, lines } = createRecorder();
    const store = sqlite(join(directory, "wallets.db"));
    const wrappingKey = localRootKey(join(directory, "root.key"));
    const latchkey = await openLatchkey({ chains: oneChain(), store, wrappingKey, logger });
    await latchkey.close();
    expect(lines).toEqual([
      {
        level: "info",
        message: "Latchkey is open",
        fields: { store: store.description, wrappingKey: wrappingKey.description, chains: "main", tenant: "default" },
      },
      { level: "info", message: "Latchkey is closed", fields: { tenant: "default" } },
    ]);
  });
});
