import { hash } from "node:crypto";
import { kip17CollectionAbi } from "../../contracts/generated/kip17-collection-abi.ts";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { isRecord } from "../../units/is-record.ts";
import type { TransactionHandle } from "../../transactions/handle.ts";
import type { SendOptions } from "../../transactions/send-options.ts";
import type { SendingAccount } from "../../wallets/account.ts";
import { requireIndexed } from "../collection-reads.ts";
import { isFailed } from "../deploy.ts";
import { invalidCall } from "../errors.ts";
import { idText, requireId, requireUri } from "../given.ts";
import type { CallParts, Placed } from "../parts.ts";
import { doorData } from "./door-data.ts";

/** An old token that waits at the door, and the proof of what the commitment says of it. */
export interface DoorToken {
  readonly id: bigint;
  /** The owner in the token's leaf; left out: the door's own address, as for tokens that wait there from the start. */
  readonly committed?: string;
  /** Byte for byte as committed. */
  readonly uri: string;
  /** From the leaf to the root: `proofOf(id)` of the commitment. */
  readonly proof: readonly Hex[];
}

export interface DoorOptions {
  /** Aliases or addresses of the two collections, on one chain. The old one is registered and indexed. */
  readonly old: string;
  readonly migrated: string;
  readonly proofs: readonly DoorToken[];
  /** Sends under way at once, 1 to 64. Default 8. */
  readonly concurrency?: number;
  /** How each is sent; without an idempotencyKey, which each token has for itself. */
  readonly send?: Omit<SendOptions, "idempotencyKey">;
}

export interface DoorSummary {
  /** Sent in, now or by an earlier call, and in a block. */
  readonly walked: readonly bigint[];
  /** Whose owner is no wallet of this tenant: the holder has to come. */
  readonly elsewhere: readonly bigint[];
  /** Which the old collection does not have any more. */
  readonly gone: readonly bigint[];
  /** With an error's code. They can be tried again by the same call. */
  readonly failed: readonly { readonly id: bigint; readonly code: string }[];
}

export interface DoorParts extends CallParts {
  /** The account of a wallet that has this address. */
  readonly accountAt: (chain: string, address: string) => Promise<SendingAccount | undefined>;
}

/** A send that failed is followed by another with a key of its own, so many times for one token. */
const mostAttempts = 20;
const mostConcurrency = 64;

/** @throws as `Collections.walkDoor`. */
export async function walkTheDoor(
  parts: DoorParts,
  given: DoorOptions,
  find: (addressOrAlias: string) => Promise<Placed>,
): Promise<DoorSummary> {
  const call = "walkDoor";
  if (!isRecord(given)) throw invalidCall(call, "the options are an object with old, migrated and proofs");
  const { concurrency = 8, proofs, send = {} } = given;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > mostConcurrency)
    throw invalidCall(call, `concurrency is a whole number from 1 to ${String(mostConcurrency)}`);
  if (!Array.isArray(proofs)) throw invalidCall(call, "proofs is a list of { id, uri, proof }");
  if ("idempotencyKey" in send) throw invalidCall(call, "each token has an idempotencyKey of its own");
  const [old, migrated] = [await find(given.old), await find(given.migrated)];
  if (old.chain !== migrated.chain) throw invalidCall(call, "the collections are on two chains");
  // All of them before the first is sent.
  const tokens: { readonly id: bigint; readonly data: Hex }[] = [];
  for (const token of given.proofs) {
    const [id, uri] = [requireId(token.id, call), requireUri(token.uri, call)];
    if (!Array.isArray(token.proof) || !token.proof.every((node) => isHex(node) && node.length === 66))
      throw invalidCall(call, "a proof is a list of 32-byte words");
    tokens.push({ id, data: await doorData(old.chain, token.committed, uri, token.proof) });
  }
  if (new Set(tokens.map(({ id }) => id)).size < tokens.length) throw invalidCall(call, "an id is there twice");
  await requireIndexed(parts, old, {}, call);

  const summary = {
    walked: new Array<bigint>(),
    elsewhere: new Array<bigint>(),
    gone: new Array<bigint>(),
    failed: new Array<{ readonly id: bigint; readonly code: string }>(),
  };
  const waiting = tokens.values();
  const walk = async (): Promise<void> => {
    for (const { id, data } of waiting) {
      try {
        const kind = await walkOne(parts, old, migrated, { id, data }, send);
        summary[kind].push(id);
      } catch (error) {
        if (parts.closing.aborted) throw closed();
        // Of one token: the others go on.
        if (!isLatchkeyError(error)) throw error;
        summary.failed.push({ id, code: error.code });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, walk));
  return summary;
}

async function walkOne(
  parts: DoorParts,
  old: Placed,
  migrated: Placed,
  { id, data }: { readonly id: bigint; readonly data: Hex },
  send: SendOptions,
): Promise<"walked" | "elsewhere" | "gone"> {
  const { chain, stored } = old;
  const row = await parts.tokens.token(stored.id, idText(id));
  if (row === undefined) return "gone";
  const door = migrated.stored.address;
  // It stays there for ever, and its previous owner has the new one.
  if (row.owner === door.toLowerCase()) return "walked";
  const owner = chain.scheme.parseAddress(row.owner);
  const account = await parts.accountAt(chain.name, owner);
  if (account === undefined) return "elsewhere";
  const name = "safeTransferFrom(address,address,uint256,bytes)";
  const intent = {
    call: { to: stored.address, abi: kip17CollectionAbi, function: name, args: [owner, door, id, data] },
  };
  // With another proof it is another send: one that was wrong does not stand in the way of the right one.
  const key = `door:${stored.id}:${String(id)}:${hash("sha256", `${owner} ${door} ${data}`, "hex").slice(0, 32)}`;
  const handle = await sentOnce(account, intent, key, send);
  if ((await handle.wait("mined", { signal: parts.closing })).status === "reverted") throw reverted();
  return "walked";
}

/** The send of this key, or of the next one where it has failed. */
async function sentOnce(
  account: SendingAccount,
  intent: Intent,
  key: string,
  send: SendOptions,
): Promise<TransactionHandle> {
  for (let attempt = 1; ; attempt += 1) {
    const handle = await account.send(intent, { ...send, idempotencyKey: `${key}:${String(attempt)}` });
    if (attempt === mostAttempts || !isFailed(await handle.status())) return handle;
  }
}

function reverted(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_REVERTED",
    "The contracts refused the token at the door. Nothing has moved; check that it waits there, and its proof.",
  );
}

function closed(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CLOSED",
    "Latchkey was closed on the way to the door. What was sent goes on; walk again for the rest.",
  );
}
