import { setTimeout } from "node:timers/promises";
import { AbiCoder, Interface } from "ethers";
import { isRecord } from "../../../src/units/is-record.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { http } from "../../../src/rpc/http.ts";
import type { Anvil } from "../../harness/anvil.ts";
import { caverKip17 } from "../../harness/creation-code.ts";
import { callerCode, callsOf } from "./caller-code.ts";

export interface OldOptions {
  /** Of caver-js, whose bytecode is deployed. The newer one unless told. */
  readonly version?: keyof typeof packages;
  /** How many exist in the end, the burned ones not among them. */
  readonly tokens: number;
  /** How many owners they have, who get them by turns. One a token, but 3,000 at most, unless told. */
  readonly owners?: number;
  /** How many were burned again: ids between the others. */
  readonly burned?: number;
  /** Id of the index-th that is minted, burned ones counted; 1 and on unless told. */
  readonly idOf?: (index: number) => bigint;
  readonly uriOf?: (id: bigint) => string;
}

export interface OldToken {
  readonly id: bigint;
  /** In lower case. */
  readonly owner: string;
  readonly uri: string;
}

export interface OldCollection {
  readonly transport: Transport;
  readonly address: string;
  /** What exists, ascending by id. */
  readonly tokens: readonly OldToken[];
  readonly burned: readonly bigint[];
  /** Has every role. Anvil's first account. */
  readonly deployer: string;
  /** A function of the contract's, sent by whoever: no key is needed. @throws unless it succeeds. */
  call(from: string, name: string, ...args: readonly unknown[]): Promise<void>;
}

const packages = { "1.9": "caver-js-1.9", "1.12": "caver-js" } as const;
/** A token with a URI of up to 64 bytes takes 300,000 gas, and a transaction may have 2^24. */
const inOneTransaction = 40;

/**
 * Deploys the contract that a version of caver-js carries, and mints: forty tokens a transaction, through a contract that makes calls,
 * in some 1.3 ms a token. The node has to unlock its first account, as anvil does.
 */
export async function deployOld(anvil: Anvil, options: OldOptions): Promise<OldCollection> {
  const { version = "1.12", tokens: count, burned: burnedCount = 0 } = options;
  const { idOf = (index: number) => BigInt(index + 1), uriOf = (id: bigint) => `ipfs://tickets/${String(id)}.json` } =
    options;
  const owners = options.owners ?? Math.min(count, 3000);
  const { abi, bytecode } = caverKip17(packages[version]);
  const contract = new Interface(abi);
  const deployer = await firstAccount(anvil);
  const names = AbiCoder.defaultAbiCoder().encode(["string", "string"], ["Old", "OLD"]).slice(2);
  const { contractAddress } = await mined(anvil, { from: deployer, data: `${bytecode}${names}` });
  if (typeof contractAddress !== "string") throw new Error("Nothing was deployed.");
  const address = contractAddress.toLowerCase();

  const all = count + burnedCount;
  const isBurned = (index: number): boolean => burnedAt(index, all, burnedCount);
  const tokens: OldToken[] = [];
  const burned: bigint[] = [];
  const mints: string[] = [];
  for (let index = 0; index < all; index += 1) {
    const id = idOf(index);
    const uri = uriOf(id);
    const owner = isBurned(index) ? deployer : ownerAt(tokens.length % owners);
    mints.push(contract.encodeFunctionData("mintWithTokenURI", [owner, id, uri]));
    if (isBurned(index)) burned.push(id);
    else tokens.push({ id, owner, uri });
  }
  await anvil.request("anvil_setCode", caller, callerCode);
  const call = async (from: string, name: string, ...args: readonly unknown[]): Promise<void> => {
    await sendAs(anvil, from, address, contract.encodeFunctionData(name, args));
  };
  await call(deployer, "addMinter", caller);
  await call(deployer, "setApprovalForAll", caller, true);
  const burns = burned.map((id) => contract.encodeFunctionData("burn", [id]));
  for (const calls of [mints, burns]) await callAll(anvil, deployer, address, calls);
  await call(deployer, "setApprovalForAll", caller, false);
  tokens.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { transport: http({ url: anvil.url, maxBatch: 500 }), address, tokens, burned, deployer, call };
}

/** An address of which nobody has the key; the same for the same number. */
export function ownerAt(number: number): string {
  return `0x${(0x1000_0000 + number).toString(16).padStart(40, "5eed")}`;
}

/** Sends from any address, without its key, and pays for it. @throws unless it succeeds. */
export async function sendAs(anvil: Anvil, from: string, to: string, data: string): Promise<void> {
  await anvil.request("anvil_impersonateAccount", from);
  await anvil.setBalance(from, 10n ** 24n);
  await mined(anvil, { from, to, data });
}

/** Where `callerCode` is put: on no chain of real tokens is anything here. */
const caller = "0xca11ca11ca11ca11ca11ca11ca11ca11ca11ca11";

async function callAll(anvil: Anvil, from: string, to: string, calls: readonly string[]): Promise<void> {
  for (let start = 0; start < calls.length; start += inOneTransaction)
    await mined(anvil, { from, to: caller, data: callsOf(to, calls.slice(start, start + inOneTransaction)) });
}

/** Spreads the burned ones evenly. */
function burnedAt(index: number, all: number, burned: number): boolean {
  return Math.floor(((index + 1) * burned) / all) > Math.floor((index * burned) / all);
}

async function firstAccount(anvil: Anvil): Promise<string> {
  const accounts = await anvil.request("eth_accounts");
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof first !== "string") throw new Error("The node has no account of its own.");
  return first.toLowerCase();
}

async function mined(
  anvil: Anvil,
  transaction: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const hash = await anvil.request("eth_sendTransaction", { ...transaction, gas: "0xffffff" });
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    const receipt = await anvil.request("eth_getTransactionReceipt", hash);
    if (!isRecord(receipt)) {
      await setTimeout(1);
      continue;
    }
    if (receipt["status"] === "0x1") return receipt;
    const why = await anvil.request("eth_call", transaction, "latest").then(String, String);
    throw new Error(`A transaction failed: ${why}`);
  }
  throw new Error("A transaction was not mined: anvil has to mine a block a transaction.");
}
