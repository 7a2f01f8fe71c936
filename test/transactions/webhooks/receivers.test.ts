import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type Answer, bytes, cut, rpcServerOfTest, silence } from "../../harness/rpc-server.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { eventOf, eventsOf, idsOf, openScene, type Scene, secret } from "./scene.ts";

const ok = bytes(200, "");
const dayMs = 86_400_000;

const newScene = (): Promise<Scene> =>
  openScene({ dialect: "sqlite", location: join(temporaryDirectory(), `${randomUUID()}.db`) });

/** One event on its way to this receiver. */
async function sendTo(answer: Answer) {
  const scene = await newScene();
  const receiver = await rpcServerOfTest(answer);
  const webhooks = await scene.create([{ name: "one", url: `${receiver.origin}/p4th-k3y?q=qu3ry`, secret }]);
  const event = eventOf();
  await scene.enqueue(webhooks, event);
  return { scene, receiver, event, stop: scene.start(webhooks) };
}

/** Writes without end, until the other side has had enough. Resolves with the bytes that were handed over. */
async function pour(response: ServerResponse): Promise<number> {
  const piece = Buffer.alloc(16 * 1024, "a");
  const closed = once(response, "close");
  let size = 0;
  while (!response.destroyed) {
    size += piece.length;
    if (!response.write(piece)) await Promise.race([once(response, "drain"), closed]);
  }
  return size;
}

// Budget of the file: 10 s.
describe("a receiver", () => {
  it("that never answers is given up after 10 s", async () => {
    const { scene, receiver } = await sendTo(silence);
    await vi.waitFor(() => {
      expect(receiver.requests).toHaveLength(1);
    });
    await scene.clock.jump(9_999);
    expect(await scene.rows()).toMatchObject([{ attempts: 1, nextMs: 60_000 }]);
    await scene.clock.advance(1);
    await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs: 15_000 }]);
    expect(scene.recorder.lines).toMatchObject([{ level: "warn", fields: { reason: "timeout", retryInMs: 5_000 } }]);
  });

  it("that answers slowly, but in time, has the event", async () => {
    let response: ServerResponse | undefined;
    const { scene } = await sendTo((_request, given) => {
      response = given;
    });
    await vi.waitFor(() => {
      expect(response).toBeDefined();
    });
    await scene.clock.jump(9_999);
    response?.writeHead(202).end("later");
    await scene.rowsBecome([{ state: "delivered", attempts: 1 }]);
  });

  it("that says yes and never ends has the event, and its answer is waited for no longer than 10 s", async () => {
    let closed: Promise<unknown> | undefined;
    const { scene } = await sendTo((_request, response) => {
      closed = once(response, "close");
      response.writeHead(200).write("so far");
    });
    await vi.waitFor(() => {
      expect(closed).toBeDefined();
    });
    await scene.clock.jump(10_000);
    await scene.rowsBecome([{ state: "delivered", attempts: 1 }]);
    await closed;
  });

  it.each([
    [200, { state: "delivered", attempts: 1 }],
    [500, { state: "pending", attempts: 1, nextMs: 5_000 }],
  ])("that answers %d with a body without end is cut off", async (status, row) => {
    let poured: Promise<number> | undefined;
    const { scene } = await sendTo((_request, response) => {
      response.writeHead(status);
      poured = pour(response);
    });
    await scene.rowsBecome([row]);
    // What both ends' buffers hold comes on top of the 64 KiB.
    expect(await poured).toBeLessThan(16 * 2 ** 20);
  });

  it.each([301, 302, 303, 307, 308])("that redirects with %d is not followed", async (status) => {
    const elsewhere = await rpcServerOfTest(ok);
    const { scene, receiver } = await sendTo(bytes(status, "", { location: elsewhere.origin }));
    await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs: 5_000 }]);
    expect(elsewhere.requests).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    ["cuts the connection", cut],
    ["refuses what it gets", bytes(400, "no")],
    ["asks for more than it should", bytes(503, "", { "retry-after": "nonsense" })],
    ["says what is no success", bytes(304, "")],
  ])("that %s is tried again, and then has the event", async (_what, answer) => {
    const { scene, receiver, event } = await sendTo(answer);
    await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs: 5_000 }]);
    receiver.answer = ok;
    await scene.clock.jump(5_000);
    await scene.rowsBecome([{ state: "delivered", attempts: 2 }]);
    expect(idsOf(receiver.requests)).toEqual([event.id, event.id]);
  });

  it("that is not there is tried again", async () => {
    const scene = await newScene();
    const receiver = await rpcServerOfTest(ok);
    const { origin } = receiver;
    await receiver.close();
    const webhooks = await scene.create([{ name: "one", url: origin, secret }], { random: () => 0.5 });
    await scene.enqueue(webhooks, eventOf());
    scene.start(webhooks);
    await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs: 5_500 }]);
    expect(scene.recorder.lines).toMatchObject([{ fields: { reason: "ECONNREFUSED", origin } }]);
  });

  it.each([
    ["90", 90_000],
    ["3", 5_000],
    ["Tue, 14 Nov 2023 22:15:20 GMT", 120_000],
    ["999999999", dayMs],
  ])("that asks to be left alone for %s is left alone", async (header, nextMs) => {
    const { scene } = await sendTo(bytes(429, "", { "retry-after": header }));
    await scene.rowsBecome([{ state: "pending", attempts: 1, nextMs }]);
  });

  it("that is gone gets this event no more, and the next event once", async () => {
    const scene = await newScene();
    const [gone, well] = [await rpcServerOfTest(bytes(410, "")), await rpcServerOfTest(ok)];
    const webhooks = await scene.create([
      { name: "gone", url: gone.origin, secret },
      { name: "well", url: well.origin, secret },
    ]);
    await scene.enqueue(webhooks, ...eventsOf(2));
    scene.start(webhooks);
    await scene.rowsBecome(
      ["gone", "gone", "well", "well"].map((endpoint) => ({
        endpoint,
        state: endpoint === "gone" ? "gone" : "delivered",
        attempts: 1,
      })),
    );
    await scene.clock.jump(3_600_000);
    expect(gone.requests).toHaveLength(2);
  });

  it("that hangs does not hold up the others, and no more than eight posts are under way", async () => {
    const scene = await newScene();
    const [hanging, well] = [await rpcServerOfTest(silence), await rpcServerOfTest(ok)];
    const webhooks = await scene.create([
      { name: "hanging", url: hanging.origin, secret },
      { name: "well", url: well.origin, secret },
    ]);
    const events = eventsOf(30);
    await scene.enqueue(webhooks, ...events);
    scene.start(webhooks);
    await vi.waitFor(() => {
      expect(idsOf(well.requests)).toEqual(events.map(({ id }) => id).sort());
    });
    await scene.clock.asleep();
    expect(hanging.requests.length).toBeLessThanOrEqual(4);
    const begun = (await scene.rows()).filter(({ endpoint, attempts }) => endpoint === "hanging" && attempts > 0);
    expect(begun).toHaveLength(4);
  });

  it("alone has eight posts at once, and not more", async () => {
    const scene = await newScene();
    const receiver = await rpcServerOfTest(silence);
    const webhooks = await scene.create([{ name: "one", url: receiver.origin, secret }]);
    await scene.enqueue(webhooks, ...eventsOf(20));
    scene.start(webhooks);
    await vi.waitFor(() => {
      expect(receiver.requests).toHaveLength(8);
    });
    await scene.clock.jump(5_000);
    expect(receiver.requests).toHaveLength(8);
    expect((await scene.rows()).filter(({ attempts }) => attempts > 0)).toHaveLength(8);
  });
});

