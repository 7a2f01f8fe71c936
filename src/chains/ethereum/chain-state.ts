import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { AccountState, ChainHead } from "../../ports/chain-adapter.ts";
import type { ChainProfile } from "../../ports/chain-profile.ts";
import type { RpcRequest, Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { answersTo, askAll, valueOf } from "./ask-all.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, isHash, quantity, smallQuantity } from "./quantity.ts";

/** Which methods are asked: `eth_getBalance`, or `kaia_getBalance`. Kaia's own have Ethereum's parameters. */
export type Namespace = "eth" | "kaia";

// EIP-7702: the code of a delegated account is this and an address.
const delegation = "0xef0100";
/** Where a node does not tell what is final: two of Ethereum's epochs, in which it becomes so. */
const depthWithoutTag = 64n;

/** Whether the code is that of an account which lets other code act for it (EIP-7702). */
export function isDelegation(code: string): boolean {
  return code.length === delegation.length + 40 && code.toLowerCase().startsWith(delegation);
}

/** @param address - as `parseAddress` writes it. @throws `ERR_RPC_*`. */
export async function accountState(transport: Transport, namespace: Namespace, address: string): Promise<AccountState> {
  const [count, pending, balance, code] = await answersTo(transport, [
    { method: `${namespace}_getTransactionCount`, params: [address, "latest"] },
    { method: `${namespace}_getTransactionCount`, params: [address, "pending"] },
    { method: `${namespace}_getBalance`, params: [address, "latest"] },
    { method: `${namespace}_getCode`, params: [address, "latest"] },
  ]);
  const nonce = smallQuantity(count, "transaction count");
  if (!isHex(code)) throw badResponse("code");
  return {
    nonce,
    // A block may have come between the two answers.
    pendingNonce: Math.max(nonce, smallQuantity(pending, "transaction count")),
    balance: quantity(balance, "balance"),
    isDelegated: isDelegation(code),
  };
}

/**
 * Transactions of each address in blocks up to this one, or up to the latest.
 *
 * @throws `ERR_RPC_*`.
 */
export async function nonces(
  transport: Transport,
  namespace: Namespace,
  addresses: readonly string[],
  block?: bigint,
): Promise<readonly number[]> {
  const at = block === undefined ? "latest" : toQuantity(block);
  const asked = addresses.map((address) => ({ method: `${namespace}_getTransactionCount`, params: [address, at] }));
  return (await answersTo(transport, asked)).map((answer) => smallQuantity(answer, "transaction count"));
}

/**
 * The latest block, and the highest that is final by the profile. A node that does not know the tag `finalized` is taken at 64 blocks
 * below its head.
 *
 * @throws `ERR_RPC_*`.
 */
export async function head(transport: Transport, namespace: Namespace, profile: ChainProfile): Promise<ChainHead> {
  const { finality } = profile;
  const asked = finality.kind === "tag" ? ["latest", "finalized"] : ["latest"];
  const [latest, tagged] = await askAll(
    transport,
    asked.map((tag) => blockRequest(namespace, tag)),
  );
  const block = parseBlock(valueOf(latest));
  if (block === undefined) throw badResponse("latest block");
  const { number, hash } = block;
  if (finality.kind === "instant") return { number, hash, finalized: number };
  if (finality.kind === "depth") return { number, hash, finalized: below(number, BigInt(finality.blocks)) };
  const height = blockIn(tagged)?.number ?? below(number, depthWithoutTag);
  return { number, hash, finalized: height < number ? height : number };
}

/**
 * The hash of the block of this height; undefined where the node has none.
 *
 * @throws `ERR_RPC_*`.
 */
export async function blockHash(transport: Transport, namespace: Namespace, number: bigint): Promise<Hex | undefined> {
  const [settled] = await askAll(transport, [blockRequest(namespace, toQuantity(number))]);
  const block = blockIn(settled);
  if (block !== undefined && block.number !== number) throw badResponse("block");
  return block?.hash;
}

/**
 * Kaia's blocks list all their transactions, by the thousand; its headers do not. Ethereum's nodes have no common method for headers.
 */
function blockRequest(namespace: Namespace, block: string): RpcRequest {
  return namespace === "kaia"
    ? { method: "kaia_getHeaderByNumber", params: [block] }
    : { method: "eth_getBlockByNumber", params: [block, false] };
}

interface Block {
  readonly number: bigint;
  readonly hash: Hex;
}

function parseBlock(value: unknown): Block | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isRecord(value) || !isHash(value["hash"])) throw badResponse("block");
  return { number: quantity(value["number"], "block number"), hash: value["hash"] };
}

/**
 * Some nodes answer with an error where there is no such block, others where they do not know the tag.
 *
 * @throws the error, where it is another one.
 */
function blockIn(settled: PromiseSettledResult<unknown> | undefined): Block | undefined {
  if (settled?.status !== "rejected") return parseBlock(settled?.value);
  if (saysAbsent(settled.reason)) return undefined;
  throw settled.reason;
}

const absent =
  /(?:block|header) .*(?:not found|not exist|not available|unavailable)|unknown block|resource not found|out ?of ?range|invalid (?:block|argument)|finalized|not supported/i;

function saysAbsent(error: unknown): boolean {
  if (!isLatchkeyError(error, "ERR_RPC_REJECTED") && !isLatchkeyError(error, "ERR_RPC_NODE_FAULT")) return false;
  const { rpcCode, rpcMessage } = error.context;
  // Invalid params; Besu's code for an unknown block.
  return rpcCode === -32602 || rpcCode === -39001 || (typeof rpcMessage === "string" && absent.test(rpcMessage));
}

function below(number: bigint, blocks: bigint): bigint {
  return number > blocks ? number - blocks : 0n;
}

export function toQuantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}
