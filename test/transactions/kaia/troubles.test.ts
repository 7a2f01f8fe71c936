import { describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { http } from "../../../src/index.ts";
import { kaia as profileOfKaia } from "../../../src/profiles/profiles.ts";
import { freshAddress, pay, randomWallet, until } from "../outbox/scene.ts";
import { countOf, kaiaNodeOfFile, onNode, openKaia, quick } from "./scene.ts";
import { localSigner } from "./local-signer.ts";

/** Its five minutes pass when the test says so. */
let nowMs = 0;
const main = kaiaNodeOfFile({ mining: "manual", clock: { monotonicMs: () => nowMs } });
const quiet = { ...quick, rebroadcastMs: 3_600_000 };

// Budget of the file: 15 s, the node's start included.
describe("on Kaia", { timeout: 60_000 }, () => {
  it("a cheap Cancel from outside takes a payment's place: it is paid once, under the next nonce", async () => {
    const { service, recorder } = await openKaia(main.node, { profile: quiet });
    const wallet = randomWallet();
    const account = await service("minter", wallet);
    const to = freshAddress();
    const handle = await account.send(pay(5n, to));
    const { nonce } = await handle.wait("broadcast");
    const chain = kaia({ name: "outside", chainId: main.node.chainId, transport: http(main.node.url) });
    const prepared = await chain.prepare({ cancel: { nonce } }, account.address, { nonce });
    await chain.broadcast(prepared.assemble(await localSigner(wallet).signDigest(prepared.digest)));
    await main.node.mine();
    await until(async () => {
      expect((await handle.status()).attempts.map((attempt) => attempt.nonce)).toEqual([0, 1]);
    });
    await handle.wait("broadcast");
    await until(async () => {
      await main.node.mine();
      expect((await handle.status()).state).toBe("final");
    });
    expect(BigInt(String(await main.node.request("kaia_getBalance", to, "latest")))).toBe(5n);
    expect(recorder.total("latchkey_transactions_ended_total", { outcome: "displaced" })).toBe(1);
    await chain.close();
  });

  it("what waits behind a gap is dropped after five minutes, comes back by a restart, and is mined once", async () => {
    const { user } = await openKaia(main.node, { profile: quiet });
    const account = await user("alice");
    const to = freshAddress();
    const handles = [];
    for (const value of [1n, 2n, 3n]) handles.push(await account.send(pay(value, to)));
    const sent = await Promise.all(handles.map((handle) => handle.wait("broadcast")));
    main.node.drop(sent[0]?.hash ?? "");
    nowMs += 301_000;
    for (const { hash } of sent) expect(await onNode(main.node, hash)).toBeUndefined();
    await main.node.restart();
    await until(async () => {
      for (const { hash } of sent) expect(await onNode(main.node, hash)).toBeDefined();
    });
    await main.node.mine();
    for (const [index, handle] of handles.entries())
      expect(await handle.wait("final")).toMatchObject({ status: "success", hash: sent[index]?.hash });
    expect(await countOf(main.node, account.address)).toBe(3);
  });

  it("what waits behind a gap is dropped after five minutes, is sent again without a restart, and is mined once", async () => {
    const { user } = await openKaia(main.node, { profile: { ...quick, rebroadcastMs: 300 } });
    const account = await user("alice");
    const handles = [];
    for (const value of [1n, 2n, 3n]) handles.push(await account.send(pay(value, freshAddress())));
    const sent = await Promise.all(handles.map((handle) => handle.wait("broadcast")));
    main.node.drop(sent[0]?.hash ?? "");
    nowMs += 301_000;
    await until(async () => {
      for (const { hash } of sent) expect(await onNode(main.node, hash)).toBeDefined();
    });
    await main.node.mine();
    for (const [index, handle] of handles.entries())
      expect(await handle.wait("final")).toMatchObject({ status: "success", hash: sent[index]?.hash });
    expect(await countOf(main.node, account.address)).toBe(3);
  });

  it("a full pool narrows the window to what it guarantees, and the rest follows", async () => {
    const { user, recorder } = await openKaia(main.node, { profile: { ...quick, rebroadcastMs: 300 } });
    const account = await user("alice");
    const to = freshAddress();
    main.node.setPoolFull(true);
    try {
      const handles = await Promise.all(
        Array.from({ length: 40 }, (_, index) => account.send(pay(BigInt(index + 1), to))),
      );
      await until(() => {
        expect(recorder.total("latchkey_transactions_sent_total", { outcome: "pool-full" })).toBeGreaterThan(0);
      });
      const inFlight = async (): Promise<number> =>
        (await countOf(main.node, account.address, "pending")) - (await countOf(main.node, account.address));
      // As many are with the node, and the books say of no other that it is.
      await until(async () => {
        expect(await inFlight()).toBe(profileOfKaia.inFlightWhenFull);
        const states = await Promise.all(handles.map(async (handle) => (await handle.status()).state));
        expect(states.filter((state) => state === "broadcast")).toHaveLength(profileOfKaia.inFlightWhenFull);
      });
      let most = 0;
      await until(async () => {
        most = Math.max(most, await inFlight());
        await main.node.mine();
        expect(await countOf(main.node, account.address)).toBe(40);
      });
      expect(most).toBe(profileOfKaia.inFlightWhenFull);
      for (const handle of handles) expect(await handle.wait("final")).toMatchObject({ status: "success" });
      expect(BigInt(String(await main.node.request("kaia_getBalance", to, "latest")))).toBe(820n);
    } finally {
      main.node.setPoolFull(false);
    }
  });

  it("a delegated account has one in flight", async () => {
    const { user } = await openKaia(main.node, { profile: quiet });
    const account = await user("alice");
    await main.node.setCode(account.address, `0xef0100${"11".repeat(20)}`);
    const handles = [];
    for (const value of [1n, 2n, 3n]) handles.push(await account.send(pay(value, freshAddress())));
    for (const [index, handle] of handles.entries()) {
      await handle.wait("broadcast");
      const states = await Promise.all(handles.map(async (each) => (await each.status()).state));
      expect(states.slice(index + 1)).toEqual(states.slice(index + 1).map(() => "queued"));
      await main.node.mine();
      await handle.wait("final");
    }
    expect(await countOf(main.node, account.address)).toBe(3);
  });

  it("a head that falls back and returns changes nothing", async () => {
    const { user, recorder } = await openKaia(main.node, { profile: quiet });
    const account = await user("alice");
    const first = await account.send(pay(1n, freshAddress()));
    await first.wait("broadcast");
    await main.node.mine();
    const receipt = await first.wait("final");
    const second = await account.send(pay(2n, freshAddress()));
    const { hash, nonce } = await second.wait("broadcast");
    await main.node.rewind(1);
    // It is sent on meanwhile, by the books and not by what the node has forgotten.
    const third = await account.send(pay(3n, freshAddress()));
    expect((await third.wait("broadcast")).nonce).toBe(2);
    expect(await first.status()).toMatchObject({ state: "final", receipt: { hash: receipt.hash } });
    expect(await second.status()).toMatchObject({ state: "broadcast", hash, nonce });
    await main.node.recover();
    await main.node.mine();
    expect(await second.wait("final")).toMatchObject({ hash, status: "success" });
    expect(await third.wait("final")).toMatchObject({ status: "success" });
    expect((await second.status()).attempts).toHaveLength(1);
    expect(recorder.total("latchkey_transactions_ended_total", { outcome: "reorganised" })).toBe(0);
    expect(recorder.total("latchkey_transactions_ended_total", { outcome: "displaced" })).toBe(0);
  });
});
