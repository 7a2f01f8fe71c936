import type { ServerResponse } from "node:http";
import { describe, expect, it, vi } from "vitest";
import type { TransactionEvent } from "../../../src/transactions/events.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { webhookSchema } from "../../../src/transactions/webhooks/schema.ts";
import { verifyWebhook } from "../../../src/transactions/webhooks/verify-webhook.ts";
import { bytes, rpcServerOfTest, silence } from "../../harness/rpc-server.ts";
import { runChild } from "../../harness/run-child.ts";
import type { StorePlace } from "../../store/children/adapter-of.ts";
import { beginMs, eventOf, eventsOf, idsOf, isSigned, openScene, secret } from "./scene.ts";
import { WatchedClock } from "./watched-clock.ts";

const crashBeforeMark = new URL("./crash-before-mark.ts", import.meta.url);
const ok = bytes(200, "");
const dayMs = 86_400_000;
const pauses = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 86_400].map((seconds) => seconds * 1000);

const sorted = (events: readonly TransactionEvent[]): readonly string[] => events.map(({ id }) => id).sort();

/** What webhooks hold to on every store. `newPlace` gives a database without tables. */
export function describeDelivery(newPlace: () => Promise<StorePlace>): void {
  describe("webhooks", { timeout: 20_000 }, () => {
    it("bring each endpoint the events that it wants, signed", async () => {
      const scene = await openScene(await newPlace());
      const [all, some] = [await rpcServerOfTest(ok), await rpcServerOfTest(bytes(204, ""))];
      const webhooks = await scene.create([
        { name: "all", url: `${all.origin}/in?key=1`, secret },
        { name: "some", url: some.origin, secret: "p".repeat(24), events: ["transaction.final"] },
      ]);
      const [mined, final, failed] = [eventOf(), eventOf("transaction.final"), eventOf("transaction.failed")];
      scene.start(webhooks);
      await scene.clock.asleep();
      await scene.enqueue(webhooks, mined, final, failed);
      // The first look after an enqueue may come before its commit; the next is due in milliseconds.
      await scene.clock.asleep();
      await scene.clock.advance(20);
      await scene.rowsBecome(
        [mined, final, failed, final].map(({ id }, at) => ({
          endpoint: at < 3 ? "all" : "some",
          eventId: id,
          state: "delivered",
          attempts: 1,
        })),
      );
      expect(idsOf(all.requests)).toEqual(sorted([mined, final, failed]));
      expect(idsOf(some.requests)).toEqual([final.id]);
      const request = some.requests[0];
      expect(request !== undefined && isSigned(request, Buffer.from("p".repeat(24)))).toBe(true);
      expect(request?.body).toBe(
        JSON.stringify({
          type: "transaction.final",
          timestamp: new Date(final.atMs).toISOString(),
          data: final.transaction,
        }),
      );
      for (const { path, headers, body, ...rest } of all.requests) {
        expect(path).toBe("/in?key=1");
        expect(headers["content-type"]).toBe("application/json");
        expect(isSigned({ path, headers, body, ...rest })).toBe(true);
        const event = verifyWebhook({ headers, body, secret, now: scene.clock.now() });
        expect([mined, final, failed]).toContainEqual(event);
      }
      expect(scene.recorder.total("latchkey_webhook_attempts_total", { outcome: "delivered" })).toBe(4);
      for (let second = 0; second < 10; second += 1) await scene.clock.jump(1000);
      expect(scene.clock.lastWaitMs).toBe(1000);
    });

    it("deliver nothing of a transaction that was rolled back, and an event enqueued twice once", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      const [lost, kept] = [eventOf(), eventOf()];
      const key = await scene.keyOf(webhooks);
      const rolledBack = scene.database.transaction(async (tx) => {
        await webhooks.enqueue(tx, [lost], key);
        throw new RangeError("the caller's");
      });
      await expect(rolledBack).rejects.toThrow();
      await scene.enqueue(webhooks, kept);
      await scene.enqueue(webhooks, kept, kept);
      scene.start(webhooks);
      await scene.rowsBecome([{ eventId: kept.id, state: "delivered" }]);
      await scene.clock.jump(61_000);
      expect(idsOf(receiver.requests)).toEqual([kept.id]);
    });

    it("share the work between processes, and deliver each event once while nothing fails", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const endpoints = [{ name: "one", url: receiver.origin, secret }];
      const [one, other] = [await scene.create(endpoints), await scene.create(endpoints)];
      const events = eventsOf(120);
      await scene.enqueue(one, ...events);
      scene.start(one);
      scene.start(other);
      await scene.rowsBecome(events.map(({ id }) => ({ eventId: id, state: "delivered", attempts: 1 })));
      expect(idsOf(receiver.requests)).toEqual(sorted(events));
    });

    it("leave another tenant's deliveries to it", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const endpoints = [{ name: "one", url: receiver.origin, secret }];
      const [one, other] = [await scene.create(endpoints), await scene.create(endpoints, { tenant: "other" })];
      const [ours, theirs] = [eventOf(), eventOf()];
      await scene.enqueue(other, theirs);
      await scene.enqueue(one, ours);
      const stop = scene.start(one);
      await scene.rowsBecome([
        { eventId: ours.id, state: "delivered" },
        { eventId: theirs.id, state: "pending", attempts: 0 },
      ]);
      expect(idsOf(receiver.requests)).toEqual([ours.id]);
      // It looks for nothing that it could not claim.
      await scene.clock.asleep();
      await stop();
      scene.start(other);
      await scene.rowsBecome([{ state: "delivered" }, { state: "delivered" }]);
    });

    it("are tried at exactly the times of the schedule, with one id and one body, and then given up", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(bytes(503, "down"));
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      const event = eventOf();
      await scene.enqueue(webhooks, event);
      scene.start(webhooks);
      let dueMs = 0;
      for (const [index, pauseMs] of pauses.entries()) {
        dueMs += pauseMs;
        await scene.rowsBecome([{ state: "pending", attempts: index + 1, nextMs: dueMs }]);
        await scene.clock.jump(pauseMs - 1);
        expect(receiver.requests).toHaveLength(index + 1);
        await scene.clock.advance(1);
      }
      await scene.rowsBecome([{ state: "failed", attempts: 10, nextMs: dueMs }]);
      await scene.clock.jump(3_600_000);
      expect(receiver.requests).toHaveLength(10);
      const times = [0, ...pauses.map((_, index) => pauses.slice(0, index + 1).reduce((sum, ms) => sum + ms, 0))];
      expect(receiver.requests.map(({ headers }) => headers["webhook-timestamp"])).toEqual(
        times.map((ms) => String((beginMs + ms) / 1000)),
      );
      expect(new Set(idsOf(receiver.requests))).toEqual(new Set([event.id]));
      expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1);
      expect(receiver.requests.every((request) => isSigned(request))).toBe(true);
      expect(scene.recorder.total("latchkey_webhook_attempts_total", { outcome: "retried" })).toBe(9);
      expect(scene.recorder.total("latchkey_webhook_attempts_total", { outcome: "failed" })).toBe(1);
      expect(scene.recorder.lines.filter(({ level }) => level === "warn")).toHaveLength(9);
      expect(scene.recorder.lines.filter(({ level }) => level === "error")).toMatchObject([
        { fields: { endpoint: "one", origin: receiver.origin, eventId: event.id, reason: "HTTP 503", attempt: 10 } },
      ]);
    });

    it("are delivered again with the same id if the process dies before it is written down", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      const event = eventOf();
      await scene.enqueue(webhooks, event);
      const { dialect, location } = scene.place;
      const rootKey = Buffer.from(scene.rootKey).toString("hex");
      const given = [dialect, location, receiver.origin, secret, String(beginMs), rootKey];
      const died = await runChild(crashBeforeMark, given);
      expect(died).toMatchObject({ signal: "SIGKILL", stderr: "" });
      expect(idsOf(receiver.requests)).toEqual([event.id]);
      await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs: 60_000 }]);
      scene.start(webhooks);
      await scene.clock.jump(59_999);
      expect(receiver.requests).toHaveLength(1);
      await scene.clock.advance(1);
      await scene.rowsBecome([{ state: "delivered", attempts: 2 }]);
      expect(idsOf(receiver.requests)).toEqual([event.id, event.id]);
    });

    it("hand over what is under way within a second of the abort", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(silence);
      const endpoints = [{ name: "one", url: receiver.origin, secret }];
      const webhooks = await scene.create(endpoints);
      const events = eventsOf(3);
      await scene.enqueue(webhooks, ...events);
      const stop = scene.start(webhooks);
      await vi.waitFor(() => {
        expect(receiver.requests).toHaveLength(3);
      });
      await stop();
      await scene.rowsBecome(events.map(({ id }) => ({ eventId: id, state: "pending", attempts: 1 })));
      // Due, not claimed.
      expect((await scene.rows()).every(({ nextMs }) => nextMs <= 1000)).toBe(true);
      expect(scene.recorder.total("latchkey_webhook_attempts_total", { outcome: "abandoned" })).toBe(3);
      receiver.answer = ok;
      scene.start(await scene.create(endpoints));
      await scene.rowsBecome(events.map(({ id }) => ({ eventId: id, state: "delivered", attempts: 2 })));
    });

    it("finish what a receiver answers within the second after the abort, and begin nothing", async () => {
      const scene = await openScene(await newPlace());
      const responses: ServerResponse[] = [];
      const receiver = await rpcServerOfTest((_request, response) => void responses.push(response));
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      await scene.enqueue(webhooks, ...eventsOf(9));
      const stop = new AbortController();
      const running = webhooks.run(stop.signal);
      await vi.waitFor(() => {
        expect(responses).toHaveLength(8);
      });
      stop.abort();
      for (const response of responses) response.end();
      await running;
      expect((await scene.rows()).map(({ state }) => state).sort()).toEqual([
        ...Array.from({ length: 8 }, () => "delivered"),
        "pending",
      ]);
      expect(receiver.requests).toHaveLength(8);
    });

    it("are left to whoever took over a claim that ran out", async () => {
      const scene = await openScene(await newPlace());
      const [slow, next] = [await rpcServerOfTest(silence), await rpcServerOfTest(silence)];
      const one = await scene.create([{ name: "one", url: slow.origin, secret }]);
      await scene.enqueue(one, eventOf());
      const stopOne = scene.start(one);
      await scene.rowsBecome([{ attempts: 1, nextMs: 60_000 }]);
      await vi.waitFor(() => {
        expect(slow.requests).toHaveLength(1);
      });
      const later = new WatchedClock();
      await later.advance(60_000);
      const other = await scene.create([{ name: "one", url: next.origin, secret }], { clock: later });
      const stopOther = scene.start(other, later);
      await scene.rowsBecome([{ attempts: 2, nextMs: 120_000 }]);
      await scene.clock.jump(10_000);
      await stopOne();
      expect(scene.recorder.total("latchkey_webhook_attempts_total", { outcome: "retried" })).toBe(1);
      expect(await scene.rows()).toMatchObject([{ state: "pending", attempts: 2, nextMs: 120_000 }]);
      await stopOther();
    });

    it("wait for their table, and say so once", async () => {
      const scene = await openScene(await newPlace(), false);
      const receiver = await rpcServerOfTest(ok);
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      scene.start(webhooks);
      for (let second = 0; second < 3; second += 1) await scene.clock.jump(1000);
      expect(scene.recorder.lines.filter(({ level }) => level === "error")).toMatchObject([
        { fields: { code: "ERR_STORE_FAILED", workerId: "worker-1" } },
      ]);
      await migrate(scene.database, webhookSchema);
      await scene.enqueue(webhooks, eventOf());
      await scene.clock.jump(1000);
      await scene.rowsBecome([{ state: "delivered" }]);
      expect(scene.recorder.lines.filter(({ level }) => level === "info")).toHaveLength(1);
    });

    it("are forgotten a week after their end; those that wait for an endpoint no longer configured are left alone", async () => {
      const scene = await openScene(await newPlace());
      const [well, gone] = [await rpcServerOfTest(ok), await rpcServerOfTest(bytes(410, ""))];
      const removed = { name: "removed", url: well.origin, secret };
      const endpoints = [
        { name: "well", url: well.origin, secret },
        { name: "gone", url: gone.origin, secret },
      ];
      const before = await scene.create([...endpoints, removed]);
      await scene.enqueue(before, eventOf());
      scene.start(await scene.create(endpoints));
      const waiting = { endpoint: "removed", state: "pending", attempts: 0, nextMs: 0 };
      await scene.rowsBecome([
        waiting,
        { endpoint: "well", state: "delivered" },
        { endpoint: "gone", state: "gone", nextMs: 0 },
      ]);
      // Looked at once an hour: at the turn after the seventh day, not at the seventh day itself.
      await scene.clock.jump(7 * dayMs);
      expect(await scene.rows()).toHaveLength(3);
      await scene.clock.jump(3_600_000);
      await scene.rowsBecome([waiting]);
      expect(scene.recorder.lines.filter(({ fields }) => fields["endpoint"] === "removed")).toMatchObject([
        { level: "warn" },
      ]);
    });
  });
}
