import { BrowserProvider, Contract, ContractFactory, isError } from "ethers";
import hre from "hardhat";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../examples/contracts/guest-book.ts";

describe("GuestBook", { timeout: 60_000 }, () => {
  let provider: BrowserProvider;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const connection = await hre.network.create("edr");
    provider = new BrowserProvider(connection.provider, undefined, { cacheTimeout: -1 });
    close = async () => {
      provider.destroy();
      await connection.close();
    };
  });
  afterAll(() => close());

  /** A new book, seen by the account of that number. */
  async function deploy(account = 0): Promise<Contract> {
    const signer = await provider.getSigner(account);
    const deployed = await new ContractFactory([...guestBook.abi], guestBook.bytecode, signer).deploy();
    await deployed.waitForDeployment();
    return new Contract(await deployed.getAddress(), [...guestBook.abi], signer);
  }

  async function sign(book: Contract, message: string): Promise<void> {
    const transaction: unknown = await book.getFunction("sign").send(message);
    if (typeof transaction !== "object" || transaction === null || !("hash" in transaction))
      throw new Error("No hash.");
    await provider.waitForTransaction(String(transaction.hash));
  }

  /** The custom error that a call ends with, and its arguments. */
  async function revertOf(call: Promise<unknown>): Promise<readonly unknown[]> {
    try {
      await call;
    } catch (error) {
      if (!isError(error, "CALL_EXCEPTION") || error.revert === null) throw error;
      const values: readonly unknown[] = error.revert.args;
      return [error.revert.name, ...values];
    }
    throw new Error("The call did not revert.");
  }

  it("starts empty", async () => {
    const book = await deploy();
    expect(await book.getFunction("count").staticCall()).toBe(0n);
  });

  it("keeps each message with its author and the time of its block", async () => {
    const book = await deploy(1);
    await sign(book, "Hello.");
    await sign(book, "안녕하세요 👋");

    expect(await book.getFunction("count").staticCall()).toBe(2n);
    const author = await (await provider.getSigner(1)).getAddress();
    const block = await provider.getBlock("latest");
    const entry = await book.getFunction("entries").staticCallResult(1);
    expect(entry.toArray()).toEqual([author, BigInt(block?.timestamp ?? 0), "안녕하세요 👋"]);
  });

  it("tells each message by an event", async () => {
    const book = await deploy();
    await sign(book, "First.");
    await sign(book, "Second.");
    const logs = await book.queryFilter("Signed", 0);
    const signed = logs.map((log) => book.interface.parseLog(log)?.args.slice(1));
    expect(signed).toEqual([
      [0n, "First."],
      [1n, "Second."],
    ]);
  });

  it.each([
    ["one byte", "x"],
    ["280 bytes", "x".repeat(280)],
  ])("takes a message of %s", async (_, message) => {
    const book = await deploy();
    await sign(book, message);
    expect(await book.getFunction("count").staticCall()).toBe(1n);
  });

  it.each([
    ["an empty message", "", 0n],
    ["281 bytes", "x".repeat(281), 281n],
    // 94 characters of three bytes each.
    ["282 bytes in 94 characters", "가".repeat(94), 282n],
  ])("refuses %s", async (_, message, length) => {
    const book = await deploy();
    expect(await revertOf(book.getFunction("sign").staticCall(message))).toEqual(["MessageLength", length]);
  });

  it("refuses to read an entry that is not there", async () => {
    const book = await deploy();
    await sign(book, "Only one.");
    expect(await revertOf(book.getFunction("entries").staticCall(1))).toEqual(["NoSuchEntry", 1n, 1n]);
  });
});
