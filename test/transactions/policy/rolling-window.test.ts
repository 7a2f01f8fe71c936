import { describe, expect, it } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import { askOf, hourly, hourMs, newUser, openPolicy, transfer } from "./open-policy.ts";

const alice = newUser();

// Budget of the file: 5 s.
describe("a rolling window", () => {
  it("counts until the whole of a sixtieth has left it", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    const minute = hourMs / 60;
    const start = Math.ceil(clock.now() / minute) * minute;
    const admit = (value: bigint, nowMs: number) =>
      inBook([alice], (book) => book.admit(askOf(alice, transfer(value), nowMs)));
    // The first moment of one part of the window, the last of another.
    await admit(40n, start);
    await admit(60n, start + 2 * minute - 1);
    expect(await thrownBy(() => admit(1n, start + hourMs + minute - 1))).toMatchObject({ context: { used: 100n } });
    await admit(40n, start + hourMs + minute);
    expect(await thrownBy(() => admit(1n, start + hourMs + 2 * minute - 1))).toMatchObject({ context: { used: 100n } });
    await admit(60n, start + hourMs + 2 * minute);
  });

  it("counts what another clock, ahead of this one, has counted", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    const admit = (nowMs: number) => inBook([alice], (book) => book.admit(askOf(alice, transfer(60n), nowMs)));
    await admit(clock.now() + 10 * hourMs);
    expect(await thrownBy(() => admit(clock.now()))).toMatchObject({ context: { used: 60n } });
  });

  it("keeps no more than its parts", async () => {
    const { inBook, clock, rows } = await openPolicy({ rules: [hourly] });
    await inBook([alice], async (book) => {
      for (let at = 0; at < 400; at += 1) {
        await book.admit(askOf(alice, transfer(1n), clock.now() + (at * hourMs) / 50));
      }
    });
    const [row] = await rows("latchkey_limits");
    const used: unknown = JSON.parse(String(row?.["used"]));
    expect(used).toHaveProperty("length", 51);
  });
});
