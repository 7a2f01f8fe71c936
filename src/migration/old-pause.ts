import { loadEthers } from "../chains/ethereum/ethers.ts";
import { answerIn, refusal } from "../chains/ethereum/node-errors.ts";
import { badResponse, isHash, quantity } from "../chains/ethereum/quantity.ts";
import { isLatchkeyError } from "../errors/latchkey-error.ts";
import { isRecord } from "../units/is-record.ts";
import type { BlockName, ManifestToken, OldCollectionAt } from "./types.ts";

/** What pausable collections of either generation have. */
export const pauseAbi = ["function pause()"] as const;

// Selectors of paused(), pause() and transferFrom(address,address,uint256).
const paused = "0x5c975abb";
const pause = "0x8456cb59";
const transferFrom = "0x23b872dd";
/** Nobody has its key, and no contract is there. */
const somebody = `0x${"5eed".repeat(10)}`;

/** Undefined where the contract cannot tell: it knows no pause. */
export async function isPaused(old: OldCollectionAt): Promise<boolean | undefined> {
  const answer = await callOld(old, { data: paused });
  if ("refused" in answer || !/^0x0{63}[01]$/.test(answer.result)) return undefined;
  return answer.result.endsWith("1");
}

/** Why the contract would refuse a pause by this account; undefined if it would not. */
export async function refusesPause(old: OldCollectionAt, from: string): Promise<string | undefined> {
  const answer = await callOld(old, { from, data: pause });
  return "refused" in answer ? answer.refused : undefined;
}

/** Whether the contract refuses a transfer by the token's owner. */
export async function refusesTransfer(
  old: OldCollectionAt,
  { id, owner, remappedFrom }: ManifestToken,
): Promise<boolean> {
  const from = remappedFrom ?? owner;
  const words = [from, somebody].map((address) => address.slice(2).padStart(64, "0"));
  const data = `${transferFrom}${words.join("")}${id.toString(16).padStart(64, "0")}`;
  return "refused" in (await callOld(old, { from, data }));
}

/** @throws `ERR_RPC_*`. */
export async function oldHead({ transport }: OldCollectionAt): Promise<BlockName> {
  const block = await transport.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
  const { number, hash } = isRecord(block) ? block : {};
  if (!isHash(hash)) throw badResponse("latest block");
  return { number: String(quantity(number, "block number")), hash };
}

/** @throws `ERR_RPC_*` the node could not be asked. */
async function callOld(
  { transport, address }: OldCollectionAt,
  call: Readonly<Record<string, string>>,
): Promise<{ readonly result: string } | { readonly refused: string }> {
  try {
    const result = await transport.request({ method: "eth_call", params: [{ ...call, to: address }, "latest"] });
    return { result: typeof result === "string" ? result : "" };
  } catch (error) {
    if (answerIn(error) === undefined) throw error;
    const refused = refusal(await loadEthers(), error, undefined);
    const reason = isLatchkeyError(refused) ? refused.context["reason"] : undefined;
    return { refused: typeof reason === "string" ? reason : "it reverts" };
  }
}