describe("what is logged", () => {
  it("has the endpoint's name and origin, and nothing of its path, query or secret, or of the event's body", async () => {
    const { scene, receiver, event, stop } = await sendTo(bytes(500, "p4th-k3y qu3ry"));
    await scene.rowsBecome([{ attempts: 1, nextMs: 5_000 }]);
    receiver.answer = cut;
    await scene.clock.jump(5_000);
    await scene.rowsBecome([{ attempts: 2, nextMs: 35_000 }]);
    receiver.answer = bytes(302, "", { location: "https://p4th-k3y.example" });
    await scene.clock.jump(30_000);
    await scene.rowsBecome([{ attempts: 3, nextMs: 155_000 }]);
    receiver.answer = ok;
    await scene.clock.jump(120_000);
    await scene.rowsBecome([{ state: "delivered" }]);
    await stop();
    expect(scene.recorder.lines.map(({ level }) => level)).toEqual(["warn", "warn", "warn", "debug"]);
    for (const { fields } of scene.recorder.lines) {
      expect(fields).toMatchObject({ endpoint: "one", origin: receiver.origin, event: "transaction.mined" });
      expect(fields).toMatchObject({ eventId: event.id, workerId: "worker-1" });
    }
    const said = JSON.stringify([scene.recorder.lines, scene.recorder.measurements]);
    expect(said).not.toMatch(/p4th|k3y|qu3ry|whsec|MDEy|0123456789abcdef|transaction-of|1000000000/);
  });
});
