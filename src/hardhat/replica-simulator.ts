import { isRecord } from "../units/is-record.ts";
import { badResponse, quantity } from "../chains/ethereum/quantity.ts";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { requireCalls } from "../inspection/simulation/given-calls.ts";
import { toHex } from "../inspection/simulation/pinned-block.ts";
import {
  defaultGas,
  type SimulatedCall,
  type SimulatedLog,
  type SimulatedResult,
  type Simulator,
} from "../inspection/simulation/simulator.ts";
import { isHex } from "../units/bytes.ts";
import { Turns } from "../units/turns.ts";

/** Any method of a local EVM. */
export type ReplicaRequest = (method: string, ...params: readonly unknown[]) => Promise<unknown>;

/** Of answers the longest that is handed on, in bytes, as where the node itself simulates. */
const mostKept = 16 * 1024;
const transactionGas = 21_000n;

/**
 * Plays sequences on an EVM of our own: each call is a transaction by an impersonated sender, in a block of its own after the pinned
 * one, and the whole sequence is undone afterwards. Other than by `eth_call`, a sender has the code that it has on the chain.
 */
export function createReplicaSimulator(request: ReplicaRequest): Simulator {
  const turns = new Turns();
  return {
    method: "local replica",
    run: async (calls, code = {}) => {
      requireCalls(calls, code);
      return await turns.take("replica", () => undone(request, () => play(request, calls, code)));
    },
  };
}

async function undone<T>(request: ReplicaRequest, work: () => Promise<T>): Promise<T> {
  const snapshot = await request("evm_snapshot");
  try {
    return await work();
  } finally {
    await request("evm_revert", snapshot);
  }
}

async function play(
  request: ReplicaRequest,
  calls: readonly SimulatedCall[],
  code: Readonly<Record<string, string>>,
): Promise<readonly SimulatedResult[]> {
  for (const [address, bytes] of Object.entries(code)) await request("hardhat_setCode", address, bytes);
  for (const from of new Set(calls.map((call) => call.from.toLowerCase()))) {
    await request("hardhat_impersonateAccount", from);
  }
  const results: SimulatedResult[] = [];
  for (const call of calls) results.push(await playOne(request, call));
  return results;
}

async function playOne(
  request: ReplicaRequest,
  { from, to, data, gas = defaultGas }: SimulatedCall,
): Promise<SimulatedResult> {
  const intrinsic = intrinsicGas(data);
  const transaction = { from, to, data, gas: toHex(gas + intrinsic), gasPrice: "0x0" };
  // A transaction hands back no answer: the same call on the same state, one moment before, does.
  const answer = await request("eth_call", transaction, "pending");
  await request("hardhat_setNextBlockBaseFeePerGas", "0x0");
  const hash = await request("eth_sendTransaction", transaction);
  const receipt = await request("eth_getTransactionReceipt", hash);
  if (!isRecord(receipt) || !isHex(answer)) throw lost();
  const used = quantity(receipt["gasUsed"], "gas used");
  return {
    succeeded: receipt["status"] === "0x1",
    data: answer.slice(0, 2 + 2 * mostKept),
    isCut: answer.length > 2 + 2 * mostKept,
    gasUsed: used > intrinsic ? used - intrinsic : 0n,
    logs: logsIn(receipt["logs"]),
  };
}

/** What a transaction pays before its first instruction. Spec: Yellow Paper, 6.2; EIP-2028; the least of EIP-7623. */
function intrinsicGas(data: string): bigint {
  const bytes = Buffer.from(data.slice(2), "hex");
  const zeros = bytes.filter((byte) => byte === 0).length;
  const others = bytes.length - zeros;
  const usual = transactionGas + BigInt(4 * zeros + 16 * others);
  return usual;
}

function logsIn(value: unknown): readonly SimulatedLog[] {
  if (!Array.isArray(value)) throw badResponse("logs");
  return value.map((log: unknown) => {
    const { address, topics, data } = isRecord(log) ? log : {};
    const isLog = typeof address === "string" && Array.isArray(topics) && topics.every(isHex) && isHex(data);
    if (!isLog) throw badResponse("logs");
    return { address, topics, data };
  });
}

function lost(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_NODE_UNSUITABLE",
    "The local replica did not run a call that it was given. Nothing was sent.",
    { context: { how: "replica" } },
  );
}
