import { Contract, ContractFactory, type NonceManager, type TransactionReceipt, type TransactionRequest } from "ethers";
import { expect } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { type EthersSigner, ethersSigner } from "../../../src/chains/evm/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { keySigner } from "./ethers-parts.ts";

export interface EthersScene {
  readonly anvil: Anvil;
  /** An account with 100 ether. */
  readonly signer: EthersSigner;
  /** The account of a key, given its balance. */
  signerOf(key: string, wei?: bigint): Promise<EthersSigner>;
  stop(): Promise<void>;
}

export const ether = 10n ** 18n;

/** A node of its own, with the rules that EIP-7702 came with. */
export async function startScene(): Promise<EthersScene> {
  const anvil = await startAnvil({ chainId: 7_777, args: ["--hardfork", "prague"] });
  const transport = http(anvil.url);
  const signerOf = async (key: string, wei = 100n * ether): Promise<EthersSigner> => {
    const signer = keySigner(key);
    await anvil.setBalance(signer.address, wei);
    return await ethersSigner({ address: signer.address, signer, adapter: { chainId: anvil.chainId, transport } });
  };
  return {
    anvil,
    signer: await signerOf("46".repeat(32)),
    signerOf,
    stop: async () => {
      // What still waits for something gives up.
      await transport.close();
      await anvil.stop();
    },
  };
}

/** A new guest book, seen by that signer. */
export async function deployBook(by: EthersSigner): Promise<Contract> {
  const deployed = await new ContractFactory([...guestBook.abi], guestBook.bytecode, by).deploy();
  await deployed.waitForDeployment();
  return new Contract(await deployed.getAddress(), [...guestBook.abi], by);
}

export async function mined(by: EthersSigner | NonceManager, request: TransactionRequest): Promise<TransactionReceipt> {
  const receipt = await (await by.sendTransaction(request)).wait();
  return receipt ?? expect.fail("no receipt");
}
