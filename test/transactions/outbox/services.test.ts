import { describe, expect, it } from "vitest";
import { rejectedBy } from "../../chains/refused.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import {
  anvilOfFile,
  balanceOf,
  freshAddress,
  nonceOf,
  openScene,
  patient,
  pay,
  randomWallet,
  until,
} from "./scene.ts";

const main = anvilOfFile();

// Budget of the file: 12 s, the node's start included.
describe("service accounts", { timeout: 60_000 }, () => {
  it("of two names with one key share its nonces", async () => {
    const { service } = await openScene(main.node);
    const wallet = randomWallet();
    const [minter, payer] = [await service("minter", wallet), await service("payer", wallet)];
    expect(minter.address).toBe(payer.address);
    const to = freshAddress();
    const handles = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? minter : payer).send(pay(BigInt(index + 1), to))),
    );
    await Promise.all(handles.map((handle) => handle.wait("final")));
    const nonces = await Promise.all(handles.map(async (handle) => (await handle.status()).nonce));
    expect(nonces).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(await balanceOf(main.node, to)).toBe(820n);
  });

  it("of two processes with one key and a name each share its nonces", async () => {
    const directory = temporaryDirectory();
    const wallet = randomWallet();
    const [one, other] = [await openScene(main.node, { directory }), await openScene(main.node, { directory })];
    const [minter, payer] = [await one.service("minter", wallet), await other.service("payer", wallet)];
    const to = freshAddress();
    const handles = [];
    for (let round = 0; round < 10; round += 1)
      handles.push(await minter.send(pay(BigInt(round + 1), to)), await payer.send(pay(BigInt(round + 101), to)));
    await Promise.all(handles.map((handle) => handle.wait("final", { timeoutMs: 50_000 })));
    expect(await balanceOf(main.node, to)).toBe(55n + 1_055n);
    expect(await nonceOf(main.node, minter.address)).toBe(20);
  });

  it("that are not registered where their transactions are worked on wait, and say so", async () => {
    const directory = temporaryDirectory();
    const wallet = randomWallet();
    const away = await openScene(main.node, { directory, worker: "manual" });
    const handle = await (await away.service("minter", wallet)).send(pay(1n));
    const here = await openScene(main.node, { directory });
    here.latchkey.start();
    const seen = await here.latchkey.transactions.get(handle.id);
    await until(async () => {
      expect(await seen?.status()).toMatchObject({
        state: "queued",
        error: { code: "ERR_TRANSACTION_OPTIONS_INVALID" },
      });
    }, 15_000);
    await here.service("minter", wallet);
    expect(await handle.wait("final")).toMatchObject({ status: "success" });
    expect(await handle.status()).toMatchObject({ state: "final", error: null });
  });
});

describe("a worker", { timeout: 60_000 }, () => {
  it("that is started by hand stores what is sent, and another process sends it", async () => {
    const directory = temporaryDirectory();
    const web = await openScene(main.node, { directory, worker: "manual" });
    const account = await web.user("alice");
    const handle = await account.send(pay(1n));
    const waiting = handle.wait("final");
    expect(await handle.status()).toMatchObject({ state: "queued", error: null });
    expect(web.sql("SELECT lease_worker FROM latchkey_senders")).toEqual([{ lease_worker: null }]);
    const jobs = await openScene(main.node, { directory, worker: "manual" });
    jobs.latchkey.start();
    expect(await waiting).toMatchObject({ status: "success" });
    expect(web.recorder.total("latchkey_signatures_total")).toBe(0);
    expect(jobs.recorder.total("latchkey_signatures_total", { outcome: "ok" })).toBe(1);
  });

  it("that closes tells those who wait, and the transaction goes on after a restart", async () => {
    const directory = temporaryDirectory();
    const first = await openScene(main.node, { directory, profile: patient });
    const account = await first.user("alice");
    await main.node.request("evm_setAutomine", false);
    try {
      const handle = await account.send(pay(1n));
      const { hash } = await handle.wait("broadcast");
      const waits = [handle.wait("mined"), handle.wait("final")].map((wait) => rejectedBy(wait, "ERR_CLOSED"));
      await first.latchkey.close();
      for (const error of await Promise.all(waits)) expect(error.context).toEqual({ id: handle.id });
      await rejectedBy(account.send(pay(1n)), "ERR_CLOSED");
      await rejectedBy(first.latchkey.transactions.list(), "ERR_CLOSED");
      expect(first.sql("SELECT count(*) AS count FROM latchkey_workers")).toEqual([{ count: 0 }]);
      expect(first.sql("SELECT lease_worker FROM latchkey_senders")).toEqual([{ lease_worker: null }]);
      const second = await openScene(main.node, { directory, profile: patient });
      const again = await second.latchkey.transactions.get(hash);
      second.latchkey.start();
      await main.node.request("evm_mine");
      expect(await again?.wait("final")).toMatchObject({ hash, status: "success" });
    } finally {
      await main.node.request("evm_setAutomine", true);
    }
  });

  it("that drained stores what is sent, and goes on when it is started again", async () => {
    const { user, latchkey, sql } = await openScene(main.node);
    const account = await user("alice");
    await (await account.send(pay(1n))).wait("final");
    await latchkey.drain();
    expect(sql("SELECT lease_worker FROM latchkey_senders")).toEqual([{ lease_worker: null }]);
    const handle = await account.send(pay(2n));
    await rejectedBy(handle.wait("broadcast", { timeoutMs: 400 }), "ERR_TRANSACTION_WAIT_TIMEOUT");
    expect((await handle.status()).state).toBe("queued");
    latchkey.start();
    expect(await handle.wait("final")).toMatchObject({ status: "success" });
    await latchkey.drain();
    await latchkey.drain();
  });
});
