import { toQuantity } from "ethers";
import { call, type CallSite, estimateGas } from "./calls.ts";
import type { Context, Methods } from "./method.ts";
import { stateBlock } from "./method.ts";
import { balanceAt } from "./state.ts";

/** What reads or simulates on the state of a block; the same in eth_ and kaia_. */
export const stateMethods: Methods = {
  getBalance: async (context) => {
    const address = context.params.address(0);
    const block = await stateBlock(context, 1);
    return toQuantity(await balanceAt(context.core.evm, context.core.chain, address, block));
  },
  getTransactionCount: async (context) => {
    const { core, params } = context;
    const address = params.address(0);
    const block = await stateBlock(context, 1);
    const nonce = await core.evm.quantity("eth_getTransactionCount", address, toQuantity(block));
    return toQuantity(params.optional(1) === "pending" ? core.pool.pendingNonce(address, nonce) : nonce);
  },
  getCode: async (context) => {
    const address = context.params.address(0);
    return context.core.evm.request("eth_getCode", address, toQuantity(await stateBlock(context, 1)));
  },
  getStorageAt: async (context) => {
    const { core, params } = context;
    const block = await stateBlock(context, 2);
    return core.evm.request("eth_getStorageAt", params.address(0), params.optional(1), toQuantity(block));
  },
  getProof: async (context) => {
    const { core, params } = context;
    const block = await stateBlock(context, 2);
    return core.evm.request("eth_getProof", params.address(0), params.optional(1), toQuantity(block));
  },
  call: async (context) => call(context.params.call(0), await callSite(context, await stateBlock(context, 1))),
  estimateGas: async (context) => {
    const site = await callSite(context, await stateBlock(context, 1, "latest"));
    return estimateGas(context.params.call(0), site);
  },
  createAccessList: async (context) => {
    const block = await stateBlock(context, 1, "latest");
    const { accessList, gasUsed } = await context.core.evm.record(
      "eth_createAccessList",
      context.params.call(0),
      toQuantity(block),
    );
    return { accessList, gasUsed };
  },
};

export async function callSite({ core, params }: Context, block: number): Promise<CallSite> {
  const baseFee = core.chain.block(block)?.baseFee ?? core.chain.baseFee;
  return Promise.resolve({ evm: core.evm, block, baseFee, overrides: params.optional(2) });
}
