import { Contract, type ErrorCode, Interface, isError, keccak256, type JsonRpcApiProvider, Wallet } from "ethers";
import { describe, expect, it, onTestFinished } from "vitest";
import { ethersProvider } from "../../../src/chains/evm/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { thrownBy } from "../../harness/errors.ts";
import { cut, members, rpcServerOfTest, silence } from "../../harness/rpc-server.ts";
import { textSecret, SecretSearch } from "../../harness/secrets.ts";
import { Observed } from "../../scenarios/leak/observed.ts";
import { rpcError, trouble } from "../scripted-node.ts";
import { ethersErrorBy, scriptedChain } from "./ethers-parts.ts";

// Budget of the file: 4 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const abi = new Interface([
  "error NotOwner(address who)",
  "function act()",
  "error Error(string)",
  "error Panic(uint256)",
]);
const raw = await new Wallet(`0x${"46".repeat(32)}`).signTransaction({
  to,
  type: 0,
  chainId: 1,
  gasPrice: 1,
  gasLimit: 1,
});

/** A provider whose node answers every one of these with that error. */
async function failing(error: Error): Promise<JsonRpcApiProvider> {
  const answer = (): Promise<never> => Promise.reject(error);
  const answers = { eth_call: answer, eth_estimateGas: answer, eth_sendRawTransaction: answer, eth_getLogs: answer };
  const provider = await ethersProvider({ chains: { main: scriptedChain(answers) } }, "main");
  onTestFinished(() => {
    provider.destroy();
  });
  return provider;
}

describe("a node's refusal of a transaction", () => {
  it.each<readonly [string, ErrorCode, Error]>([
    ["geth", "NONCE_EXPIRED", rpcError(-32000, "nonce too low: next nonce 5, tx nonce 4")],
    ["geth", "INSUFFICIENT_FUNDS", rpcError(-32000, "insufficient funds for gas * price + value: balance 0")],
    ["geth", "REPLACEMENT_UNDERPRICED", rpcError(-32000, "replacement transaction underpriced")],
    [
      "geth",
      "UNSUPPORTED_OPERATION",
      rpcError(-32000, "only replay-protected (EIP-155) transactions allowed over RPC"),
    ],
    ["geth", "UNKNOWN_ERROR", rpcError(-32000, "already known")],
    [
      "a node without the method",
      "UNSUPPORTED_OPERATION",
      rpcError(-32601, "the method x does not exist/is not available"),
    ],
    ["a node with trouble", "UNKNOWN_ERROR", rpcError(-32603, "internal error", null, "ERR_RPC_NODE_FAULT")],
    ["a provider with limits", "UNKNOWN_ERROR", rpcError(-32005, "limit exceeded", null, "ERR_RPC_RATE_LIMITED")],
  ])("of %s is %s", async (_, code, refusal) => {
    const provider = await failing(refusal);
    const error = await ethersErrorBy(provider.broadcastTransaction(raw), code);
    // Where other people's code looks for the node's own words.
    expect(JSON.stringify(error)).toContain(
      `"code":${String(Reflect.get(Reflect.get(refusal, "context"), "rpcCode"))}`,
    );
  });
});

