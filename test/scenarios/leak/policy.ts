import { expect } from "vitest";
import { sql } from "kysely";
import { oneChain, someTransfer } from "../../harness/offline-chain.ts";
import { write } from "./tamper.ts";
import { openObserved, type World } from "./world.ts";

const hourMs = 3_600_000;

/** What the policy refuses, and what somebody does who may write to its tables. */
export async function breakPolicy(world: World): Promise<void> {
  const { observed } = world;
  const rules = [
    { name: "small change", maxValue: 10n, limit: { value: 20n, windowMs: hourMs, per: "user" as const } },
    { name: "nobody there", denyTo: ["0x000000000000000000000000000000000000bEEF"] },
  ];
  const latchkey = await openObserved(world, { chains: oneChain(), policy: { rules, messages: "deny" } });
  const { main: account } = (await latchkey.login("oda")).accounts;
  const target = { user: "oda" };
  const { transfer } = someTransfer;

  for (const [what, intent] of [
    ["too much", { transfer: { ...transfer, value: 11n } }],
    ["a forbidden destination", { transfer: { ...transfer, to: "0x000000000000000000000000000000000000bEEF" } }],
  ] as const)
    await observed.provoke("ERR_POLICY_DENIED", what, () => account.send(intent));
  await observed.provoke("ERR_POLICY_DENIED", "a digest", () => account.signer.signDigest(new Uint8Array(32)));
  for (const value of [10n, 9n]) await (await account.send({ transfer: { ...transfer, value } })).wait("final");
  await observed.provoke("ERR_POLICY_DENIED", "too much within an hour", () =>
    account.send({ transfer: { ...transfer, value: 2n } }),
  );

  observed.add("object controls", await latchkey.policy.setRules(target, [{ name: "stored", maxValue: 5n }]));
  observed.add("object controls", await latchkey.policy.freeze(target, "a review"));
  await observed.provoke("ERR_POLICY_FROZEN", "a frozen user", () => account.send(someTransfer));
  await write(world, sql`update latchkey_controls set frozen = 0 where subject like 'user:%'`);
  await observed.provoke("ERR_POLICY_TAMPERED", "a freeze that was taken away", () => account.send(someTransfer));
  await observed.provoke("ERR_POLICY_TAMPERED", "a freeze that was taken away", () => latchkey.policy.controls(target));
  await write(world, sql`delete from latchkey_controls where subject like 'user:%'`);
  await write(world, sql`update latchkey_limits set used = '[]'`);
  await observed.provoke("ERR_POLICY_TAMPERED", "a counter that was set back", () => account.send(someTransfer));
  await write(world, sql`delete from latchkey_limits`);

  observed.add("object controls", await latchkey.policy.freeze("tenant", "a review"));
  await observed.provoke("ERR_POLICY_FROZEN", "a frozen tenant", () => account.send(someTransfer));
  observed.add("object controls", await latchkey.policy.unfreeze("tenant"), await latchkey.policy.controls("tenant"));
  await observed.provoke("ERR_POLICY_SUBJECT_UNKNOWN", "somebody unknown", () =>
    latchkey.policy.freeze({ user: "nobody" }, "a review"),
  );
  expect(await (await account.send(someTransfer)).wait("final")).toMatchObject({ status: "success" });
  await latchkey.close();
}
