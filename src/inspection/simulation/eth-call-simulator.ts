import { encodeRead, type EncodedRead } from "../../chains/ethereum/encode.ts";
import { longestAnswer } from "../../chains/ethereum/bounded-decoding.ts";
import { loadEthers } from "../../chains/ethereum/ethers.ts";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { isHex } from "../../units/bytes.ts";
import { director } from "../artifacts/director.ts";
import { puppet } from "../artifacts/puppet.ts";
import { requireCalls } from "./given-calls.ts";
import type { PinnedBlock } from "./pinned-block.ts";
import { defaultGas, type SimulatedCall, type SimulatedResult, type Simulator } from "./simulator.ts";

/** As `Puppet.DIRECTOR` in contracts/inspection/Puppet.sol. */
export const directorAddress = "0x65d15C6FE883Ef6833221BAB093eAACD806a0A3B";

const mostKept = 16 * 1024;
/** Of one outcome without its data, in bytes, generously. */
const outcomeSize = 256;

/**
 * Plays sequences of calls on a node that knows code overrides: one `eth_call` a sequence, to a director that has each caller's puppet
 * make its call. Whether the node knows them is asked by `probeOverrides` before.
 */
export function createEthCallSimulator(transport: Transport, { tag }: PinnedBlock): Simulator {
  return {
    method: "eth_call with code overrides",
    run: async (calls, code = {}) => {
      requireCalls(calls, code);
      if (calls.length === 0) return [];
      const read = await encodePlay(calls);
      const callers = calls.map(({ from }): [string, string] => [from, puppet.bytecode]);
      const placed = Object.fromEntries([
        ...lowered([...callers, ...Object.entries(code), [directorAddress, director.bytecode]]),
      ]);
      const overrides = Object.fromEntries(Object.entries(placed).map(([address, each]) => [address, { code: each }]));
      const params = [{ to: directorAddress, data: read.data }, tag, overrides];
      const answer = await transport.request({ method: "eth_call", params });
      return resultsIn(read, answer, calls.length);
    },
  };
}

/** One entry an address, whatever its case. */
function lowered(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(entries.map(([address, code]) => [address.toLowerCase(), code]));
}

async function encodePlay(calls: readonly SimulatedCall[]): Promise<EncodedRead> {
  const steps = calls.map(({ from, to, data, gas = defaultGas }) => ({ from, to, gas, data }));
  const room = Math.floor(longestAnswer / steps.length) - outcomeSize;
  const keep = Math.min(mostKept, room - (room % 32));
  const ethers = await loadEthers();
  return encodeRead(ethers, { to: directorAddress, abi: director.abi, function: "play", args: [steps, keep] });
}

function resultsIn(read: EncodedRead, answer: unknown, count: number): readonly SimulatedResult[] {
  // Without the director's code there is nobody to answer.
  if (answer === "0x") throw unsuitable("ignored the code that was put at an address");
  if (!isHex(answer)) throw unsuitable("answered with something that is not bytes");
  const outcomes = decoded(read, answer);
  if (!Array.isArray(outcomes) || outcomes.length !== count) throw unsuitable("answered with another number of calls");
  return outcomes.map(resultOf);
}

function decoded(read: EncodedRead, answer: `0x${string}`): unknown {
  try {
    return read.decode(answer);
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    throw unsuitable("gave an answer that the code put there does not give", error);
  }
}

function resultOf(outcome: unknown, index: number): SimulatedResult {
  const values: readonly unknown[] = Array.isArray(outcome) ? outcome : [];
  const [played, succeeded, gasUsed, size, data] = values;
  if (played !== true) {
    const what = `did not play call ${String(index + 1)}: it allows too little gas for the sequence, or no code at an address that calls`;
    throw unsuitable(what);
  }
  if (typeof succeeded !== "boolean" || typeof gasUsed !== "bigint" || typeof data !== "string") {
    throw unsuitable("gave an answer that the code put there does not give");
  }
  return { succeeded, data, gasUsed, isCut: size !== BigInt(data.length / 2 - 1) };
}

function unsuitable(what: string, cause?: unknown): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_NODE_UNSUITABLE",
    `The node cannot simulate: it ${what}. Nothing was sent; use another node, or a local replica.`,
    cause === undefined ? {} : { cause },
  );
}
