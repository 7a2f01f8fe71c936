import { fund, place } from "../scene.ts";
import type { Scenario } from "./scenario.ts";

/** A user, and one payment. */
export const one: Scenario = {
  name: "one",
  chain: "anvil",
  needsBlocks: false,
  funded: ["user"],
  orders: ({ orders }) => [orders.transfer("only", "user", 7n)],
  options: () => ({ worker: "manual" }),
  run: async (scene) => {
    const latchkey = await scene.open();
    await fund(latchkey, scene, one.funded);
    latchkey.start();
    for (const order of one.orders(scene)) await (await place(latchkey, scene, order)).wait("final");
    await latchkey.close();
  },
};
