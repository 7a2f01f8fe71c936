import { describe, expect, it } from "vitest";
import { Gate } from "../../src/units/gate.ts";
import { thrownBy } from "../harness/errors.ts";

// Budget of the file: 1 s.
describe("Gate", () => {
  it("gives what the work gives, and throws what it throws, at once or later", async () => {
    const gate = new Gate();
    const fault = new Error("work");
    expect(await gate.run(() => Promise.resolve(7))).toBe(7);
    expect(await thrownBy(() => gate.run(() => Promise.reject(fault)))).toBe(fault);
    expect(
      await thrownBy(() =>
        gate.run(() => {
          throw fault;
        }),
      ),
    ).toBe(fault);
    await gate.close();
  });

  it("lets the work begin before it returns", () => {
    let began = false;
    void new Gate().run(() => {
      began = true;
      return Promise.resolve();
    });
    expect(began).toBe(true);
  });

  it("once closed lets nothing in, and does not begin it", async () => {
    const gate = new Gate();
    await gate.close();
    await gate.close();
    const error = await thrownBy(() => gate.run(() => expect.fail("it ran")));
    expect(error).toMatchObject({ code: "ERR_CLOSED", retryable: false });
  });

  it("when closing waits for what is inside, failures and what those inside began included", async () => {
    const gate = new Gate();
    const held = Promise.withResolvers<undefined>();
    const order: string[] = [];
    const slow = gate.run(async () => {
      await held.promise;
      order.push("slow");
    });
    const failing = thrownBy(() => gate.run(() => held.promise.then(() => Promise.reject(new Error("work")))));
    const closing = gate.close().then(() => order.push("closed"));
    expect(await thrownBy(() => gate.run(() => Promise.resolve()))).toMatchObject({ code: "ERR_CLOSED" });
    expect(order).toEqual([]);
    held.resolve(undefined);
    await Promise.all([slow, failing, closing]);
    expect(order).toEqual(["slow", "closed"]);
  });
});
