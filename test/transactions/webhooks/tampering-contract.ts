import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { TransactionEvent } from "../../../src/transactions/events.ts";
import { bytes, rpcServerOfTest } from "../../harness/rpc-server.ts";
import type { StorePlace } from "../../store/children/adapter-of.ts";
import { openMacs } from "./open-macs.ts";
import { eventOf, idsOf, openScene, type Row, secret } from "./scene.ts";

const table = "latchkey_webhook_deliveries";
const content = "body, mac_branch, mac, state, attempts, next_at";
const ok = bytes(200, "");
const hex = "ab".repeat(32);
const strangeId = "11111111-1111-4111-8111-111111111111";
const strangeBranch = "22222222-2222-4222-8222-222222222222:1";

/** What was altered, by which assignment, and how the row is told from then on. */
type Case = readonly [string, (of: TransactionEvent) => string, Partial<Row>];
const cases: readonly Case[] = [
  ["its event id is altered", () => `event_id = '${strangeId}'`, { eventId: strangeId }],
  ["its endpoint is altered", () => "endpoint = 'two'", { endpoint: "two" }],
  ["its event is altered", () => "event = 'transaction.final'", {}],
  ["its body is altered", () => "body = replace(body, '1000000000000000000', '9000000000000000000')", {}],
  ["its body is lengthened by a blank", () => "body = body || ' '", {}],
  ["its body is emptied", () => "body = ''", {}],
  ["its branch key is another one", () => `mac_branch = '${strangeBranch}'`, {}],
  [
    "its branch key is another tenant's",
    () => `mac_branch = (SELECT mac_branch FROM ${table} WHERE tenant = 'other')`,
    {},
  ],
  ["its branch key is another version", () => "mac_branch = substr(mac_branch, 1, 37) || '2'", {}],
  ["its branch key is none", () => "mac_branch = ''", {}],
  ["its MAC is another", () => `mac = '${hex}'`, {}],
  ["its MAC is in capitals", () => "mac = upper(mac)", {}],
  ["its MAC is cut", () => "mac = substr(mac, 1, 62)", {}],
  ["its MAC is emptied", () => "mac = ''", {}],
  [
    "its MAC is that of another event",
    ({ id }) => `mac = (SELECT mac FROM ${table} WHERE event_id <> '${id}' LIMIT 1)`,
    {},
  ],
];

