// Sends what is due, and is killed when a receiver has answered, before that is written down.
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { createWebhooks } from "../../../src/transactions/webhooks/webhooks.ts";
import { systemClock } from "../../../src/units/clock.ts";
import { adapterOf } from "../../store/children/adapter-of.ts";
import { openMacs } from "./open-macs.ts";

const [, , dialect, location = "", url = "", secret = "", nowMs, rootKey = ""] = process.argv;
const database = await adapterOf({ dialect: dialect === "postgres" ? "postgres" : "sqlite", location }).open(
  silentLogger,
);
const realFetch = globalThis.fetch;
let hasPosted = false;
globalThis.fetch = async (...given) => {
  const response = await realFetch(...given);
  hasPosted = true;
  return response;
};
const webhooks = createWebhooks({
  endpoints: [{ name: "one", url, secret }],
  tenant: "default",
  macs: openMacs(database, "default", Buffer.from(rootKey, "hex"), systemClock).macs,
  database: {
    ...database,
    transaction: (work) => {
      if (hasPosted) process.kill(process.pid, "SIGKILL");
      return database.transaction(work);
    },
  },
  clock: { ...systemClock, now: () => Number(nowMs) },
  logger: silentLogger,
  workerId: "doomed",
});
await webhooks.run(new AbortController().signal);
