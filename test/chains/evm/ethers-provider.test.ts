import { AbstractProvider, FetchRequest, Interface, JsonRpcApiProvider } from "ethers";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ethersProvider, ethersSigner } from "../../../src/chains/evm/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { rpcError, trouble } from "../scripted-node.ts";
import { ethersErrorBy, keySigner, type ScriptedChain, scriptedChain } from "./ethers-parts.ts";

// Budget of the file: 4 s. Time stands still until it is moved.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(0);
  // Nothing keeps the process from its end.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A provider of one test over a chain. */
async function providerOver(chain: ScriptedChain): Promise<JsonRpcApiProvider> {
  const provider = await ethersProvider({ chains: { main: chain } }, "main");
  onTestFinished(() => {
    provider.destroy();
  });
  return provider;
}

/** What a request answers; time moves until it does. */
async function moved<T>(asked: Promise<T>): Promise<T> {
  const settled = asked.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await vi.advanceTimersByTimeAsync(0);
  await vi.advanceTimersByTimeAsync(0);
  await vi.advanceTimersByTimeAsync(0);
  const outcome = await settled;
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

it("is ethers' own kind of provider, for the configured chain", async () => {
  const chain = scriptedChain();
  const provider = await providerOver(chain);
  expect([provider instanceof JsonRpcApiProvider, provider instanceof AbstractProvider]).toEqual([true, true]);
  expect((await provider.getNetwork()).chainId).toBe(7_777n);
  expect(provider._network.chainId).toBe(7_777n);
  await vi.advanceTimersByTimeAsync(hour);
  expect(chain.transport.asked).toEqual([]);
});

it("asks each time, one by one, what is asked of it", async () => {
  const chain = scriptedChain({ eth_getTransactionCount: "0x7" });
  const provider = await providerOver(chain);
  const counts = await moved(Promise.all([1, 2, 3].map(() => provider.getTransactionCount(to, "pending"))));
  expect(counts).toEqual([7, 7, 7]);
  expect(chain.transport.asked).toEqual(
    counts.map(() => ({ method: "eth_getTransactionCount", params: [to.toLowerCase(), "pending"] })),
  );
  expect(await moved(provider.send("eth_gasPrice", []))).toBe("0x3b9aca00");
  await ethersErrorBy(moved(provider.send("eth_gasPrice", { by: "name" })), "INVALID_ARGUMENT");
});

it("asks in the background only while something listens, and no node to keep anything", async () => {
  let height = 16;
  const chain = scriptedChain({ eth_blockNumber: () => `0x${(height += 1).toString(16)}`, eth_getLogs: [] });
  const provider = await providerOver(chain);
  const seen: number[] = [];
  await provider.on("block", (number: number) => seen.push(number));
  await provider.on({ address: to }, () => undefined);
  await vi.advanceTimersByTimeAsync(5_500);
  expect(seen.length).toBeGreaterThanOrEqual(4);
  expect(new Set(chain.transport.asked.map(({ method }) => method))).toEqual(
    new Set(["eth_blockNumber", "eth_getLogs"]),
  );
  await provider.removeAllListeners();
  const before = chain.transport.asked.length;
  await vi.advanceTimersByTimeAsync(hour);
  expect(chain.transport.asked).toHaveLength(before);
});

describe("asks nobody but the node:", () => {
  const fetched: string[] = [];
  beforeEach(() => {
    fetched.length = 0;
    FetchRequest.registerGetUrl((request) => {
      fetched.push(request.url);
      return Promise.reject(new Error("nobody else may be asked"));
    });
  });
  afterEach(() => {
    FetchRequest.registerGetUrl(FetchRequest.createGetUrlFunc());
    expect(fetched).toEqual([]);
  });

  it.each([137, 80_001])("for the fees of chain %i, for which ethers has somebody else", async (chainId) => {
    const provider = await providerOver(scriptedChain({}, chainId));
    expect(await moved(provider.getFeeData())).toMatchObject({ gasPrice: 10n ** 9n, maxPriorityFeePerGas: 1n });
  });

  it("for what a contract sends elsewhere for (EIP-3668)", async () => {
    const lookup = new Interface(["error OffchainLookup(address, string[], bytes, bytes4, bytes)"]);
    const args = [to, ["http://169.254.169.254/{data}"], "0x", "0x12345678", "0x"];
    const data = lookup.encodeErrorResult("OffchainLookup", args);
    const provider = await providerOver(
      scriptedChain({ eth_call: () => Promise.reject(rpcError(3, "execution reverted", data)) }),
    );
    const error = await ethersErrorBy(moved(provider.call({ to, data: "0x", enableCcipRead: true })), "CALL_EXCEPTION");
    expect(error.data).toBe(data);
  });

  it("and knows ENS where ethers does", async () => {
    const plugins = async (chainId: number): Promise<string[]> => {
      const provider = await providerOver(scriptedChain({}, chainId));
      return (await provider.getNetwork()).plugins.map(({ name }) => name);
    };
    expect(await plugins(1)).toContain("org.ethers.plugins.network.Ens");
    expect(await plugins(7_777)).toEqual([]);
  });
});

it("resolves names for its signers", async () => {
  const address = "0x52908400098527886E0F7030069857D2E4169EE7";
  const provider = await providerOver(scriptedChain({}, 1));
  vi.spyOn(provider, "resolveName").mockImplementation((name) =>
    Promise.resolve(name === "known.eth" ? address : null),
  );
  const signer = await ethersSigner(keySigner("46".repeat(32)), provider);
  const types = { Mail: [{ name: "to", type: "address" }] };
  const named = await signer.signTypedData({ verifyingContract: "known.eth" }, types, { to: "known.eth" });
  expect(named).toBe(await signer.signTypedData({ verifyingContract: address }, types, { to: address }));
  const whole = { type: 0, chainId: 1, nonce: 0, gasLimit: 1, gasPrice: 1 };
  expect(await signer.signTransaction({ ...whole, to: "known.eth" })).toBe(
    await signer.signTransaction({ ...whole, to: address }),
  );
  await ethersErrorBy(signer.signTypedData({}, types, { to: "unknown.eth" }), "UNCONFIGURED_NAME");
});

it("destroyed, it refuses, and leaves the transport to others", async () => {
  const chain = scriptedChain();
  const close = vi.spyOn(chain.transport, "close");
  const provider = await providerOver(chain);
  const other = await providerOver(chain);
  await provider.on("block", () => undefined);
  provider.destroy();
  await ethersErrorBy(moved(provider.getBlockNumber()), "UNSUPPORTED_OPERATION");
  expect(await moved(other.getBlockNumber())).toBe(16);
  expect(close).not.toHaveBeenCalled();
});

it("over a closed transport it ends with it: nothing goes on asking", async () => {
  const closed = trouble("ERR_CLOSED");
  const chain = scriptedChain({ eth_blockNumber: () => Promise.reject(closed) });
  const provider = await providerOver(chain);
  await provider.on("block", () => undefined);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(provider.destroyed).toBe(true);
  expect(chain.transport.count("eth_blockNumber")).toBe(1);
  const other = await providerOver(chain);
  const error = await ethersErrorBy(moved(other.getBlockNumber()), "UNSUPPORTED_OPERATION");
  expect(error.cause).toBe(closed);
});

it("a chain that is not configured is refused", async () => {
  const latchkey = { chains: { main: scriptedChain() } };
  for (const name of ["side", "toString", "__proto__", "x".repeat(10_000)]) {
    const error = await thrownBy(() => Reflect.apply(ethersProvider, undefined, [latchkey, name]));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(String(error).length).toBeLessThan(200);
  }
});
