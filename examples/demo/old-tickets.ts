import type { Abi, ChainAdapter, Hex } from "../../src/index.ts";
import type { Anvil } from "../../test/harness/anvil.ts";
import { caverKip17 } from "../../test/harness/creation-code.ts";

const burned = [7n, 77n, 277n];

const abi: Abi = [
  "constructor(string name, string symbol)",
  "function mintWithTokenURI(address to, uint256 id, string uri) returns (bool)",
  "function burn(uint256 id)",
  "function transferFrom(address from, address to, uint256 id)",
];

/** What was minted, and is to be moved. */
export interface OldTickets {
  readonly address: string;
  readonly tokens: number;
  readonly burned: number;
}

/**
 * Deploys the contract that caver-js itself carries, mints 300 tickets by turns to the owners, and burns three.
 *
 * @param vault - the one of the owners that is a contract.
 */
export async function mintOldTickets(
  anvil: Pick<Anvil, "request">,
  chain: ChainAdapter,
  owners: readonly string[],
  vault: string,
): Promise<OldTickets> {
  const accounts = await anvil.request("eth_accounts");
  const from = Array.isArray(accounts) ? String(accounts[0]) : "";
  const send = async (to: string | null, data: Hex): Promise<string> => {
    const hash = await anvil.request("eth_sendTransaction", { from, ...(to === null ? {} : { to }), data });
    for (;;) {
      const receipt = await anvil.request("eth_getTransactionReceipt", hash);
      if (typeof receipt !== "object" || receipt === null || !("status" in receipt)) continue;
      if (receipt.status !== "0x1") throw new Error("the old contract refused a transaction");
      return "contractAddress" in receipt ? String(receipt.contractAddress) : "";
    }
  };
  const bytecode: Hex = `0x${caverKip17("caver-js").bytecode.replace(/^0x/, "")}`;
  const creation = await chain.encode({ deploy: { bytecode, abi, args: ["Tickets", "TKT"] } });
  const address = await send(null, creation.data);
  const call = async (name: string, ...args: readonly unknown[]): Promise<void> => {
    await send(address, (await chain.encode({ call: { to: address, abi, function: name, args } })).data);
  };
  const count = 300;
  for (let id = 1n; id <= BigInt(count); id += 1n) {
    const owner = burned.includes(id) ? from : (owners[Number(id) % owners.length] ?? from);
    // The old contract asks a contract whether it takes a new token; a transfer may go to any.
    const isContract = owner === vault;
    await call("mintWithTokenURI", isContract ? from : owner, id, `ipfs://bafytickets/${String(id)}.json`);
    if (isContract) await call("transferFrom", from, owner, id);
  }
  for (const id of burned) await call("burn", id);
  return { address, tokens: count - burned.length, burned: burned.length };
}
