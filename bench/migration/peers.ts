import { Contract, ContractFactory, JsonRpcProvider, type TransactionResponse, Wallet } from "ethers";
import hre from "hardhat";
import type { Anvil } from "../../test/harness/anvil.ts";
import { caverKip17 } from "../../test/harness/creation-code.ts";
import { ownerAt } from "../../test/migration/harness/old-collection.ts";
import { startBenchNode } from "./ours.ts";

export interface Looped {
  readonly tokens: number;
  readonly seconds: number;
  readonly transactions: number;
  readonly gasUsed: number;
}

/** Tokens in a transaction of the batch loop: what 128 KiB hold with URIs of 53 bytes. */
const batch = 600;
const gasOfOne = 1_000_000n;
const gasOfBatch = 100_000_000n;

/**
 * What one wrote with caver: its contract, one `mintWithTokenURI` after the other, each waited for. Sent by ethers, for caver asks a node for
 * methods of Kaia's alone.
 */
export async function measureCaverLoop(tokens: number, owners: number, uriOf: (id: bigint) => string): Promise<Looped> {
  const { abi, bytecode } = caverKip17("caver-js");
  return await timed(async (wallet) => {
    const contract = await deployed(new ContractFactory(abi, bytecode, wallet), "Old", "OLD");
    return async function* () {
      for (let id = 1n; id <= BigInt(tokens); id += 1n)
        yield await sent(contract, "mintWithTokenURI", gasOfOne, ownerAt(Number(id) % owners), id, uriOf(id));
    };
  }, tokens);
}

/** What one writes with OpenZeppelin: a batch mint with stored URIs, batch after batch, each waited for. Resumes nothing and proves nothing. */
export async function measureBatchLoop(tokens: number, owners: number, uriOf: (id: bigint) => string): Promise<Looped> {
  await hre.tasks.getTask("build").run({ quiet: true });
  const { abi, bytecode } = await hre.artifacts.readArtifact("OpenZeppelinUriPeer");
  return await timed(async (wallet) => {
    const contract = await deployed(new ContractFactory(abi, bytecode, wallet));
    return async function* () {
      for (let first = 1; first <= tokens; first += batch) {
        const ids = Array.from({ length: Math.min(batch, tokens - first + 1) }, (_, index) => BigInt(first + index));
        const to = ids.map((id) => ownerAt(Number(id) % owners));
        yield await sent(contract, "mintBatchWithTokenURI", gasOfBatch, to, ids, ids.map(uriOf));
      }
    };
  }, tokens);
}

async function timed(open: (wallet: Wallet) => Promise<() => AsyncGenerator<bigint>>, tokens: number): Promise<Looped> {
  const anvil: Anvil = await startBenchNode();
  const provider = new JsonRpcProvider(anvil.url, anvil.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 10,
  });
  try {
    const wallet = new Wallet(Wallet.createRandom().privateKey, provider);
    await anvil.setBalance(wallet.address, 10n ** 21n);
    const loop = await open(wallet);
    const begun = performance.now();
    let transactions = 0;
    let gasUsed = 0n;
    for await (const gas of loop()) {
      transactions += 1;
      gasUsed += gas;
    }
    return { tokens, seconds: (performance.now() - begun) / 1000, transactions, gasUsed: Number(gasUsed) };
  } finally {
    provider.destroy();
    await anvil.stop();
  }
}

async function deployed(factory: ContractFactory, ...args: readonly unknown[]): Promise<Contract> {
  const contract = await factory.deploy(...args);
  await contract.waitForDeployment();
  return new Contract(await contract.getAddress(), factory.interface, factory.runner);
}

async function sent(contract: Contract, name: string, gasLimit: bigint, ...args: readonly unknown[]): Promise<bigint> {
  const response: TransactionResponse = await contract.getFunction(name).send(...args, { gasLimit });
  const receipt = await response.wait();
  if (receipt?.status !== 1) throw new Error(`${name} failed`);
  return receipt.gasUsed;
}
