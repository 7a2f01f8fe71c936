import hre from "hardhat";
import { isRecord } from "../../scripts/guards.ts";

/** Ethereum's most gas for one transaction. Spec: EIP-7825. */
const transactionGasLimit = 2 ** 24;

/** A chain in this process that asks no fees, so that any address can send. */
export interface Chain {
  /** Deploys, and has the roles that a deployer gets. */
  readonly deployer: string;
  /** @returns the contract's address. */
  deploy(creationCode: string): Promise<string>;
  /** @returns the transaction's whole gas, refunds taken off; undefined where it failed, for want of gas or otherwise. */
  send(from: string, to: string, data: string): Promise<number | undefined>;
  /** @param gas - what the call may take. @throws if it reverts. */
  call(to: string, data: string, gas?: number): Promise<string>;
  close(): Promise<void>;
}

/** Compiles what has changed and starts a chain under Prague's rules. */
export async function openChain(): Promise<Chain> {
  await hre.tasks.getTask("build").run({ quiet: true });
  const connection = await hre.network.create({
    network: "edr",
    override: { initialBaseFeePerGas: 0, throwOnTransactionFailures: false },
  });
  const request = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
    const answer: unknown = await connection.provider.request({ method, params });
    return answer;
  };
  const accounts = await request("eth_accounts");
  const deployer = text(Array.isArray(accounts) ? accounts[0] : undefined);
  const senders = new Set([deployer]);

  const receiptOf = async (
    transaction: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const gas = `0x${transactionGasLimit.toString(16)}`;
    const hash = await request("eth_sendTransaction", { ...transaction, gas, gasPrice: "0x0" });
    const receipt = await request("eth_getTransactionReceipt", hash);
    if (!isRecord(receipt)) throw new Error("A transaction was not mined.");
    return receipt;
  };

  return {
    deployer,
    deploy: async (data) => {
      const { status, contractAddress } = await receiptOf({ from: deployer, data });
      if (status !== "0x1") throw new Error("A contract was not deployed.");
      return text(contractAddress);
    },
    send: async (from, to, data) => {
      if (!senders.has(from)) {
        await request("hardhat_impersonateAccount", from);
        senders.add(from);
      }
      const { status, gasUsed } = await receiptOf({ from, to, data });
      return status === "0x1" ? Number(text(gasUsed)) : undefined;
    },
    call: async (to, data, gas = transactionGasLimit) =>
      text(await request("eth_call", { from: deployer, to, data, gas: `0x${gas.toString(16)}` }, "latest")),
    close: () => connection.close(),
  };
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("The chain gave something other than a string.");
  return value;
}
