import type { Simulation } from "../simulation/open-simulation.ts";
import type { Simulator } from "../simulation/simulator.ts";
import type { InterfaceName } from "./kip17-abi.ts";
import type { Line, Parts } from "./story.ts";

/** Who plays in the checks' stories. Nobody of them but those found on the chain exists outside of a simulation. */
export interface Cast {
  /** A token at the story's beginning, where the check needs one. */
  readonly id: bigint;
  readonly holder: string;
  /** Ids that do not exist. */
  readonly newId: bigint;
  readonly unknownId: bigint;
  readonly minter: string;
  readonly pauser: string;
  /** How the minter mints, in the one or the other of KIP-17's ways: caller, function and arguments. */
  readonly minting: (to: string, id: bigint) => readonly [string, string, readonly unknown[]];
  readonly stranger: string;
  readonly friend: string;
  readonly other: string;
  /** Has no code and never calls: tokens can be sent there. */
  readonly fresh: string;
}

/** A token to tell stories of: what has to be done before, and whose it is then. */
export interface Stage {
  readonly opening: readonly Line[];
  readonly id: bigint;
  readonly holder: string;
  /** Whether it was minted within the simulation. */
  readonly isMinted: boolean;
}

export type MintFunction = "mint" | "mintWithTokenURI";

/** What was found, or a sentence on why it was not. */
export type Found<T> = { readonly value: T } | { readonly reason: string };

/** What a contract says of an interface, and what it is seen to do; undefined where that could not be found out. */
export interface InterfaceFacts {
  readonly reported: boolean | undefined;
  readonly present: boolean | undefined;
}

/** All that the checks know of the contract when they begin. */
export interface Scene extends Parts {
  readonly simulation: Simulation;
  readonly address: string;
  /** What undoes a pause that stands on the chain. */
  readonly opening: readonly Line[];
  /** Why a pause cannot be undone, where one stands. */
  readonly blocked: string | undefined;
  readonly stage: Found<Stage>;
  readonly minter: Found<string>;
  readonly pauser: Found<string>;
  /** The function that the minter was seen to mint with. */
  readonly mintBy: MintFunction;
  readonly freeIds: readonly [bigint, bigint, ...bigint[]];
  readonly interfaces: Readonly<Record<InterfaceName, InterfaceFacts>>;
  /** The oldest block whose logs are read. */
  readonly logsFrom: bigint;
  /** A simulator that sees logs, where there is one. */
  logSimulator(): Promise<Simulator | undefined>;
}
