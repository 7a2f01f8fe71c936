import { AbiCoder, dataLength, getAddress, toQuantity, ZeroAddress } from "ethers";
import { computationCost } from "./computation-cost.ts";
import { refused, RpcError } from "./errors.ts";
import type { Evm } from "./evm.ts";
import { ethereumIntrinsicGas, floorGas, maxInitCodeSize, upperGasLimit } from "./gas.ts";

type CallArguments = Readonly<Record<string, unknown>>;

/** Where the node would go on until its 30 s are over and then close the connection without an answer. */
export class EndlessEstimate extends Error {}

/** Traces beyond this are not finished: the answer is above the limit of a transaction three times over. */
const costCounted = 450_000_000;

interface Call {
  readonly from: string;
  readonly to: string | undefined;
  readonly value: bigint;
  readonly input: string;
  readonly gas: bigint | undefined;
  readonly price: bigint;
  readonly accessList: unknown;
}

function readCall(args: CallArguments): Call {
  const quantity = (name: string): bigint | undefined => {
    const value = args[name];
    return typeof value === "string" ? BigInt(value) : undefined;
  };
  const { from, to, input, data, accessList } = args;
  return {
    from: typeof from === "string" ? from.toLowerCase() : ZeroAddress,
    to: typeof to === "string" ? to.toLowerCase() : undefined,
    value: quantity("value") ?? 0n,
    input: typeof input === "string" ? input : typeof data === "string" ? data : "0x",
    gas: quantity("gas"),
    price: quantity("gasPrice") ?? quantity("maxFeePerGas") ?? 0n,
    accessList,
  };
}

/** The call without a price: the node lends the caller its fee, whatever it owns. */
function evmCall({ from, to, value, input, accessList }: Call): Record<string, unknown> {
  return {
    from,
    ...(to === undefined ? {} : { to }),
    ...(accessList === undefined ? {} : { accessList }),
    value: toQuantity(value),
    input,
  };
}

/** Where a call runs. */
export interface CallSite {
  readonly evm: Evm;
  readonly block: number;
  readonly baseFee: bigint;
  readonly overrides?: unknown;
}

/** `eth_call` and `kaia_call`, which know no limit of computation cost. */
export async function call(args: CallArguments, { evm, block, baseFee, overrides }: CallSite): Promise<unknown> {
  const read = readCall(args);
  const gas = read.gas === undefined || read.gas > upperGasLimit ? upperGasLimit : read.gas;
  await precheck(read, gas, evm, block, baseFee);
  const more = overrides === undefined ? [] : [overrides];
  const params = [{ ...evmCall(read), gas: toQuantity(gas) }, toQuantity(block), ...more];
  return inNodesWords(evm.request("eth_call", ...params));
}

/** `eth_estimateGas` and `kaia_estimateGas`: without what fee delegation and further keys cost, whatever type is asked for. */
export async function estimateGas(args: CallArguments, { evm, block, baseFee, overrides }: CallSite): Promise<unknown> {
  const read = readCall(args);
  const balance = await evm.quantity("eth_getBalance", read.from, toQuantity(block));
  if (read.price > 0n && balance <= read.value) throw refused("insufficient funds for transfer");
  const asked = read.gas !== undefined && read.gas >= 21_000n ? read.gas : upperGasLimit;
  const affordable = read.price > 0n ? (balance - read.value) / read.price : asked;
  const most = affordable < asked ? affordable : asked;
  // The node's search begins in the middle; its messages name that gas.
  await precheck(read, (20_999n + most) / 2n, evm, block, baseFee, most);
  const more = overrides === undefined ? [] : [overrides];
  const params = [{ ...evmCall(read), gas: toQuantity(most) }, toQuantity(block), ...more];
  try {
    return await inNodesWords(evm.request("eth_estimateGas", ...params));
  } catch (error) {
    const exhausted = error instanceof RpcError && error.message.startsWith("gas required exceeds");
    if (exhausted && read.gas === undefined && most === upperGasLimit) throw new EndlessEstimate();
    throw error;
  }
}

/** `kaia_estimateComputationCost`, on the latest state. */
export async function estimateComputationCost(args: CallArguments, { evm, block, baseFee }: CallSite): Promise<string> {
  const read = readCall(args);
  const gas = read.gas ?? upperGasLimit;
  await precheck(read, gas, evm, block, baseFee);
  return toQuantity(await computationCost(evm, { ...evmCall(read), gas }, costCounted));
}

async function precheck(
  { from, to, value, input, price }: Call,
  gas: bigint,
  evm: Evm,
  block: number,
  baseFee: bigint,
  searchedUpTo = gas,
): Promise<void> {
  const fail = (text: string): RpcError => refused(`err: ${text} (supplied gas ${gas})`);
  const intrinsic = ethereumIntrinsicGas({ input, deploys: to === undefined });
  if (searchedUpTo < intrinsic) throw refused(`intrinsic gas too low: msg.gas ${gas}, want ${intrinsic}`);
  if (price > 0n && price < baseFee) {
    const text = `address ${getAddress(from)}, maxFeePerGas: ${price}, baseFee: ${baseFee}`;
    throw fail(`max fee per gas less than block base fee: ${text}`);
  }
  const floor = floorGas(input);
  if (searchedUpTo < floor) throw fail(`insufficient gas for floor data gas cost: have ${gas}, want ${floor}`);
  if (value > 0n && (await evm.quantity("eth_getBalance", from, toQuantity(block))) < value) {
    throw fail("insufficient balance for transfer");
  }
  const codeSize = dataLength(input);
  if (to === undefined && codeSize > maxInitCodeSize) {
    throw fail(`max initcode size exceeded: code size ${codeSize} limit ${maxInitCodeSize}`);
  }
}

const panics: Readonly<Record<string, string>> = {
  "0": "generic panic",
  "1": "assert(false)",
  "17": "arithmetic underflow or overflow",
  "18": "division or modulo by zero",
  "33": "enum overflow",
  "34": "invalid encoded storage byte array accessed",
  "49": "out-of-bounds array access; popping on an empty array",
  "50": "out-of-bounds access of an array or bytesN",
  "65": "out of memory",
  "81": "uninitialized function",
};

async function inNodesWords(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw translated(error);
  }
}

function translated({ code, message, data }: RpcError): RpcError {
  if (code === 3) {
    if (data === undefined || data === "0x") return refused("evm: execution reverted");
    const reason = reasonOf(data);
    return new RpcError(3, reason === undefined ? "execution reverted" : `execution reverted: ${reason}`, data);
  }
  const allowance = /gas required exceeds allowance: (\d+)/.exec(message)?.[1];
  if (allowance !== undefined) return refused(`gas required exceeds allowance (${allowance})`);
  if (/OutOfGas|MemoryOOG|out of gas/i.test(message)) return refused("out of gas");
  if (message.includes("CreateContractSizeLimit")) return refused("evm: max code size exceeded");
  return refused("VM error occurs while running smart contract");
}

/** Solidity's `Error(string)` and `Panic(uint256)`. */
function reasonOf(data: string): string | undefined {
  const body = `0x${data.slice(10)}`;
  try {
    if (data.startsWith("0x08c379a0")) return String(AbiCoder.defaultAbiCoder().decode(["string"], body)[0]);
    if (data.startsWith("0x4e487b71")) {
      const panic = String(AbiCoder.defaultAbiCoder().decode(["uint256"], body)[0]);
      return panics[panic] ?? `unknown panic code: 0x${BigInt(panic).toString(16)}`;
    }
  } catch {
    return undefined;
  }
  return undefined;
}
