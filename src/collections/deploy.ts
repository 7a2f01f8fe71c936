import { randomUUID } from "node:crypto";
import { bytecodeOf } from "../contracts/bytecode.ts";
import { kip17CollectionAbi } from "../contracts/generated/kip17-collection-abi.ts";
import { isLatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter, TransactionReceipt, WaitOptions } from "../ports/chain-adapter.ts";
import type { TransactionHandle } from "../transactions/handle.ts";
import type { Outbox } from "../transactions/outbox.ts";
import type { SendOptions } from "../transactions/send-options.ts";
import type { TransactionStatus } from "../transactions/status.ts";
import { isRecord } from "../units/is-record.ts";
import type { StoredCollection } from "./collection-rows.ts";
import type { By, Collection } from "./collection.ts";
import { collectionExists, invalidCall } from "./errors.ts";
import { requireAlias, requireBlock, requireText } from "./given.ts";
import { type CallParts, chainNamed, senderOf } from "./parts.ts";

/** What is deployed: a `KIP17Collection`. */
export interface DeployOptions<Name extends string = string> {
  readonly chain: Name;
  /** 1 to 64 of a-z, 0-9 and -, a letter first; the collection's name here, one of a kind per chain. */
  readonly alias: string;
  /** As the contract says them, at most 256 characters. */
  readonly name: string;
  readonly symbol: string;
  /** Deploys it: an account, or the name of a service account. */
  readonly by: By;
  /** Admin, first minter and first pauser. Left out: `by`. */
  readonly owner?: string;
  /** Ids that are cheap to mint and to move; others work too. Left out: from 0, 2^24 of them, the most there may be. */
  readonly ids?: { readonly first: bigint; readonly count: bigint };
}

/** A deployment that is stored: it goes on by itself. */
export interface CollectionDeployment {
  readonly alias: string;
  readonly transaction: TransactionHandle;
  /**
   * Waits until it is in a block.
   *
   * @throws as `TransactionHandle.wait`; `ERR_CHAIN_REVERTED` the deployment was reverted: deploy again.
   */
  ready(options?: WaitOptions): Promise<Collection>;
}

/** 2^24, `MAX_WINDOW_SIZE` of the contract. */
const mostIds = 16_777_216n;
/** A reorganisation can bring a deployment into a lower block, where its first logs are then. */
const blocksBefore = 64;

/**
 * Reserves the alias, then stores the deployment under a key of the reservation's own: however many processes ask, and wherever one of them ends,
 * there is one deployment. One that failed gives way to the next.
 */
export async function storeDeployment(
  parts: CallParts & { readonly outbox: Pick<Outbox, "get"> },
  given: DeployOptions,
  options: SendOptions,
): Promise<{ readonly stored: StoredCollection; readonly handle: TransactionHandle }> {
  const call = "deploy";
  if (!isRecord(given)) throw invalidCall(call, "the options are an object with chain, alias, name, symbol and by");
  const chain = chainNamed(parts.chains, given.chain, call);
  const account = senderOf(parts, given.by, chain, call);
  const alias = requireAlias(given.alias, call);
  const name = requireText(given.name, "name", call);
  const symbol = requireText(given.symbol, "symbol", call);
  const owner = chain.scheme.parseAddress(given.owner ?? account.address);
  const ids = idsOf(given.ids);
  if (isRecord(options) && "idempotencyKey" in options)
    throw invalidCall(call, "a deployment has no idempotencyKey: its alias is that");
  const args = [name, symbol, owner, ids.first, ids.count];
  const intent = { deploy: { bytecode: await bytecodeOf("KIP17Collection"), abi: kip17CollectionAbi, args } };
  await chain.encode(intent);

  const deployment = JSON.stringify([account.address, ...args.map(String)]);
  const fresh: StoredCollection = {
    id: randomUUID(),
    chain: chain.name,
    chainId: chain.chainId,
    alias,
    name,
    symbol,
    deployment,
    attempt: 1,
    transactionId: null,
    address: null,
    isBatch: true,
    createdAt: parts.clock.now(),
  };
  let stored = fresh;
  if (!(await parts.collections.insert(fresh))) stored = await reserved(parts, fresh);
  const known = stored.transactionId === null ? undefined : await parts.outbox.get(stored.transactionId);
  if (known !== undefined) return { stored, handle: known };
  const key = `collection:${stored.id}:${String(stored.attempt)}`;
  let handle: TransactionHandle;
  try {
    handle = await account.send(intent, { ...options, idempotencyKey: key });
  } catch (error) {
    // What was refused was not stored: the alias is free again. What may be stored keeps it.
    if (stored === fresh && isLatchkeyError(error) && !error.code.startsWith("ERR_STORE_"))
      await parts.collections.withdraw(stored);
    throw error;
  }
  await parts.collections.setTransaction(stored, handle.id);
  return { stored: { ...stored, transactionId: handle.id }, handle };
}

