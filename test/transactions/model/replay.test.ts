import { it, vi } from "vitest";
import { wrongsOf } from "./invariants.ts";
import { deep, instant, newReference, pickerOf } from "./scene.ts";
import { heal, settle } from "./settle.ts";
import { steps } from "./steps.ts";
import { newGround, newWorld } from "./world.ts";

vi.setConfig({ testTimeout: 600_000 });

it("replays", async () => {
  const ground = await newGround();
  const world = await newWorld(ground, { profile: process.env["PROFILE"] === "instant" ? instant : deep });
  const reference = newReference();
  world.open();
  await world.pass(100);
  for (const text of (process.env["STEPS"] ?? "").split(",")) {
    const [name = "", seed = "0"] = text.split("#");
    console.log(world.clock.monotonicMs(), text);
    await steps[name]?.[1]({ world, reference, pick: pickerOf(Number(seed)) });
    await world.pass(1 + (Number(seed) % 40));
  }
  const scene = { world, reference, pick: pickerOf(1) };
  const show = async (): Promise<void> => {
    for (const { record, attempts, mined } of await world.rows())
      console.log(
        record.id.slice(-4),
        record.sender.address.slice(0, 4),
        record.state,
        record.trouble?.code,
        record.isCancelRequested,
        String(mined?.receipt.blockNumber),
        attempts
          .map(
            (a) =>
              `${a.purpose} n${String(a.nonce)} fee ${String(a.fee.perGas)}/${String(a.fee.tip)} acc ${String(a.acceptedAt)} dead ${String(a.isDead)} since ${String(a.sinceBlock)}`,
          )
          .join("; "),
      );
  };
  console.log("healing", world.clock.monotonicMs());
  await show();
  await heal(scene);
  console.log(await settle(scene), await wrongsOf(world, reference), world.clock.monotonicMs());
  await show();
  console.log(
    "pool",
    world.node.pool.all().map((t) => `${t.from.slice(0, 4)} n${String(t.nonce)} ${String(t.perGas)}`),
    world.senders.map(({ key }) => world.node.nonce(key.address)),
    world.node.latest.number,
  );
  for (const { life, recorder } of world.instances) {
    console.log(life.name, life.isDead, life.hasLooped);
    const counts = new Map<string, number>();
    for (const line of recorder.lines)
      counts.set(
        JSON.stringify([line.message, line.fields]),
        (counts.get(JSON.stringify([line.message, line.fields])) ?? 0) + 1,
      );
    for (const m of recorder.measurements)
      if (m.name.includes("rouble")) counts.set(JSON.stringify(m), (counts.get(JSON.stringify(m)) ?? 0) + 1);
    for (const [k, v] of counts) console.log(v, k.slice(0, 300));
  }
});
