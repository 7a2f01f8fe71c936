import { randomUUID } from "node:crypto";
import { isLatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import { isHex } from "../units/bytes.ts";
import { isRecord } from "../units/is-record.ts";
import type { StoredCollection } from "./collection-rows.ts";
import { collectionExists, invalidCall } from "./errors.ts";
import { requireAlias, requireBlock } from "./given.ts";
import { type CallParts, chainNamed } from "./parts.ts";

/** A contract that is there: an old one of KAS or caver-js, a migrated one, or anybody's ERC-721. */
export interface RegisterOptions<Name extends string = string> {
  readonly chain: Name;
  /** 1 to 64 of a-z, 0-9 and -, a letter first; the collection's name here, one of a kind per chain. */
  readonly alias: string;
  readonly address: string;
  /** The block it was deployed in, or one before: what happened earlier is not seen. */
  readonly fromBlock: bigint;
}

const abi = [
  "function supportsInterface(bytes4 id) view returns (bool)",
  "function name() view returns (string)",
  "function symbol() view returns (string)",
] as const;
/** KIP-17, and ERC-721 alike. */
const tokenInterface = "0x80ac58cd";
/** The selectors of `mintBatch(address[],uint256[])` and `mintBatchWithTokenURI(address[],uint256[],string[])`. */
const batchSelectors = ["7c88e3d9", "f6fc828d"] as const;
const longestName = 256;

/**
 * @throws `ERR_CONFIG_INVALID` no such chain, no contract there, or one that is no KIP-17; `ERR_CHAIN_ADDRESS_INVALID`; `ERR_COLLECTION_EXISTS`;
 *   `ERR_RPC_*`.
 */
export async function storeRegistered(parts: CallParts, given: RegisterOptions): Promise<StoredCollection> {
  const call = "register";
  if (!isRecord(given)) throw invalidCall(call, "the options are an object with chain, alias, address and fromBlock");
  const chain = chainNamed(parts.chains, given.chain, call);
  const alias = requireAlias(given.alias, call);
  const address = chain.scheme.parseAddress(given.address);
  const fromBlock = requireBlock(given.fromBlock, "fromBlock", call);
  const head = Number((await chain.head()).number);
  if (fromBlock > head) throw invalidCall(call, `fromBlock is above the head, ${String(head)}`);
  const code = await chain.transport.request({ method: "eth_getCode", params: [address, "latest"] });
  if (!isHex(code) || code === "0x") throw invalidCall(call, "there is no contract at this address");
  if ((await asked(chain, address, "supportsInterface", [tokenInterface])) !== true)
    throw invalidCall(call, "the contract does not say that it is a KIP-17 or ERC-721");
  const [name, symbol] = [await asked(chain, address, "name"), await asked(chain, address, "symbol")];
  const wanted: StoredCollection = {
    id: randomUUID(),
    chain: chain.name,
    chainId: chain.chainId,
    alias,
    name: textOf(name),
    symbol: textOf(symbol),
    deployment: null,
    attempt: 0,
    transactionId: null,
    address,
    isBatch: batchSelectors.every((selector) => code.includes(selector)),
    createdAt: parts.clock.now(),
  };
  if (await parts.collections.insert(wanted, { address, fromBlock, toldFrom: head })) return wanted;
  const [known] = await parts.collections.byAlias(chain.chainId, alias);
  if (known?.address === address) return known;
  throw collectionExists(alias);
}

/** What the contract answers; undefined where it refuses, or its answer fits no such question. */
async function asked(chain: ChainAdapter, to: string, name: string, args: readonly unknown[] = []): Promise<unknown> {
  try {
    return await chain.read({ to, abi, function: name, args });
  } catch (error) {
    const isAnswer = ["ERR_RPC_REJECTED", "ERR_CHAIN_REVERTED", "ERR_CHAIN_INTENT_INVALID"].some(
      (code) => isLatchkeyError(error) && error.code === code,
    );
    if (isAnswer) return undefined;
    throw error;
  }
}

/** A contract's own words may be anything. PostgreSQL takes no NUL. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value.toWellFormed().replaceAll("\0", "").slice(0, longestName) : "";
}
