import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Account, startChain, type TestChain } from "../behaviour/chain.ts";
import { deploy, type Deployed } from "../behaviour/deployed.ts";
import { type Leaf, leafHash, pack, type Tree, treeOf } from "./commitment.ts";
import { deployOld, type Generation } from "./old-collections.ts";
import { zero } from "../model/state.ts";

export const base = "ipfs://old/";
export const suffix = ".json";
export const pattern = (id: bigint): string => `${base}${id}${suffix}`;
/** An id that the old collection never had, and one after all of them. */
export const never = 500n;

export interface MigratedScene {
  readonly chain: TestChain;
  readonly old: Deployed;
  readonly token: Deployed;
  readonly operator: Account;
  readonly alice: Account;
  readonly bob: Account;
  readonly stranger: Account;
  readonly leaves: readonly Leaf[];
  readonly tree: Tree;
  /** What stands for the owner of a token that waits. */
  readonly door: string;
  /** Submits leaves from a place on, by anybody; those whose URIs follow the pattern go without them. */
  migrate(start: number, count: number): ReturnType<Deployed["send"]>;
  /** The call that `migrate` makes. */
  submission(start: number, count: number): readonly [method: string, ...args: unknown[]];
}

export interface SceneOptions {
  readonly generation?: Generation;
  readonly compareWithOld?: boolean;
}

/**
 * Ids 1 to 7 belong to alice and bob; 8 is a hole; 9 and 10 wait at the door. 7 and 10 have URIs that follow no pattern.
 * A tree of ten leaves: eight under one node, two beside them.
 */
export function leavesOf(alice: string, bob: string, door: string): readonly Leaf[] {
  const owners = [alice, alice, bob, alice, bob, bob, alice, zero, door, door];
  return owners.map((owner, n) => {
    const id = BigInt(n + 1);
    if (owner === zero) return { id, owner, uri: "" };
    return { id, owner, uri: id === 7n || id === 10n ? `https://own.test/${id}` : pattern(id) };
  });
}

/** A scene that each test of the suite finds as it was deployed. */
export function migratedScene(options: SceneOptions = {}): () => MigratedScene {
  let scene: MigratedScene;
  let reset: () => Promise<void>;
  beforeAll(async () => {
    scene = await startScene(options);
    reset = await scene.chain.snapshot();
  });
  beforeEach(() => reset());
  afterAll(() => scene.chain.close());
  return () => scene;
}

async function startScene({
  generation = "caver-js 1.12",
  compareWithOld = false,
}: SceneOptions): Promise<MigratedScene> {
  const chain = await startChain();
  const [operator, alice, bob, stranger] = chain.accounts;
  if (!operator || !alice || !bob || !stranger) throw new Error("The chain has too few accounts.");
  const old = await deployOld(chain, generation);
  const door = await doorOf(chain, operator.address);
  const leaves = leavesOf(alice.address, bob.address, door);
  for (const { id, owner, uri } of leaves) {
    // What waits at the door was alice's, held by a contract when the snapshot was taken: here by herself.
    const holder = owner === bob.address ? bob.address : alice.address;
    if (owner !== zero) await old.send(operator.address, "mintWithTokenURI", holder, id, uri);
  }
  const tree = treeOf(leaves.map((leaf) => leafHash(chain.chainId, old.address, leaf)));
  const token = await deployMigrated(chain, operator.address, tree.root, leaves.length, old.address, compareWithOld);
  const submission = (start: number, count: number): readonly [string, ...unknown[]] => {
    const batch = leaves.slice(start, start + count);
    const proof = tree.proof(start, batch.length);
    if (batch.every(({ id, owner, uri }) => owner === zero || uri === pattern(id)))
      return ["migrate", batch.map(pack), proof];
    return [
      "migrateWithTokenURI",
      batch.map(({ owner }) => owner),
      batch.map(({ id }) => id),
      batch.map(({ uri }) => uri),
      proof,
    ];
  };
  return {
    chain,
    old,
    token,
    operator,
    alice,
    bob,
    stranger,
    leaves,
    tree,
    door,
    submission,
    migrate: (start, count) => token.send(stranger.address, ...submission(start, count)),
  };
}

export async function deployMigrated(
  chain: TestChain,
  owner: string,
  root: string,
  count: number,
  oldContract: string,
  compareWithOld = false,
  oldChainId = chain.chainId,
): Promise<Deployed> {
  const commitment = [root, count, oldChainId, oldContract, compareWithOld, base, suffix];
  return await deploy(chain, "KIP17Migrated", "New", "NEW", owner, 0n, 1000n, commitment);
}

/** The constant that stands for "waits at the door" in a leaf. */
async function doorOf(chain: TestChain, owner: string): Promise<string> {
  const any = await deployMigrated(chain, owner, `0x${"11".repeat(32)}`, 1, owner);
  return String(await any.read("DOOR"));
}
