import type { EncodedIntent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import type { Ethers } from "./ethers.ts";
import { knownCall } from "./known-functions.ts";

/** What a transaction that somebody else wrote does, as its bytes say it. */
export interface Written {
  /** With its checksum; null deploys. */
  readonly to: string | null;
  readonly value: bigint;
  readonly data: Hex;
}

/** The intent in bytes that are to be signed, for the policy to decide by. Takes all that a transaction can hold, and refuses nothing. */
export function intentIn(ethers: Ethers, { to, value, data }: Written): EncodedIntent {
  const kind = to === null ? "deploy" : data === "0x" ? "transfer" : "data";
  const call = kind === "data" ? knownCall(ethers, data) : undefined;
  return { kind, to, value, data, function: null, args: [], token: null, errors: [], ...call };
}
