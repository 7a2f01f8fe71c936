import { evm } from "../../../src/chains/evm/index.ts";
import type {
  ChainAdapter,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
} from "../../../src/ports/chain-adapter.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { addressOfKey, sign } from "../signing.ts";

/** The account that a suite sends from. */
export const key = "46".repeat(32);
export const from = addressOfKey(key);

export interface AnvilChain {
  readonly anvil: Anvil;
  readonly chain: ChainAdapter<"main">;
  prepare(intent: Intent, options?: PrepareOptions): Promise<PreparedTransaction>;
  /** Prepares, signs and broadcasts. */
  send(intent: Intent, options?: PrepareOptions): Promise<SignedTransaction>;
  /** Sends, and waits for the receipt. */
  mine(intent: Intent): Promise<TransactionReceipt>;
  /** Deploys, and gives the contract's address. */
  deploy(bytecode: Hex): Promise<string>;
  stop(): Promise<void>;
}

/** A node of its own, on which the account has 100 ether. */
export async function startAnvilChain(args: readonly string[] = []): Promise<AnvilChain> {
  const anvil = await startAnvil({ chainId: 7_777, args });
  await anvil.setBalance(from, 100n * 10n ** 18n);
  const chain = evm({ name: "main", chainId: anvil.chainId, transport: http(anvil.url) });
  const prepare = (intent: Intent, options?: PrepareOptions): Promise<PreparedTransaction> =>
    chain.prepare(intent, from, options);
  const send = async (intent: Intent, options?: PrepareOptions): Promise<SignedTransaction> => {
    const signed = sign(await prepare(intent, options), key);
    await chain.broadcast(signed);
    return signed;
  };
  const mine = async (intent: Intent): Promise<TransactionReceipt> => {
    const { hash } = await send(intent);
    return await chain.waitForReceipt(hash);
  };
  return {
    anvil,
    chain,
    prepare,
    send,
    mine,
    deploy: async (bytecode) => {
      const { contractAddress } = await mine({ deploy: { bytecode } });
      if (contractAddress === null) throw new Error("nothing was deployed");
      return contractAddress;
    },
    stop: async () => {
      await chain.close();
      await anvil.stop();
    },
  };
}

/** Init code that deploys `runtime`, at most 255 bytes: CODECOPY behind these 11 bytes, RETURN. */
function deploying(runtime: string): Hex {
  const length = (runtime.length / 2).toString(16).padStart(2, "0");
  return `0x60${length}80600b6000396000f3${runtime}`;
}

/** Init code that reverts with `data`: CODECOPY behind these 10 bytes, REVERT. */
export function revertingWith(data: string): Hex {
  const length = (data.length / 2 - 1).toString(16).padStart(4, "0");
  return `0x61${length}80600a3d393dfd${data.slice(2)}`;
}

// CALLDATACOPY of what the first argument, `bytes`, holds; then RETURN or REVERT.
const copyArgument = "602435806044600037" + "6000";

/** A contract that returns the bytes given as the first argument, whatever the function. */
export const echo = deploying(`${copyArgument}f3`);
/** A contract that reverts with the bytes given as the first argument. */
export const reject = deploying(`${copyArgument}fd`);
/** A contract that takes one call and reverts at all later ones: SLOAD(0), JUMPI to the revert, SSTORE(0, 1). */
export const once = deploying("600054600c57600160005500" + "5b60006000fd");
