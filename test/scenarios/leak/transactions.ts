import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { oneChain, someTransfer } from "../../harness/offline-chain.ts";
import { write } from "./tamper.ts";
import { openObserved, type World } from "./world.ts";

const other = { transfer: { ...someTransfer.transfer, value: 2n } };

/** What becomes of stored transactions, other than that they are sent. Each user may have one at a time. */
export async function breakTransactions(world: World): Promise<void> {
  const { observed } = world;
  const latchkey = await openObserved(world, { chains: oneChain(), queueLimit: 1, worker: "manual" });
  const accountOf = async (user: string) => (await latchkey.login(user)).accounts.main;
  const first = await accountOf("judy");
  const sent = await first.send(someTransfer, { idempotencyKey: "order 1" });
  observed.add("object transaction", sent, await sent.status());
  await observed.provoke("ERR_TRANSACTION_QUEUE_FULL", "two at a time", () => first.send(someTransfer));
  await observed.provoke("ERR_TRANSACTION_KEY_REUSED", "one key for two things", () =>
    first.send(other, { idempotencyKey: "order 1" }),
  );
  await observed.provoke("ERR_TRANSACTION_WAIT_TIMEOUT", "nobody works on it", () =>
    sent.wait("broadcast", { timeoutMs: 10 }),
  );

  const cancelled = await (await accountOf("kim")).send(someTransfer);
  await cancelled.cancel();
  await observed.provoke("ERR_TRANSACTION_CANCELLED", "a cancelled one", () => cancelled.wait("final"));
  const late = await (await accountOf("lee")).send(someTransfer, { deadlineMs: Date.now() + 200 });
  const altered = await (await accountOf("mia")).send(someTransfer);
  await write(
    world,
    sql`update latchkey_transactions set payload = replace(payload, '"value":"1"', '"value":"2"') where id = ${altered.id}`,
  );
  const gone = await (await accountOf("noa")).send(someTransfer);
  await write(world, sql`delete from latchkey_transactions where id = ${gone.id}`);
  await observed.provoke("ERR_TRANSACTION_NOT_FOUND", "a row that vanished", () => gone.status());

  await sleep(300);
  latchkey.start();
  await observed.provoke("ERR_TRANSACTION_DEADLINE", "too late", () => late.wait("broadcast"));
  await observed.provoke("ERR_TRANSACTION_TAMPERED", "an altered row", () => altered.wait("broadcast"));
  observed.add("object receipt", await sent.wait("final"), await sent.status(), await altered.status());
  await observed.provoke("ERR_TRANSACTION_NOT_CANCELLABLE", "one that is final", () => sent.cancel());
  await latchkey.drain();
  await latchkey.close();
}