/** What the alias stands for already, where that is the same. @throws `ERR_COLLECTION_EXISTS`. */
async function reserved(
  parts: CallParts & { readonly outbox: Pick<Outbox, "get"> },
  wanted: StoredCollection,
): Promise<StoredCollection> {
  for (;;) {
    const [stored] = await parts.collections.byAlias(wanted.chainId, wanted.alias);
    if (stored === undefined) throw collectionExists(wanted.alias);
    const { transactionId } = stored;
    const handle = transactionId === null ? undefined : await parts.outbox.get(transactionId);
    const hasFailed = stored.address === null && handle !== undefined && isFailed(await handle.status());
    if (!hasFailed) {
      if (stored.deployment === wanted.deployment) return stored;
      throw collectionExists(wanted.alias);
    }
    const { deployment, name, symbol } = wanted;
    await parts.collections.startOver(stored, { deployment, name, symbol });
  }
}

/** Whether a transaction has ended without having done what it was for. */
export function isFailed({ state, receipt }: TransactionStatus): boolean {
  return state === "failed" || state === "cancelled" || (state === "final" && receipt?.status === "reverted");
}

/** Writes down where a deployment put its contract. */
export async function placeDeployed(
  { collections }: Pick<CallParts, "collections">,
  chain: ChainAdapter,
  stored: StoredCollection,
  { contractAddress, blockNumber }: TransactionReceipt,
): Promise<void> {
  if (contractAddress === null) return;
  const block = requireBlock(blockNumber, "block", "deploy");
  const fromBlock = Math.max(0, block - blocksBefore);
  const address = chain.scheme.parseAddress(contractAddress);
  await collections.place(stored.id, { address, fromBlock, toldFrom: fromBlock - 1 });
}

/** What became of the deployments that are stored, whoever asked for them. */
export async function settleDeployments(
  parts: Pick<CallParts, "collections"> & { readonly outbox: Pick<Outbox, "get"> },
  chain: ChainAdapter,
): Promise<void> {
  for (const stored of await parts.collections.unplaced(chain.chainId)) {
    const handle = stored.transactionId === null ? undefined : await parts.outbox.get(stored.transactionId);
    const receipt = (await handle?.status())?.receipt ?? undefined;
    if (receipt?.status === "success") await placeDeployed(parts, chain, stored, receipt);
  }
}

function idsOf(ids: unknown): { readonly first: bigint; readonly count: bigint } {
  if (ids === undefined) return { first: 0n, count: mostIds };
  const { first, count }: { first?: unknown; count?: unknown } = isRecord(ids) ? ids : {};
  if (typeof first === "bigint" && typeof count === "bigint" && first >= 0n && first < 2n ** 128n)
    if (count >= 0n && count <= mostIds) return { first, count };
  throw invalidCall("deploy", "ids is { first, count }: bigints, first below 2^128 and count at most 2^24");
}
