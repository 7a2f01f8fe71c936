import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { type Account, startChain, type TestChain } from "../behaviour/chain.ts";
import { deploy, type Deployed, type Named } from "../behaviour/deployed.ts";
import { lookerAt } from "../model/look.ts";
import type { Seen } from "../model/views.ts";

/** A preset with tokens 1 (in the window) and 5000 (outside of it), both of `holder`. */
export interface CollectionScene {
  readonly chain: TestChain;
  readonly token: Deployed;
  readonly owner: Account;
  readonly holder: Account;
  readonly friend: Account;
  readonly stranger: Account;
  /** Sends what must be refused, and sees that nothing that can be read has changed. */
  refused(from: Account, method: string, ...args: readonly unknown[]): Promise<Named>;
  deploy(contract: string, ...args: readonly unknown[]): Promise<Deployed>;
}

export const inWindow = 1n;
export const outside = 5000n;
export const name = "Bad Input";

/** A scene that each test of the file finds as it was deployed. */
export function collectionScene(): () => CollectionScene {
  let scene: CollectionScene;
  let reset: () => Promise<void>;
  beforeAll(async () => {
    scene = await startScene();
    reset = await scene.chain.snapshot();
  });
  beforeEach(() => reset());
  afterAll(() => scene.chain.close());
  return () => scene;
}

async function startScene(): Promise<CollectionScene> {
  const chain = await startChain();
  const [owner, holder, friend, stranger] = chain.accounts;
  if (!owner || !holder || !friend || !stranger) throw new Error("The chain has too few accounts.");
  const token = await deploy(chain, "KIP17Collection", name, "BAD", owner.address, 0n, 1000n);
  await token.send(owner.address, "mintWithTokenURI", holder.address, inWindow, "ipfs://1");
  await token.send(owner.address, "mint", holder.address, outside);
  await token.send(holder.address, "approve", friend.address, inWindow);
  const accounts = [owner, holder, friend, stranger].map(({ address }) => address);
  const look = await lookerAt(chain, token.address, { abi: token.abi, ids: [0n, inWindow, 2n, 3n, outside], accounts });
  return {
    chain,
    token,
    owner,
    holder,
    friend,
    stranger,
    refused: async (from, method, ...args) => {
      const before: Seen = await look();
      const error = await token.refusal(from.address, method, ...args);
      expect(await look(), "what can be read has changed").toEqual(before);
      return error;
    },
    deploy: (contract, ...args) => deploy(chain, contract, ...args),
  };
}
