import fc from "fast-check";
import { expect } from "vitest";
import { startChain } from "../behaviour/chain.ts";
import { deploy } from "../behaviour/deployed.ts";
import { lookerAt } from "./look.ts";
import { domainOf, signPermit } from "./permits.ts";
import { kindNames, type Real, steps } from "./run.ts";
import { newModel } from "./state.ts";
import type { World } from "./views.ts";
import type { Ground } from "./worlds.ts";

/**
 * Runs the preset and the model side by side over so many runs of steps.
 *
 * @returns The number of steps that were taken.
 */
export async function compareOn(ground: Ground, seed: number, numRuns: number): Promise<number> {
  const chain = await startChain();
  try {
    const real = await realOn(chain, ground);
    const reset = await chain.snapshot();
    const owner = String(await real.token.read("owner"));
    const property = fc.asyncProperty(steps, async (commands) => {
      await reset();
      await fc.asyncModelRun(() => ({ model: newModel(owner), real }), commands);
    });
    // fast-check prints the seed, the path and the steps of the shortest failure.
    await fc.assert(property, { seed, numRuns, endOnFailure: false });
    const never = kindNames
      .flatMap((kind) => [`${kind} done`, `${kind} refused`])
      .filter((outcome) => !real.done.has(outcome));
    expect(never, "kinds of steps that were never done, or never refused").toEqual([]);
    return [...real.done.values()].reduce((sum, each) => sum + each, 0);
  } finally {
    await chain.close();
  }
}

async function realOn(chain: Awaited<ReturnType<typeof startChain>>, { start, size, ids }: Ground): Promise<Real> {
  const accounts = chain.accounts.slice(0, 3);
  const [owner, ...others] = accounts;
  if (owner === undefined) throw new Error("There are no accounts.");
  const token = await deploy(chain, "KIP17Collection", "Model", "MDL", owner.address, start, size);
  const wallet = await deploy(chain, "Behaviour1271Wallet", owner.address);
  const world: World = {
    abi: token.abi,
    ids,
    accounts: [owner, ...others].map(({ address }) => address).concat(wallet.address),
    fixed: { name: "Model", symbol: "MDL", window: [start, size] },
  };
  const domain = domainOf("Model", chain.chainId, token.address);
  return {
    chain,
    token,
    world,
    look: await lookerAt(chain, token.address, world),
    send: async ({ from, method, args }) => {
      if (from !== wallet.address) return await token.send(from, method, ...args);
      const { logs } = await wallet.receipt(owner.address, "execute", token.address, token.data(method, ...args));
      return token.events(logs);
    },
    stage: {
      model: newModel(owner.address),
      ids,
      accounts,
      contract: wallet.address,
      now: await chain.now(),
      signPermit: (account, permit) => signPermit(account, domain, permit),
    },
    done: new Map(),
  };
}
