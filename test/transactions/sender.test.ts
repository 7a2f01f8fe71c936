import { describe, expect, it } from "vitest";
import { thrownBy } from "../harness/errors.ts";
import { countingSigner, failure, passing, senderScene, transferTo } from "../harness/scripted-chain.ts";

const sentTotal = "latchkey_transactions_sent_total";

/** Lets everything that is due run. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

// Budget of the file: 2 s.
describe("send", () => {
  it("prepares, signs and broadcasts once, and gives the hash of what was sent", async () => {
    const { chain, signer, sender, recorder } = senderScene();
    const handle = await sender.send(transferTo(1), signer);
    expect(chain.broadcasts).toHaveLength(1);
    expect(handle.hash).toBe(chain.broadcasts[0]?.hash);
    expect(signer.digests).toHaveLength(1);
    expect(chain.lookUps).toEqual([]);
    expect(recorder.measurements).toEqual([
      { name: sentTotal, value: 1, labels: { chain: "main", outcome: "accepted" } },
    ]);
    chain.mined.add(handle.hash);
    await expect(handle.wait("mined", { timeoutMs: 5 })).resolves.toMatchObject({ hash: handle.hash });
    expect(chain.lookUps).toEqual([{ hash: handle.hash, timeoutMs: 5 }]);
  });

  it("lets sends of one address take turns, in the order of the calls", async () => {
    const { chain, signer, sender } = senderScene();
    // A node that shows no pending transaction at all: the nonces come from memory.
    chain.count = 0;
    const busy = { now: 0, most: 0 };
    chain.beforePrepare = async () => {
      busy.now += 1;
      busy.most = Math.max(busy.most, busy.now);
      await idle();
    };
    chain.beforeBroadcast = async () => {
      await idle();
      busy.now -= 1;
      chain.count = 0;
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => sender.send(transferTo(index), signer)));
    expect(busy.most).toBe(1);
    expect(chain.broadcasts.map(({ nonce }) => nonce)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(chain.prepared.map(({ intent }) => intent)).toEqual(chain.prepared.map((_, index) => transferTo(index)));
  });

  it("takes spellings of one address for one address", async () => {
    const { chain, sender } = senderScene();
    const checksummed = countingSigner("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    const lower = countingSigner(checksummed.address.toLowerCase());
    chain.beforeBroadcast = () => {
      chain.count = 0;
      return Promise.resolve();
    };
    await Promise.all([sender.send(transferTo(1), checksummed), sender.send(transferTo(2), lower)]);
    expect(chain.broadcasts.map(({ nonce }) => nonce)).toEqual([0, 1]);
    const bad = countingSigner("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD");
    expect(await thrownBy(() => sender.send(transferTo(1), bad))).toMatchObject({ code: "ERR_CHAIN_ADDRESS_INVALID" });
    expect(bad.digests).toEqual([]);
  });

  it("lets no address wait for another, nor for one whose node never settles", async () => {
    const { chain, signer, sender } = senderScene();
    const stuck = countingSigner(`0x${"b".repeat(40)}`);
    const release = Promise.withResolvers<undefined>();
    chain.beforePrepare = (from) => (from.toLowerCase() === stuck.address ? release.promise : Promise.resolve());
    const held = sender.send(transferTo(1), stuck);
    await sender.send(transferTo(2), signer);
    expect(chain.broadcasts).toHaveLength(1);
    release.resolve(undefined);
    await held;
    expect(chain.broadcasts).toHaveLength(2);
  });

  it("goes on with the next of an address when one fails, and gives its nonce to it", async () => {
    const { chain, signer, sender, recorder } = senderScene();
    const refused = failure("ERR_CHAIN_INSUFFICIENT_FUNDS");
    chain.script = [refused];
    const first = thrownBy(() => sender.send(transferTo(1), signer));
    const second = sender.send(transferTo(2), signer);
    expect(await first).toMatchObject({ code: refused.code, context: { nonce: 0, outcome: "refused" } });
    const handle = await second;
    // What a JavaScript caller can pass, past the types.
    const wait = (): unknown => Reflect.apply(handle.wait, handle, ["finalized"]);
    expect(await thrownBy(wait)).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(chain.broadcasts.map(({ nonce }) => nonce)).toEqual([0, 0]);
    expect(recorder.total(sentTotal, { outcome: "ERR_CHAIN_INSUFFICIENT_FUNDS" })).toBe(1);
    expect(recorder.total(sentTotal, { outcome: "accepted" })).toBe(1);
  });

  it("throws what preparing and signing throw, at once and as it is; nothing is sent", async () => {
    const { chain, signer, sender, recorder } = senderScene();
    // Ambiguous for a broadcast only: nothing was signed.
    for (const error of [failure("ERR_RPC_TIMEOUT"), failure("ERR_CHAIN_REVERTED"), new Error("foreign")]) {
      chain.beforePrepare = () => Promise.reject(error);
      expect(await thrownBy(() => sender.send(transferTo(1), signer))).toBe(error);
    }
    expect(signer.digests).toEqual([]);
    chain.beforePrepare = () => Promise.resolve();
    const closed = failure("ERR_VAULT_OPEN_FAILED");
    const sealed = { address: signer.address, signDigest: () => Promise.reject(closed) };
    expect(await thrownBy(() => sender.send(transferTo(1), sealed))).toBe(closed);
    expect(chain.broadcasts).toEqual([]);
    expect(recorder.measurements.map(({ labels }) => labels["outcome"])).toEqual([
      "ERR_RPC_TIMEOUT",
      "ERR_CHAIN_REVERTED",
      "unknown",
      "ERR_VAULT_OPEN_FAILED",
    ]);
  });

  it("refuses to sign what goes elsewhere than the intent says", async () => {
    const { chain, signer, sender, recorder } = senderScene();
    const { transfer } = { transfer: { to: `0x${"1".repeat(40)}`, value: 1n } };
    for (const lie of [`0x${"2".repeat(40)}`, null, "", `0x${"1".repeat(39)}2`]) {
      chain.to = () => lie;
      const error = await thrownBy(() => sender.send({ transfer }, signer));
      expect(error).toMatchObject({ code: "ERR_CHAIN_INTENT_INVALID", retryable: false });
      expect(String(error)).toContain("Nothing was signed");
    }
    chain.to = () => `0x${"2".repeat(40)}`;
    expect(await thrownBy(() => sender.send({ deploy: { bytecode: "0x00" } }, signer))).toMatchObject({
      code: "ERR_CHAIN_INTENT_INVALID",
    });
    expect(signer.digests).toEqual([]);
    expect(chain.broadcasts).toEqual([]);
    expect(recorder.total(sentTotal, { outcome: "ERR_CHAIN_INTENT_INVALID" })).toBe(5);
  });
});

describe("nonces", () => {
  it("that were sent here count as taken for 30 s, although the node does not show them", async () => {
    const { chain, clock, signer, sender } = senderScene();
    const forgetful = () => {
      chain.count = 0;
      return Promise.resolve();
    };
    chain.beforePrepare = forgetful;
    await sender.send(transferTo(1), signer);
    await clock.advance(29_999);
    await sender.send(transferTo(2), signer);
    await clock.advance(30_000);
    await sender.send(transferTo(3), signer);
    expect(chain.prepared.map(({ leastNonce }) => leastNonce)).toEqual([0, 1, 0]);
  });

  it("come from the node where it is ahead of this process", async () => {
    const { chain, signer, sender } = senderScene();
    await sender.send(transferTo(1), signer);
    chain.count = 9;
    await sender.send(transferTo(2), signer);
    expect(chain.broadcasts.map(({ nonce }) => nonce)).toEqual([0, 9]);
  });

  it("behind an unknown outcome go on, until the node's count closes the gap", async () => {
    const { chain, clock, signer, sender } = senderScene();
    const lost = failure("ERR_RPC_UNREACHABLE");
    chain.script = [lost, lost, lost];
    await passing(
      clock,
      thrownBy(() => sender.send(transferTo(1), signer)),
    );
    // The first never arrived: the node holds the next ones back, and its count stands.
    for (let index = 2; index < 5; index += 1) {
      await sender.send(transferTo(index), signer);
      chain.count = 0;
      await clock.advance(9_000);
    }
    await clock.advance(3_000);
    await sender.send(transferTo(5), signer);
    const [, , , ...later] = chain.broadcasts;
    expect(later.map(({ nonce }) => nonce)).toEqual([1, 2, 3, 0]);
  });
});

describe("close", () => {
  it("waits for what is under way and for what waits its turn, and refuses what comes later", async () => {
    const { chain, signer, sender } = senderScene();
    const release = Promise.withResolvers<undefined>();
    chain.beforeBroadcast = () => release.promise;
    const sends = [sender.send(transferTo(1), signer), sender.send(transferTo(2), signer)];
    await idle();
    const state = { closed: false };
    const closing = sender.close().then(() => (state.closed = true));
    expect(await thrownBy(() => sender.send(transferTo(3), signer))).toMatchObject({ code: "ERR_CLOSED" });
    await idle();
    expect(state.closed).toBe(false);
    release.resolve(undefined);
    await closing;
    await Promise.all(sends);
    expect(chain.broadcasts.map(({ nonce }) => nonce)).toEqual([0, 1]);
    expect(signer.digests).toHaveLength(2);
  });

  it("waits for the attempts of a broadcast, and does not throw what they end with", async () => {
    const { chain, clock, signer, sender } = senderScene();
    const lost = failure("ERR_RPC_TIMEOUT");
    chain.script = [lost, lost, lost];
    const given = thrownBy(() => sender.send(transferTo(1), signer));
    await passing(clock, sender.close());
    expect(chain.broadcasts).toHaveLength(3);
    expect(await given).toMatchObject({ code: "ERR_RPC_TIMEOUT" });
  });

  it("takes a transaction up again by its hash, and refuses what is none", async () => {
    const { chain, sender } = senderScene();
    const hash = `0x${"ab".repeat(32)}` as const;
    chain.mined.add(hash);
    const handle = sender.handleOf(hash);
    expect(handle.hash).toBe(hash);
    expect(await handle.wait("mined")).toMatchObject({ hash, status: "success" });
    for (const bad of ["", "0x", `0x${"ab".repeat(31)}`, `${hash}00`, null, 7]) {
      const attempt = (): unknown => Reflect.apply(sender.handleOf, sender, [bad]);
      expect(await thrownBy(attempt)).toMatchObject({ code: "ERR_CHAIN_INTENT_INVALID" });
    }
  });

  it("names the transaction when closing ends a wait", async () => {
    const { chain, signer, sender } = senderScene();
    const handle = await sender.send(transferTo(1), signer);
    chain.waitForReceipt = () => Promise.reject(failure("ERR_CLOSED"));
    expect(await thrownBy(() => handle.wait("mined"))).toMatchObject({
      code: "ERR_CLOSED",
      context: { hash: handle.hash },
    });
  });
});
