import { kaia } from "../../../src/chains/kaia/index.ts";
import { http } from "../../../src/index.ts";
import { kaia as kaiaProfile } from "../../../src/profiles/profiles.ts";
import type { Order } from "../orders.ts";
import { fund, place, type Scene } from "../scene.ts";
import type { Scenario } from "./scenario.ts";

const treasury = "service:treasury";

function ordersOf({ orders }: Scene): readonly Order[] {
  const paid = { options: { feePayer: "treasury" } };
  return [
    orders.transfer("paid", "user", 31n, paid),
    orders.transfer("shared", "user", 32n, { options: { feePayer: "treasury", feeRatio: 40 } }),
    orders.transfer("own", "user", 33n, { options: { format: "kaia" } }),
    orders.transfer("greedy", "user", 35n, {
      options: { feePayer: "treasury", gasLimit: 10_000_000n },
      ends: ["failed ERR_POLICY_DENIED"],
    }),
    orders.transfer("own-again", treasury, 34n),
  ];
}

/** Kaia, where somebody else pays the fee, within a budget. */
export const payer: Scenario = {
  name: "payer",
  chain: "kaia",
  needsBlocks: false,
  funded: ["user", treasury],
  orders: ordersOf,
  options: ({ node: { url, chainId } }) => ({
    chains: [kaia({ name: "main", chainId, transport: http(url), profile: { ...kaiaProfile, pollMs: 50 } })],
    worker: "manual",
    policy: { feeBudget: { perTenantPerDay: 10n ** 21n, perUserPerDay: 3n * 10n ** 16n } },
  }),
  run: async (scene) => {
    const latchkey = await scene.open();
    await fund(latchkey, scene, payer.funded);
    latchkey.start();
    const handles = await Promise.all(ordersOf(scene).map((order) => place(latchkey, scene, order)));
    for (const handle of handles) await handle.wait("final").catch(() => undefined);
    await latchkey.close();
  },
};
