import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Outbox } from "../transactions/outbox.ts";
import type { Gate } from "../units/gate.ts";
import { isRecord } from "../units/is-record.ts";
import type { Collection } from "./collection.ts";
import { collectionReads } from "./collection-reads.ts";
import type { StoredCollection } from "./collection-rows.ts";
import { collectionSends } from "./collection-sends.ts";
import type { Collections } from "./collections.ts";
import { placeDeployed, storeDeployment } from "./deploy.ts";
import { type DoorParts, walkTheDoor } from "./door/walk-door.ts";
import { invalidCall, unknownCollection } from "./errors.ts";
import { requireAlias, requireCursor, requireLimit } from "./given.ts";
import { type LinkParts, proveLink, requestLink } from "./links/links.ts";
import { writeRemap } from "./links/remap.ts";
import { ownedTokens } from "./owned.ts";
import { type Placed, placedOf } from "./parts.ts";
import { storeRegistered } from "./register.ts";

export interface CollectionsParts<Name extends string> extends DoorParts, Omit<LinkParts, "chains" | "clock"> {
  readonly chains: readonly ChainAdapter<Name>[];
  readonly outbox: Pick<Outbox, "get">;
  /** Lets calls in until the instance closes. */
  readonly gate: Gate;
  /** Somebody uses collections: the indexer may begin. */
  readonly onUse: () => void;
}

const cursorPattern = /^[a-z][a-z0-9-]{0,63}:[1-9]\d{0,15}$/;

export function createCollections<Name extends string>(parts: CollectionsParts<Name>): Collections<Name> {
  const { chains, collections, gate } = parts;

  /** @throws `ERR_CLOSED`. */
  const use = <T>(work: () => Promise<T>): Promise<T> =>
    gate.run(() => {
      parts.onUse();
      return work();
    });

  const handOut = (placed: Placed): Collection => collectionObject(parts, placed, use);

  async function find(addressOrAlias: unknown, chainName: unknown, call: string): Promise<Placed> {
    const chain = chains.find(({ name }) => name === chainName);
    if (chainName !== undefined && chain === undefined) throw invalidCall(call, "there is no such chain");
    if (typeof addressOrAlias !== "string")
      throw invalidCall(call, "a collection is named by its alias or its address");
    const found = addressOrAlias.startsWith("0x")
      ? await collections.byAddress(chain?.chainId, [
          ...new Set((chain === undefined ? chains : [chain]).map(({ scheme }) => scheme.parseAddress(addressOrAlias))),
        ])
      : await collections.byAlias(chain?.chainId, requireAlias(addressOrAlias, call));
    const [only, another] = found;
    if (only === undefined) throw unknownCollection();
    if (another !== undefined) throw invalidCall(call, "it is on several chains: say which");
    return placedOf(chains, only, call);
  }

  return {
    deploy: (options, send = {}) =>
      use(async () => {
        const { stored, handle } = await storeDeployment(parts, options, send);
        return {
          alias: stored.alias,
          transaction: handle,
          ready: async (waitOptions) => {
            const receipt = await handle.wait("mined", waitOptions);
            if (receipt.status === "reverted") throw reverted(stored.alias);
            return await use(async () => {
              const chain = chains.find(({ chainId }) => chainId === stored.chainId);
              if (chain !== undefined) await placeDeployed(parts, chain, stored, receipt);
              return handOut(placedOf(chains, (await collections.byId(stored.id)) ?? stored, "deploy"));
            });
          },
        };
      }),
    register: (options) =>
      use(async () => handOut(placedOf(chains, await storeRegistered(parts, options), "register"))),
    list: (options = {}) =>
      use(async () => {
        if (!isRecord(options)) throw invalidCall("list", "the options are an object");
        const limit = requireLimit(options.limit, "list");
        const cursor = requireCursor(options.cursor, cursorPattern, "list");
        const [alias = "", id] = (cursor ?? "").split(":");
        const rows = await collections.page(cursor === undefined ? undefined : [alias, Number(id)], limit + 1);
        const shown = rows.slice(0, limit);
        const last = rows.length > limit ? shown.at(-1) : undefined;
        return {
          collections: shown.map(summaryOf),
          nextCursor: last === undefined ? null : `${last.alias}:${String(last.chainId)}`,
        };
      }),
    get: (addressOrAlias, chain) => use(async () => handOut(await find(addressOrAlias, chain, "get"))),
    tokensOf: (options) => use(() => ownedTokens(parts, options, (each) => find(each, undefined, "tokensOf"))),
    walkDoor: (options) => use(() => walkTheDoor(parts, options, (each) => find(each, undefined, "walkDoor"))),
    linkText: (userId, address, chain) => use(() => requestLink(parts, userId, address, chain)),
    linkAddress: (userId, address, signature, chain) => use(() => proveLink(parts, userId, address, signature, chain)),
    writeRemap: (chain, path) => use(() => writeRemap(parts, chain, path)),
  };
}

function reverted(alias: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_REVERTED",
    "The deployment of the collection was reverted. There is no contract; deploy again, the alias is still its own.",
    { context: { alias } },
  );
}

function summaryOf(stored: StoredCollection) {
  const { chain, alias, name, symbol, address, createdAt } = stored;
  return { chain, alias, name, symbol, address, createdAt: new Date(createdAt) };
}

function collectionObject<Name extends string>(
  parts: CollectionsParts<Name>,
  placed: Placed,
  use: <T>(work: () => Promise<T>) => Promise<T>,
): Collection {
  const { stored } = placed;
  const chain = parts.chains.find(({ name }) => name === placed.chain.name);
  if (chain === undefined) throw invalidCall("get", "its chain is not configured");
  const sends = collectionSends(parts, placed);
  const reads = collectionReads(parts, placed);
  const { alias, address, name, symbol } = stored;
  return Object.freeze<Collection>({
    chain: chain.name,
    alias,
    address,
    name,
    symbol,
    mint: (token, options) => use(() => sends.mint(token, options)),
    mintBatch: (batch, options) => use(() => sends.mintBatch(batch, options)),
    transfer: (transfer, options) => use(() => sends.transfer(transfer, options)),
    burn: (burn, options) => use(() => sends.burn(burn, options)),
    tokens: (options) => use(() => reads.tokens(options)),
    token: (id, options) => use(() => reads.token(id, options)),
    history: (id, options) => use(() => reads.history(id, options)),
    waitForIndex: (block, options) => use(() => reads.waitForIndex(block, options)),
    toJSON: () => ({ chain: chain.name, alias, address, name, symbol }),
  });
}
