import { describe, expect, it } from "vitest";
import type { StoredTransaction } from "../../src/transactions/rows.ts";
import { sharedGet } from "../../src/transactions/shared-reads.ts";
import { storedIn } from "./outbox/stored.ts";

function scene(answer: (ids: readonly string[]) => Promise<readonly StoredTransaction[]>) {
  const asked: (readonly string[])[] = [];
  const never = (): never => {
    throw new Error("nobody asks for this");
  };
  const get = sharedGet({
    byIds: (ids) => {
      asked.push(ids);
      return answer(ids);
    },
    get: never,
    byHash: never,
    states: never,
    page: never,
  });
  return { get, asked };
}

// Budget of the file: 1 s.
describe("reads of single transactions", () => {
  it("of one turn go out as one, and each is given its own", async () => {
    const { get, asked } = scene((ids) =>
      Promise.resolve(ids.filter((id) => id !== "none").map((id) => storedIn({ id }))),
    );
    const [one, same, none, other] = await Promise.all([get("1"), get("1"), get("none"), get("2")]);
    expect(asked).toEqual([["1", "none", "2"]]);
    expect([one?.record.id, same?.record.id, none, other?.record.id]).toEqual(["1", "1", undefined, "2"]);
    expect((await get("1"))?.record.id).toBe("1");
    expect(asked).toEqual([["1", "none", "2"], ["1"]]);
  });

  it("fail together, and the next are asked anew", async () => {
    let isDown = true;
    const { get } = scene((ids) =>
      isDown ? Promise.reject(new Error("down")) : Promise.resolve(ids.map((id) => storedIn({ id }))),
    );
    const outcomes = await Promise.allSettled([get("1"), get("2"), get("1")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    isDown = false;
    expect((await get("2"))?.record.id).toBe("2");
  });
});
