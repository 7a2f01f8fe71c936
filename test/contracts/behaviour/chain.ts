import { HDNodeWallet, Mnemonic } from "ethers";
import hre from "hardhat";
import { isRecord } from "../../../scripts/guards.ts";

/** An account of the chain, with the key that it signs permits by. */
export interface Account {
  readonly address: string;
  readonly wallet: HDNodeWallet;
}

export interface Log {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export interface Receipt {
  readonly logs: readonly Log[];
  readonly contractAddress: string;
  readonly gasUsed: bigint;
}

export interface Call {
  readonly from?: string;
  readonly to?: string;
  readonly data: string;
}

/** A chain in this process, which mines a block for each transaction. */
export interface TestChain {
  readonly accounts: readonly Account[];
  readonly chainId: bigint;
  request(method: string, ...params: readonly unknown[]): Promise<unknown>;
  /** Throws `Reverted` where the transaction reverts; it has a block of its own all the same. */
  send(call: Call): Promise<Receipt>;
  call(call: Call): Promise<string>;
  /** What it gives takes everything back to now, as often as it is called. */
  snapshot(): Promise<() => Promise<void>>;
  /** The timestamp of the latest block, in seconds. */
  now(): Promise<bigint>;
  close(): Promise<void>;
}

/** A call or a transaction ended with this data. */
export class Reverted extends Error {
  readonly data: string;
  constructor(data: string, cause: unknown) {
    super(`Reverted with ${data.slice(0, 300)}`, { cause });
    this.data = data;
  }
}

const gas = "0x1c9c380";
/** The accounts that Hardhat gives coins to. */
const phrase = "test test test test test test test test test test test junk";

export async function startChain(): Promise<TestChain> {
  const connection = await hre.network.create({ network: "edr", override: { blockGasLimit: 500_000_000 } });
  const root = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(phrase), "m/44'/60'/0'/0");
  const accounts = Array.from({ length: 10 }, (_, index) => {
    const wallet = root.deriveChild(index);
    return { address: wallet.address, wallet };
  });

  async function request(method: string, ...params: readonly unknown[]): Promise<unknown> {
    try {
      return await connection.provider.request({ method, params: [...params] });
    } catch (error) {
      const data = isRecord(error) ? error["data"] : undefined;
      if (error instanceof Error && typeof data === "string") throw new Reverted(data, error);
      throw error;
    }
  }
  const chainId = BigInt(String(await request("eth_chainId")));

  return {
    accounts,
    chainId,
    request,
    send: async (call) => {
      const hash = await request("eth_sendTransaction", {
        from: accounts[0]?.address,
        gas,
        gasPrice: "0x77359400",
        ...call,
      });
      return receiptOf(await request("eth_getTransactionReceipt", hash));
    },
    call: async (call) => String(await request("eth_call", { from: accounts[0]?.address, ...call }, "latest")),
    snapshot: async () => {
      let id = await request("evm_snapshot");
      return async () => {
        await request("evm_revert", id);
        id = await request("evm_snapshot");
      };
    },
    now: async () => {
      const block = await request("eth_getBlockByNumber", "latest", false);
      return BigInt(String(isRecord(block) ? block["timestamp"] : undefined));
    },
    close: () => connection.close(),
  };
}

function receiptOf(value: unknown): Receipt {
  if (!isRecord(value) || value["status"] !== "0x1") throw new Error("The transaction did not succeed.");
  const logs = Array.isArray(value["logs"]) ? value["logs"].filter(isRecord) : [];
  return {
    contractAddress: String(value["contractAddress"]),
    gasUsed: BigInt(String(value["gasUsed"])),
    logs: logs.map(({ address, topics, data }) => ({
      address: String(address),
      topics: Array.isArray(topics) ? topics.map(String) : [],
      data: String(data),
    })),
  };
}
