import { deploy, type Deployed, errorOf, type Named } from "../behaviour/deployed.ts";
import { zero } from "../model/state.ts";
import { leafHash, treeOf } from "./commitment.ts";
import { doorData } from "./door-data.ts";
import { deployMigrated, leavesOf, type MigratedScene } from "./scene.ts";

/** How the door is asked, and the selector of the question. */
export const questions = { onKIP17Received: "0x6745782b", onERC721Received: "0x150b7a02" } as const;

export type Question = keyof typeof questions;

/** An old contract that says what it is told, and a collection that is to take over the leaves of the scene from it. */
export interface HostileOld {
  readonly hostile: Deployed;
  readonly token: Deployed;
  /** Has the old contract say that somebody owns the token. */
  say(id: bigint, owner: string): Promise<void>;
  migrate(start: number, count: number): Promise<readonly Named[]>;
  /** The old contract claims that the account has sent the token in, with the leaf at a place: the token's own unless told. */
  claim(question: Question, from: string, id: bigint, place?: number): Promise<unknown>;
  /** The error that the new contract refuses such a claim with. */
  refused(question: Question, from: string, id: bigint, place?: number): Promise<Named>;
}

/** It says at first what the leaves say; of what waits at the door, that alice has it. */
export async function hostileOld(
  { chain, operator, alice, bob, stranger, door }: MigratedScene,
  compareWithOld = false,
  oldChainId = chain.chainId,
): Promise<HostileOld> {
  const hostile = await deploy(chain, "BehaviourHostileOld");
  const leaves = leavesOf(alice.address, bob.address, door);
  const tree = treeOf(leaves.map((leaf) => leafHash(oldChainId, hostile.address, leaf)));
  const args = [tree.root, leaves.length, hostile.address, compareWithOld, oldChainId] as const;
  const token = await deployMigrated(chain, operator.address, ...args);
  const say = async (id: bigint, owner: string): Promise<void> => {
    await hostile.send(operator.address, "set", id, owner);
  };
  for (const { id, owner } of leaves) await say(id, owner === door ? alice.address : owner);

  type Call = readonly [from: string, method: string, ...args: unknown[]];
  const callOf = (question: Question, from: string, id: bigint, place = Number(id) - 1): Call => {
    const data = doorData(leaves[place] ?? { owner: zero, uri: "" }, tree.proof(place, 1));
    return [from, "claim", token.address, questions[question], from, id, data];
  };
  return {
    hostile,
    token,
    say,
    migrate: (start, count) => {
      const batch = leaves.slice(start, start + count);
      const lists = [batch.map(({ owner }) => owner), batch.map(({ id }) => id), batch.map(({ uri }) => uri)];
      return token.send(stranger.address, "migrateWithTokenURI", ...lists, tree.proof(start, batch.length));
    },
    claim: (...claimed) => hostile.send(...callOf(...claimed)),
    refused: async (...claimed) => {
      // The old contract passes on what the new one says, which its own ABI does not know.
      const [, data] = await hostile.refusal(...callOf(...claimed));
      return errorOf(token.abi, String(data));
    },
  };
}
