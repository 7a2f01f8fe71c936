import type { ChainProfile } from "../../../src/ports/chain-profile.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { ethereum, kaia } from "../../../src/profiles/profiles.ts";
import type { SendOptions } from "../../../src/transactions/send-options.ts";
import type { Sender } from "../../../src/transactions/senders.ts";
import type { Instance, World } from "./world.ts";

const quick = {
  blockTimeMs: 1_000,
  inFlight: 8,
  inFlightWhenFull: 4,
  stuckAfterMs: 5_000,
  rebroadcastMs: 3_000,
  pollMs: 1_000,
} as const;
/** Blocks can leave the chain, and a replacement offers a tenth more. */
export const deep: ChainProfile = { ...ethereum, finality: { kind: "depth", blocks: 3 }, ...quick };
/** Blocks stay, a replacement offers one more, and whoever has the key can cancel cheaply. */
export const instant: ChainProfile = { ...kaia, ...quick };

/** Something that was asked for. No two have the same identity, so that they can be counted on chain. */
export interface Wanted {
  readonly sender: Sender;
  readonly intent: Intent;
  readonly options: SendOptions;
  readonly identity: string;
  /** What the policy counts. */
  readonly value: bigint;
  /** Ids that sends of it resolved with, and codes that they were refused with. */
  readonly ids: Set<string>;
  readonly refusals: Set<string>;
  /** Order of events: when it was first asked for, and when it was first known to be stored. */
  readonly startedAt: number;
  storedAt: number | undefined;
  isCancelAsked: boolean;
  /** A limit was there when it was asked for. */
  isCounted: boolean;
}

interface Freeze {
  /** Subject's text, or `tenant`. */
  readonly whom: string;
  readonly fromMs: number;
  untilMs: number;
}

/** The reference: what was asked for and done to the world, as plain data. */
export interface Reference {
  readonly wanted: Wanted[];
  readonly freezes: Freeze[];
  /** The tenant's rolling limit for each subject; undefined: none. */
  limit: bigint | undefined;
  hadLimit: boolean;
  hadPoverty: boolean;
  /** Counts events, to tell before from after. */
  events: number;
  /** What was found wrong on the way. */
  readonly wrongs: string[];
}

export const limitWindowMs = 30_000;

export function newReference(): Reference {
  return { wanted: [], freezes: [], limit: undefined, hadLimit: false, hadPoverty: false, events: 0, wrongs: [] };
}

/** Everything a step needs. */
export interface Scene {
  readonly world: World;
  readonly reference: Reference;
  /** A number from 0 to below this, by the step's seed. */
  pick(below: number): number;
}

export function alive({ world }: Scene): Instance[] {
  return world.instances.filter(({ life }) => !life.isDead);
}

/** One of them; undefined where there is none. */
export function oneOf<T>({ pick }: Scene, list: readonly T[]): T | undefined {
  return list.length === 0 ? undefined : list[pick(list.length)];
}

/** Small, and the same for the same seed. */
export function pickerOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
