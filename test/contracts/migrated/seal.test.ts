import { describe, expect, it, vi } from "vitest";
import { pack } from "./commitment.ts";
import { error } from "../model/errors.ts";
import { zero } from "../model/state.ts";
import { migratedScene, never } from "./scene.ts";

// Which ids may be minted in the ordinary way, and from when on. Budget of the file: 10 s.
vi.setConfig({ testTimeout: 20_000 });

const scene = migratedScene();

/** Every ordinary way to mint an id, for alice. */
const ways = [
  { name: "mint", args: (to: string, id: bigint) => [to, id] },
  { name: "mintWithTokenURI", args: (to: string, id: bigint) => [to, id, "x"] },
  { name: "mintBatch", args: (to: string, id: bigint) => [[to], [id]] },
  { name: "mintBatchWithTokenURI", args: (to: string, id: bigint) => [[to], [id], ["x"]] },
  { name: "mintBatchPacked", args: (to: string, id: bigint) => [[pack({ owner: to, id })]] },
] as const;

const sealed = async (): Promise<void> => {
  const { token, operator, migrate } = scene();
  await migrate(0, 10);
  await token.send(operator.address, "seal");
};

describe.each(ways)("$name", ({ name, args }) => {
  it.each([1n, 8n, 9n, never])("is closed before the seal, to id %s", async (id) => {
    const { token, operator, alice, migrate } = scene();
    const refused = async (): Promise<unknown> =>
      await token.refusal(operator.address, name, ...args(alice.address, id));
    expect(await refused()).toEqual(error.open());
    await migrate(0, 10);
    expect(await refused()).toEqual(error.open());
  });

  it.each([
    ["a hole", 8n],
    ["an id that waits at the door", 9n],
    ["another that waits, with a URI of its own", 10n],
  ])("is closed after the seal to %s", async (_, id) => {
    const { token, operator, alice } = scene();
    await sealed();
    expect(await token.refusal(operator.address, name, ...args(alice.address, id))).toEqual(error.reserved(id));
  });

  it("is closed after the seal to an id that was migrated, also once it is burned", async () => {
    const { token, operator, alice } = scene();
    await sealed();
    const refused = (): Promise<unknown> => token.refusal(operator.address, name, ...args(alice.address, 1n));
    expect(await refused()).toEqual(error.reserved(1n));
    await token.send(alice.address, "burn", 1n);
    expect(await refused()).toEqual(error.reserved(1n));
    expect(await token.refusal(operator.address, "ownerOf", 1n)).toEqual(error.nonexistent(1n));
  });

  it("is open after the seal to every other id, once", async () => {
    const { token, operator, alice } = scene();
    await sealed();
    await token.send(operator.address, name, ...args(alice.address, never));
    expect(await token.read("ownerOf", never)).toBe(alice.address);
    expect(await token.refusal(operator.address, name, ...args(alice.address, never))).toEqual(error.reserved(never));
    await token.send(alice.address, "burn", never);
    expect(await token.refusal(operator.address, name, ...args(alice.address, never))).toEqual(error.reserved(never));
  });
});

describe("seal", () => {
  it("is the owner's, once all is settled, and once", async () => {
    const { token, operator, stranger, migrate } = scene();
    expect(await token.refusal(operator.address, "seal")).toEqual(error.incomplete(0n, 10n));
    await migrate(0, 8);
    expect(await token.refusal(operator.address, "seal")).toEqual(error.incomplete(8n, 10n));
    await migrate(8, 1);
    expect(await token.refusal(operator.address, "seal")).toEqual(error.incomplete(9n, 10n));
    await migrate(9, 1);
    expect(await token.refusal(stranger.address, "seal")).toEqual(error.notOwner(stranger.address));
    await token.send(operator.address, "seal");
    expect(await token.refusal(operator.address, "seal")).toEqual(error.migrated());
  });

  it("is not had by submitting the same leaves again and again", async () => {
    const { token, operator, stranger, migrate, submission } = scene();
    await migrate(0, 8);
    for (const [start, count] of [
      [0, 8],
      [7, 1],
      [6, 2],
    ] as const)
      expect(await token.refusal(stranger.address, ...submission(start, count))).toEqual(error.migrated());
    expect(await token.refusal(operator.address, "seal")).toEqual(error.incomplete(8n, 10n));
  });
});

describe("a burned token", () => {
  it.each([false, true])("is not minted again by its batch, sealed: %s", async (alsoSealed) => {
    const { token, alice, stranger, submission, migrate } = scene();
    if (alsoSealed) await sealed();
    else await migrate(0, 4);
    await token.send(alice.address, "burn", 1n);
    for (const [start, count] of [
      [0, 1],
      [0, 4],
    ] as const)
      expect(await token.refusal(stranger.address, ...submission(start, count))).toEqual(error.migrated());
    expect(await token.refusal(stranger.address, "ownerOf", 1n)).toEqual(error.nonexistent(1n));
  });

  it("is not brought back by a batch that holds others as well", async () => {
    const { token, alice, stranger, migrate } = scene();
    await migrate(0, 1);
    await token.send(alice.address, "burn", 1n);
    expect(await migrate(0, 2)).toEqual([
      ["Migrated", stranger.address, 1n],
      ["Transfer", zero, alice.address, 2n],
    ]);
    expect(await token.refusal(alice.address, "ownerOf", 1n)).toEqual(error.nonexistent(1n));
  });
});