describe("a node's refusal of a call or an estimate", () => {
  const reverts: readonly (readonly [string, Error, object])[] = [
    [
      "a reason",
      rpcError(3, "execution reverted: no", abi.encodeErrorResult("Error", ["no"])),
      { reason: "no", revert: { name: "Error" } },
    ],
    ["a panic", rpcError(3, "execution reverted", abi.encodeErrorResult("Panic", [17])), { revert: { name: "Panic" } }],
    [
      "a reason in Nethermind's words",
      rpcError(-32015, "VM execution error.", abi.encodeErrorResult("Error", ["no"])),
      { reason: "no" },
    ],
    ["no data", rpcError(-32000, "execution reverted"), { data: null, reason: null }],
    ["no revert", rpcError(-32000, "out of gas", "0x"), { data: null, reason: null }],
    [
      "a rate limit's words from a contract",
      rpcError(
        3,
        "execution reverted: rate limit",
        abi.encodeErrorResult("Error", ["rate limit"]),
        "ERR_RPC_RATE_LIMITED",
      ),
      { reason: "rate limit" },
    ],
  ];
  it.each(reverts)("%s is CALL_EXCEPTION", async (_, refusal, expected) => {
    const provider = await failing(refusal);
    expect(await ethersErrorBy(provider.call({ to }), "CALL_EXCEPTION")).toMatchObject({ action: "call", ...expected });
    expect(await ethersErrorBy(provider.estimateGas({ to }), "CALL_EXCEPTION")).toMatchObject({
      action: "estimateGas",
      ...expected,
    });
  });

  it("a custom error is decoded by the contract's ABI", async () => {
    const provider = await failing(rpcError(3, "execution reverted", abi.encodeErrorResult("NotOwner", [to])));
    const error = await ethersErrorBy(
      new Contract(to, abi, provider).getFunction("act").staticCall(),
      "CALL_EXCEPTION",
    );
    expect(error.revert).toMatchObject({ name: "NotOwner", args: [to] });
  });

  it("an estimate's nonce and funds have ethers' codes", async () => {
    const poor = await failing(rpcError(-32000, "insufficient funds for transfer"));
    await ethersErrorBy(poor.estimateGas({ to }), "INSUFFICIENT_FUNDS");
    await ethersErrorBy((await failing(rpcError(-32000, "nonce too low"))).estimateGas({ to }), "NONCE_EXPIRED");
  });

  it.each([
    ["trouble", rpcError(-32000, "header not found", null, "ERR_RPC_NODE_FAULT")],
    ["a rate limit", rpcError(-32005, "limit exceeded", null, "ERR_RPC_RATE_LIMITED")],
  ])("a node's %s is no contract's doing", async (_, refusal) => {
    const provider = await failing(refusal);
    for (const attempt of [provider.call({ to }), provider.estimateGas({ to })]) {
      const error = await ethersErrorBy(attempt, "SERVER_ERROR");
      const { rpcCode, rpcMessage } = refusal.context;
      expect(error).toMatchObject({ cause: refusal, info: { error: { code: rpcCode, message: rpcMessage } } });
      expect(Object.keys(error)).not.toContain("cause");
    }
  });
});

describe("a failure on the way", () => {
  it.each([
    ["ERR_RPC_TIMEOUT", "TIMEOUT"],
    ["ERR_RPC_UNREACHABLE", "NETWORK_ERROR"],
    ["ERR_RPC_RATE_LIMITED", "SERVER_ERROR"],
    ["ERR_RPC_NODE_FAULT", "SERVER_ERROR"],
    ["ERR_RPC_BAD_RESPONSE", "SERVER_ERROR"],
  ] as const)("%s is %s, with the hash of what may have been taken", async (thrown, code) => {
    const failure = trouble(thrown);
    const provider = await failing(failure);
    const error = await ethersErrorBy(provider.broadcastTransaction(raw), code);
    expect(error).toMatchObject({ cause: failure, shortMessage: failure.message });
    expect(error.info).toEqual({ sendTransactionHash: keccak256(raw) });
    expect((await ethersErrorBy(provider.getLogs({}), code)).info).toEqual({});
  });

  it("what is neither comes out as it is", async () => {
    for (const failure of [trouble("ERR_RPC_REJECTED"), new Error("the caller's own"), trouble("ERR_CONFIG_INVALID")]) {
      const provider = await failing(failure);
      expect(await thrownBy(() => provider.getLogs({}))).toBe(failure);
      expect(await thrownBy(() => provider.call({ to }))).toBe(failure);
    }
  });
});

it("no error and no provider shows more of the URL than its origin", async () => {
  const key = "k3yOfTheProject7f1c9a";
  const server = await rpcServerOfTest(silence);
  const transport = http({ url: `${server.origin}/v2/${key}?token=${key}`, timeoutMs: 200 });
  const provider = await ethersProvider({ chains: { main: { chainId: 1, transport } } }, "main");
  const observed = new Observed();
  observed.add("provider", provider);
  // Repeats what it was asked, as some nodes do.
  const telltale = (code: number, status = 200) =>
    members({ error: { code, message: `${server.origin}/v2/${key} revert ${key}`, data: key } }, status);
  const answers = [silence, cut, telltale(3), telltale(-32000), telltale(-32603, 500), telltale(-32005, 429)];
  for (const answer of answers) {
    server.answer = answer;
    for (const attempt of [
      () => provider.call({ to }),
      () => provider.broadcastTransaction(raw),
      () => provider.getBalance(to),
    ]) {
      const error = await thrownBy(attempt).catch((nothing: unknown) => nothing);
      observed.add("error", error);
    }
  }
  await transport.close();
  observed.add("error", await thrownBy(() => provider.getBlockNumber()));
  expect(observed.count("error")).toBe(19);
  expect(observed.sees(server.origin)).toBe(true);
  expect(observed.leaks(new SecretSearch([textSecret("the key in the URL", key)]))).toEqual([]);
  expect(JSON.stringify(provider)).toBe(JSON.stringify({ origin: server.origin, chainId: 1 }));
  expect(isError(await thrownBy(() => provider.getBlockNumber()), "UNSUPPORTED_OPERATION")).toBe(true);
});
