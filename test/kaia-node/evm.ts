import { toQuantity } from "ethers";
import { isRecord } from "../../scripts/guards.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { RpcError } from "./errors.ts";
import { lowerBoundBaseFee } from "./price.ts";

/** What a block credits its fees to. */
export const rewardBase = "0x00000000000000000000000000000000000000aa";
/** Whatever is sent here burns all its gas: stands in for a transaction that Kaia stops half way. */
export const furnace = "0x00000000000000000000000000000000000f0e0d";
/** Takes the calls of types that never enter the EVM. */
export const inert = "0x0000000000000000000000000000000000000000";

/** The EVM underneath, answering in bigints and strings. */
export interface Evm {
  readonly url: string;
  /** Throws `RpcError` with anvil's own code and text. */
  request(method: string, ...params: readonly unknown[]): Promise<unknown>;
  text(method: string, ...params: readonly unknown[]): Promise<string>;
  quantity(method: string, ...params: readonly unknown[]): Promise<bigint>;
  record(method: string, ...params: readonly unknown[]): Promise<Readonly<Record<string, unknown>>>;
  balance(address: string): Promise<bigint>;
  nonce(address: string): Promise<bigint>;
  code(address: string): Promise<string>;
  setBalance(address: string, kei: bigint): Promise<void>;
  stop(): Promise<void>;
}

export async function startEvm(chainId: number): Promise<Evm> {
  const anvil = await startAnvil({
    chainId,
    args: [
      ...["--no-mining", "--auto-impersonate", "--order", "fifo", "--accounts", "1", "--balance", "0"],
      ...["--hardfork", "osaka", "--disable-default-create2-deployer", "--disable-min-priority-fee"],
      ...["--block-base-fee-per-gas", String(lowerBoundBaseFee), "--gas-limit", "100000000000"],
      "--disable-pool-balance-checks",
    ],
  });
  const evm = over(anvil);
  await evm.request("anvil_setCoinbase", rewardBase);
  await evm.request("anvil_setCode", furnace, "0xfe");
  return evm;
}

function over(anvil: Anvil): Evm {
  let lastId = 0;
  const request = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
    lastId += 1;
    const body = JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params });
    const headers = { "content-type": "application/json" };
    const response = await fetch(anvil.url, { method: "POST", headers, body });
    const answer: unknown = await response.json();
    if (isRecord(answer) && "result" in answer) return answer["result"];
    const error = isRecord(answer) && isRecord(answer["error"]) ? answer["error"] : {};
    const data = typeof error["data"] === "string" ? error["data"] : undefined;
    throw new RpcError(Number(error["code"]), String(error["message"]), data);
  };
  const text = async (method: string, ...params: readonly unknown[]): Promise<string> => {
    const value = await request(method, ...params);
    if (typeof value !== "string") throw new Error(`anvil's ${method}: ${JSON.stringify(value)}`);
    return value;
  };
  const quantity = async (method: string, ...params: readonly unknown[]): Promise<bigint> =>
    BigInt(await text(method, ...params));

  return {
    url: anvil.url,
    request,
    text,
    quantity,
    record: async (method, ...params) => {
      const value = await request(method, ...params);
      if (!isRecord(value)) throw new Error(`anvil's ${method}: ${JSON.stringify(value)}`);
      return value;
    },
    balance: (address) => quantity("eth_getBalance", address, "latest"),
    nonce: (address) => quantity("eth_getTransactionCount", address, "latest"),
    code: (address) => text("eth_getCode", address, "latest"),
    setBalance: async (address, kei) => {
      await request("anvil_setBalance", address, toQuantity(kei));
    },
    stop: anvil.stop,
  };
}
