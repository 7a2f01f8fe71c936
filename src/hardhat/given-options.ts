import { parseAddress } from "../chains/ethereum/scheme.ts";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { InspectionTarget } from "../inspection/scene/target.ts";

/** As Hardhat parsed them: texts, where something was typed. */
export interface TypedOptions {
  readonly address: string | undefined;
  readonly block: string | undefined;
  readonly minter: string | undefined;
  readonly pauser: string | undefined;
  readonly logsFrom: string | undefined;
  readonly json: boolean;
}

export type GivenTarget = Pick<InspectionTarget, "address" | "block" | "roles" | "logsFrom">;

/** @throws `ERR_CONFIG_INVALID`; `ERR_CHAIN_ADDRESS_INVALID`. */
export function parseOptions({ address, block, minter, pauser, logsFrom }: TypedOptions): GivenTarget {
  if (address === undefined || address === "") throw invalid("--address is missing: the collection to look at");
  return {
    address: parseAddress(address),
    block: block === undefined || block === "latest" ? "latest" : blockNumber("--block", block),
    roles: {
      ...(minter === undefined ? {} : { minter: parseAddress(minter) }),
      ...(pauser === undefined ? {} : { pauser: parseAddress(pauser) }),
    },
    ...(logsFrom === undefined ? {} : { logsFrom: blockNumber("--logs-from", logsFrom) }),
  };
}

function blockNumber(option: string, text: string): bigint {
  if (/^(?:\d{1,18}|0x[0-9a-fA-F]{1,15})$/.test(text)) return BigInt(text);
  throw invalid(`${option} takes a block's number`);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `${what}. Nothing was sent.`);
}
