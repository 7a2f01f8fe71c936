import { kip17CollectionAbi } from "../contracts/generated/kip17-collection-abi.ts";
import type { Intent } from "../ports/intent.ts";
import type { TransactionHandle } from "../transactions/handle.ts";
import type { SendOptions } from "../transactions/send-options.ts";
import { isRecord } from "../units/is-record.ts";
import type { Collection } from "./collection.ts";
import { invalidCall } from "./errors.ts";
import { idText, requireId, requireUri } from "./given.ts";
import { batchesOf, type NewToken } from "./mint-batches.ts";
import { type CallParts, type Placed, senderOf } from "./parts.ts";

type Sends = Pick<Collection, "mint" | "mintBatch" | "transfer" | "burn">;

/** `:` and a number follow it in the keys of a list's transactions. */
const longestBatchKey = 240;

/** What sends: each call is checked as a whole, and is then the outbox's. */
export function collectionSends(parts: CallParts, { stored, chain }: Placed): Sends {
  const call = (name: string, args: readonly unknown[]): Intent => ({
    call: { to: stored.address, abi: kip17CollectionAbi, function: name, args },
  });
  const address = (text: string): string => chain.scheme.parseAddress(text);

  const checked = (token: NewToken, of: string): NewToken => {
    if (!isRecord(token)) throw invalidCall(of, "a token is { id, to, uri }");
    const id = requireId(token.id, of);
    const to = address(token.to);
    return token.uri === undefined ? { id, to } : { id, to, uri: requireUri(token.uri, of) };
  };

  const mintOf = ({ id, to, uri }: NewToken): Intent =>
    uri === undefined
      ? call("mint(address,uint256)", [to, id])
      : call("mintWithTokenURI(address,uint256,string)", [to, id, uri]);

  const batchOf = (tokens: readonly NewToken[]): Intent => {
    const [first] = tokens;
    if (first !== undefined && tokens.length === 1) return mintOf(first);
    const owners = tokens.map(({ to }) => to);
    const ids = tokens.map(({ id }) => id);
    const uris = tokens.flatMap(({ uri }) => (uri === undefined ? [] : [uri]));
    return uris.length === 0
      ? call("mintBatch(address[],uint256[])", [owners, ids])
      : call("mintBatchWithTokenURI(address[],uint256[],string[])", [owners, ids, uris]);
  };

  return {
    mint: async (token, options) => {
      const intent = mintOf(checked(token, "mint"));
      return await senderOf(parts, token.by, chain, "mint").send(intent, options);
    },

    mintBatch: async (batch, options) => {
      const { tokens, by }: { tokens?: unknown; by?: unknown } = isRecord(batch) ? batch : {};
      if (!isTokens(tokens)) throw invalidCall("mintBatch", "tokens is a list of { id, to, uri }, one at least");
      const account = senderOf(parts, by, chain, "mintBatch");
      const all = tokens.map((token) => checked(token, "mintBatch"));
      if (new Set(all.map(({ id }) => idText(id))).size < all.length)
        throw invalidCall("mintBatch", "an id is there twice");
      const batches = stored.isBatch ? batchesOf(all, chain.profile) : all.map((token) => [token]);
      const intents = batches.map(batchOf);
      // One that cannot be written as bytes is found before the first is stored.
      for (const intent of intents) await chain.encode(intent);
      const handles: TransactionHandle[] = [];
      for (const [index, intent] of intents.entries()) handles.push(await account.send(intent, keyed(options, index)));
      return handles;
    },

    transfer: async (transfer, options) => {
      const { by, checkReceiver = true } = transfer;
      const id = requireId(transfer.id, "transfer");
      const account = senderOf(parts, by, chain, "transfer");
      const from = address(transfer.from ?? account.address);
      const args = [from, address(transfer.to), id];
      const name = checkReceiver ? "safeTransferFrom" : "transferFrom";
      return await account.send(call(`${name}(address,address,uint256)`, args), options);
    },

    burn: async (burn, options) => {
      const id = requireId(burn.id, "burn");
      return await senderOf(parts, burn.by, chain, "burn").send(call("burn(uint256)", [id]), options);
    },
  };
}

/** The options of the transaction at this place of a list. */
function keyed(options: SendOptions = {}, index: number): SendOptions {
  const { idempotencyKey } = options;
  if (idempotencyKey === undefined) return options;
  if (typeof idempotencyKey !== "string" || Buffer.byteLength(idempotencyKey) > longestBatchKey)
    throw invalidCall("mintBatch", `idempotencyKey is text of at most ${String(longestBatchKey)} bytes`);
  return { ...options, idempotencyKey: `${idempotencyKey}:${String(index)}` };
}

function isTokens(value: unknown): value is readonly NewToken[] {
  return Array.isArray(value) && value.length > 0;
}
