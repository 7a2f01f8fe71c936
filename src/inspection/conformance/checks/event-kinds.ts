import type { SimulatedLog } from "../../simulation/simulator.ts";
import type { Needs } from "../check.ts";
import { topics, zeroAddress } from "../../scene/kip17-abi.ts";
import type { Cast } from "../../scene/scene.ts";
import { type Line, works } from "../../scene/story.ts";

/** One event, and what has to be done for it. The last line is what emits it. */
export interface EventKind {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  readonly needs: Needs;
  readonly topic: string;
  /** Indexed arguments that tell it from others of the name: topics 1 and 2, null for any. */
  readonly like: readonly (string | null)[];
  /** Which past logs are of this kind; all that are alike, unless told. */
  readonly isIt?: (log: SimulatedLog) => boolean;
  /** How many arguments are indexed, and how many words of data there are. */
  readonly indexed: number;
  readonly words: number;
  readonly tell: (cast: Cast) => readonly Line[];
  /** What the event says after that; words of topics and data in order. */
  readonly says: (cast: Cast) => readonly (string | bigint)[];
}

const core = "KIP-17, KIP17 interface";
const pausing = "KIP-17, Pausing Extension";
const token = { token: true } as const;
const nobody = word(zeroAddress);

export const eventKinds: readonly EventKind[] = [
  {
    ...{ id: "transfer", title: "A transfer emits Transfer, with all three arguments indexed", section: core },
    ...{ needs: token, topic: topics.transfer, like: [], indexed: 3, words: 0 },
    isIt: ({ topics: [, from, to] }) => from !== nobody && to !== nobody,
    tell: ({ holder, fresh, id }) => [works(holder, "transferFrom", [holder, fresh, id])],
    says: ({ holder, fresh, id }) => [holder, fresh, id],
  },
  {
    ...{ id: "mint", title: "A mint emits Transfer from the zero address", section: core },
    ...{ needs: { minter: true }, topic: topics.transfer, like: [nobody], indexed: 3, words: 0 },
    tell: ({ minting, fresh, newId }) => [works(...minting(fresh, newId))],
    says: ({ fresh, newId }) => [zeroAddress, fresh, newId],
  },
  {
    ...{ id: "burn", title: "A burn emits Transfer to the zero address", section: core },
    ...{ needs: { ...token, offers: "IKIP17Burnable" }, topic: topics.transfer, like: [null, nobody] },
    ...{ indexed: 3, words: 0 },
    tell: ({ holder, id }) => [works(holder, "burn", [id])],
    says: ({ holder, id }) => [holder, zeroAddress, id],
  },
  {
    ...{ id: "approval", title: "approve emits Approval, with all three arguments indexed", section: core },
    ...{ needs: token, topic: topics.approval, like: [], indexed: 3, words: 0 },
    tell: ({ holder, friend, id }) => [works(holder, "approve", [friend, id])],
    says: ({ holder, friend, id }) => [holder, friend, id],
  },
  {
    ...{ id: "approvalForAll", title: "setApprovalForAll emits ApprovalForAll, both addresses indexed", section: core },
    ...{ needs: token, topic: topics.approvalForAll, like: [], indexed: 2, words: 1 },
    tell: ({ holder, friend }) => [works(holder, "setApprovalForAll", [friend, true])],
    says: ({ holder, friend }) => [holder, friend, 1n],
  },
  {
    ...{ id: "paused", title: "pause emits Paused(address), not indexed", section: pausing },
    ...{ needs: { pauser: true, offers: "IKIP17Pausable" }, topic: topics.paused, like: [], indexed: 0, words: 1 },
    tell: ({ pauser }) => [works(pauser, "pause")],
    says: ({ pauser }) => [pauser],
  },
  {
    ...{ id: "unpaused", title: "unpause emits Unpaused(address), not indexed", section: pausing },
    ...{ needs: { pauser: true, offers: "IKIP17Pausable" }, topic: topics.unpaused, like: [], indexed: 0, words: 1 },
    tell: ({ pauser }) => [works(pauser, "pause"), works(pauser, "unpause")],
    says: ({ pauser }) => [pauser],
  },
];

/** An address or a number as topics and data have it: 32 bytes, lower case. */
export function word(value: string | bigint): string {
  return `0x${BigInt(value).toString(16).padStart(64, "0")}`;
}
