import { parseAddress } from "../../chains/ethereum/scheme.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ChainProfile } from "../../ports/chain-profile.ts";
import * as profiles from "../../profiles/profiles.ts";

/** As Hardhat parsed them: texts, where something was typed. */
export interface TypedMigration {
  readonly from: string | undefined;
  readonly out: string | undefined;
  readonly oldNetwork: string | undefined;
  readonly block: string | undefined;
  readonly logsFrom: string | undefined;
  readonly remap: string | undefined;
  readonly owner: string | undefined;
  readonly signers: string | undefined;
  readonly name: string | undefined;
  readonly symbol: string | undefined;
  readonly profile: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly keepOpen: boolean;
  readonly skipRehearsal: boolean;
  readonly compareWithOld: boolean;
  readonly allowMoved: boolean;
  readonly json: boolean;
}

/** What was asked for. */
export interface MigrationOptions {
  /** The old collection's address; undefined where the folder knows it. */
  readonly from: string | undefined;
  readonly out: string | undefined;
  readonly oldNetwork: string | undefined;
  readonly block: bigint | undefined;
  readonly logsFrom: bigint | undefined;
  /** A file's path. */
  readonly remap: string | undefined;
  readonly owner: string | undefined;
  readonly signers: readonly string[];
  readonly name: string | undefined;
  readonly symbol: string | undefined;
  readonly profile: ChainProfile | undefined;
  readonly isAgreed: boolean;
  readonly isDryRun: boolean;
  readonly keepOpen: boolean;
  readonly skipRehearsal: boolean;
  readonly compareWithOld: boolean;
  readonly allowMoved: boolean;
  readonly json: boolean;
}

const byName: Readonly<Record<string, ChainProfile>> = { ...profiles };

/** @throws `ERR_CONFIG_INVALID`; `ERR_CHAIN_ADDRESS_INVALID`. */
export function parseMigration(typed: TypedMigration): MigrationOptions {
  const { from, owner, signers, profile, yes, dryRun } = typed;
  const named = profile === undefined ? undefined : byName[profile];
  if (profile !== undefined && (named === undefined || !Object.hasOwn(byName, profile)))
    throw invalid(`--profile is one of ${Object.keys(byName).join(", ")}`);
  return {
    ...typed,
    from: from === undefined ? undefined : parseAddress(from),
    owner: owner === undefined ? undefined : parseAddress(owner),
    block: typed.block === undefined ? undefined : blockNumber("--block", typed.block),
    logsFrom: typed.logsFrom === undefined ? undefined : blockNumber("--logs-from", typed.logsFrom),
    signers: signers === undefined || signers === "" ? [] : signers.split(",").map((each) => parseAddress(each.trim())),
    profile: named,
    isAgreed: yes,
    isDryRun: dryRun,
  };
}

function blockNumber(option: string, text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw invalid(`${option} takes a block's number`);
}

export function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `${what}. Nothing was sent.`);
}