/** What stands between the table and a signature, on every store. `newPlace` gives a database without tables. */
export function describeTampering(newPlace: () => Promise<StorePlace>): void {
  describe("a stored webhook is not posted", { timeout: 20_000 }, () => {
    /** Two endpoints of one tenant, one delivery that is sound to each, and another tenant with one. */
    async function open() {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const endpoints = [
        { name: "one", url: `${receiver.origin}/one`, secret },
        { name: "two", url: `${receiver.origin}/two`, secret, events: ["transaction.final" as const] },
      ];
      const [ours, theirs] = [await scene.create(endpoints), await scene.create(endpoints, { tenant: "other" })];
      const [sound, foreign, victim] = [eventOf(), eventOf(), eventOf()];
      await scene.enqueue(ours, sound);
      await scene.enqueue(theirs, foreign);
      const soundRows = [sound, foreign].map(({ id: eventId }) => ({ endpoint: "one", eventId, state: "delivered" }));
      /** Runs both tenants' dispatchers: what is sound is posted, and the rest ends as given, with nothing of it posted. */
      const runTo = async (...ended: readonly Partial<Row>[]): Promise<void> => {
        scene.start(ours);
        scene.start(theirs);
        await scene.rowsBecome([...soundRows, ...ended.map((row) => ({ state: "failed", attempts: 1, ...row }))]);
        expect(idsOf(receiver.requests)).toEqual([sound.id, foreign.id].sort());
        const errors = scene.recorder.lines.filter(({ level }) => level === "error");
        expect(errors.map(({ fields }) => ({ ...fields }))).toMatchObject(
          ended.map(({ endpoint, eventId }) => ({ endpoint, eventId, workerId: "worker-1" })),
        );
        expect(scene.recorder.total("latchkey_webhook_attempts_total", { outcome: "tampered" })).toBe(ended.length);
        // Nor at the looks that follow.
        await scene.clock.advance(6_000);
        expect(receiver.requests).toHaveLength(2);
      };
      return { scene, receiver, ours, theirs, sound, foreign, victim, runTo };
    }

    it.each(cases)("where %s", async (_, change, ended) => {
      const { scene, ours, victim, runTo } = await open();
      await scene.enqueue(ours, victim);
      await scene.sql(`UPDATE ${table} SET ${change(victim)} WHERE event_id = '${victim.id}'`);
      await runTo({ endpoint: "one", eventId: victim.id, ...ended });
    });

    it("where its tenant is altered", async () => {
      const { scene, ours, victim, runTo } = await open();
      await scene.enqueue(ours, victim);
      await scene.sql(`UPDATE ${table} SET tenant = 'other' WHERE event_id = '${victim.id}'`);
      await runTo({ endpoint: "one", eventId: victim.id });
    });

    it.each([
      ["without a key", "''", "''"],
      ["with the key's name and a MAC that was made up", `(SELECT mac_branch FROM ${table} LIMIT 1)`, `'${hex}'`],
    ])("where it was inserted by hand, %s", async (_, branch, mac) => {
      const { scene, runTo } = await open();
      const body = `'{"type":"transaction.final","timestamp":"2026-01-01T00:00:00.000Z","data":{"state":"final"}}'`;
      await scene.sql(
        `INSERT INTO ${table} (tenant, event_id, endpoint, event, ${content})
         VALUES ('default', '${strangeId}', 'two', 'transaction.final', ${body}, ${branch}, ${mac}, 'pending', 0, 0)`,
      );
      await runTo({ endpoint: "two", eventId: strangeId });
    });

    it.each([
      ["endpoint", "tenant, event_id, 'two', event", (id: string) => ({ endpoint: "two", eventId: id })],
      ["event id", `tenant, '${strangeId}', endpoint, event`, () => ({ endpoint: "one", eventId: strangeId })],
      ["tenant", "'other', event_id, endpoint, event", (id: string) => ({ endpoint: "one", eventId: id })],
    ])("where it is a copy of a sound one under another %s", async (_, columns, ended) => {
      const { scene, sound, runTo } = await open();
      await scene.sql(
        `INSERT INTO ${table} (tenant, event_id, endpoint, event, ${content})
         SELECT ${columns}, ${content} FROM ${table} WHERE event_id = '${sound.id}'`,
      );
      await runTo(ended(sound.id));
    });

    it("where its branch key is another tenant's, copied beside its own", async () => {
      const { scene, ours, victim, runTo } = await open();
      await scene.enqueue(ours, victim);
      const columns = "slot + 1, claim, branch_id, version + 1, wrapped, reserved, created_at";
      const named = "slot, claim, branch_id, version, wrapped, reserved, created_at";
      await scene.sql(
        `INSERT INTO latchkey_branch_keys (tenant, ${named})
         SELECT 'default', ${columns} FROM latchkey_branch_keys WHERE tenant = 'other'`,
      );
      await scene.sql(
        `UPDATE ${table} SET mac_branch = (SELECT branch_id || ':2' FROM latchkey_branch_keys WHERE tenant = 'other')
         WHERE event_id = '${victim.id}'`,
      );
      await runTo({ endpoint: "one", eventId: victim.id });
    });

    it("where it is altered between two attempts", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(bytes(503, "down"));
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      await scene.enqueue(webhooks, eventOf());
      scene.start(webhooks);
      await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs: 5_000 }]);
      await scene.sql(`UPDATE ${table} SET body = '{}'`);
      receiver.answer = ok;
      await scene.clock.jump(5_000);
      await scene.rowsBecome([{ state: "failed", attempts: 2, nextMs: 5_000 }]);
      expect(receiver.requests).toHaveLength(1);
    });

    it("while its key cannot be had, and is then, at no attempt's cost; what was altered ends then", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const endpoints = [{ name: "one", url: receiver.origin, secret }];
      const [sound, victim] = [eventOf(), eventOf()];
      await scene.enqueue(await scene.create(endpoints), sound, victim);
      await scene.sql(`UPDATE ${table} SET body = '{}' WHERE event_id = '${victim.id}'`);
      const { macs, wrappingKey } = openMacs(scene.database, "default", scene.rootKey, scene.clock);
      let isDown = true;
      wrappingKey.beforeUnwrap = () =>
        isDown ? Promise.reject(new LatchkeyError("ERR_KMS_UNAVAILABLE", "It is down.")) : Promise.resolve();
      scene.start(await scene.create(endpoints, { macs }));
      for (let second = 1; second <= 20; second += 1) {
        const waiting = { state: "pending", attempts: 0, nextMs: second * 1000 };
        await scene.rowsBecome([waiting, waiting]);
        await scene.clock.asleep();
        if (second === 20) isDown = false;
        await scene.clock.advance(1000);
      }
      await scene.rowsBecome([
        { eventId: sound.id, state: "delivered", attempts: 1 },
        { eventId: victim.id, state: "failed", attempts: 1 },
      ]);
      expect(idsOf(receiver.requests)).toEqual([sound.id]);
      expect(scene.recorder.lines.filter(({ level }) => level !== "debug")).toMatchObject([
        { level: "error", fields: { workerId: "worker-1", code: "ERR_KMS_UNAVAILABLE" } },
        { level: "info" },
        { level: "error", fields: { eventId: victim.id } },
      ]);
    });

    it("by anyone who inserts it into a table of no key at all", async () => {
      const scene = await openScene(await newPlace());
      const receiver = await rpcServerOfTest(ok);
      const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
      const eventId = randomUUID();
      await scene.sql(
        `INSERT INTO ${table} (tenant, event_id, endpoint, event, ${content})
         VALUES ('default', '${eventId}', 'one', 'transaction.final', '{}', '${strangeBranch}', '${hex}', 'pending', 0, 0)`,
      );
      scene.start(webhooks);
      await scene.rowsBecome([{ eventId, state: "failed" }]);
      expect(receiver.requests).toHaveLength(0);
    });
  });
}
