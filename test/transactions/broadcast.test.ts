import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { thrownBy } from "../harness/errors.ts";
import {
  type Broadcast,
  failure,
  nonceTooLow,
  passing,
  senderScene,
  type SenderScene,
  transferTo,
} from "../harness/scripted-chain.ts";

const timeout = failure("ERR_RPC_TIMEOUT");
const rateLimited = failure("ERR_RPC_RATE_LIMITED");

async function outcome({ sender, signer, clock }: SenderScene): Promise<unknown> {
  const sending = sender.send(transferTo(1), signer);
  const settled = sending.then(
    ({ hash }) => hash,
    (error: unknown) => error,
  );
  return passing(clock, settled);
}

/** One signature, and the same bytes in every attempt. */
function expectSameBytes({ chain, signer }: SenderScene, attempts: number): void {
  expect(chain.broadcasts).toHaveLength(attempts);
  expect(new Set(chain.broadcasts.map(({ raw }) => raw)).size).toBe(1);
  expect(signer.digests).toHaveLength(1);
}

function expectUnknown({ chain, recorder }: SenderScene, error: unknown, code: string): void {
  const sent = chain.broadcasts[0] ?? expect.fail("nothing was sent");
  expect(error).toMatchObject({
    code,
    // Whoever repeats what is called retryable would pay twice.
    retryable: false,
    context: { hash: sent.hash, nonce: sent.nonce, outcome: "unknown" },
  });
  expect(String(error)).toContain("look the hash up before anything is sent again");
  expect(recorder.total("latchkey_transactions_sent_total", { outcome: code })).toBe(1);
  expect(recorder.measurements).toHaveLength(1);
}

/** The node's refusal, with what was refused: a node that lies may have kept it. */
function expectRefused({ chain }: SenderScene, error: unknown, refusal: unknown): void {
  const sent = chain.broadcasts[0] ?? expect.fail("nothing was sent");
  if (!isLatchkeyError(error) || !isLatchkeyError(refusal)) throw error;
  expect(error.message).toBe(refusal.message);
  expect([error.code, error.retryable]).toEqual([refusal.code, refusal.retryable]);
  expect(error.context).toEqual({ ...refusal.context, hash: sent.hash, nonce: sent.nonce, outcome: "refused" });
}

/** After each of these the node may have the bytes. */
const ambiguous: readonly (readonly [string, Error, string])[] = [
  ["a time-out", timeout, "ERR_RPC_TIMEOUT"],
  ["a cut connection", failure("ERR_RPC_UNREACHABLE"), "ERR_RPC_UNREACHABLE"],
  ["an answer that makes no sense", failure("ERR_RPC_BAD_RESPONSE"), "ERR_RPC_BAD_RESPONSE"],
  ["a fault of the node", failure("ERR_RPC_NODE_FAULT", "txpool is full: 5120"), "ERR_RPC_NODE_FAULT"],
  ["a transport that is closed meanwhile", failure("ERR_CLOSED"), "ERR_CLOSED"],
  ["an error of a foreign transport", new Error("socket hang up"), "ERR_RPC_UNREACHABLE"],
];

// Budget of the file: 2 s.
describe.each(ambiguous)("a broadcast that ends with %s", (_what, error, code) => {
  it("is repeated with the same bytes, after 500 and 1,000 ms", async () => {
    const scene = senderScene();
    scene.chain.script = [error, error];
    const given = scene.sender.send(transferTo(1), scene.signer);
    await scene.clock.advance(0);
    await scene.clock.advance(499);
    expect(scene.chain.broadcasts).toHaveLength(1);
    await scene.clock.advance(1);
    expect(scene.chain.broadcasts).toHaveLength(2);
    await scene.clock.advance(999);
    expect(scene.chain.broadcasts).toHaveLength(2);
    await scene.clock.advance(1);
    expect((await given).hash).toBe(scene.chain.broadcasts[0]?.hash);
    expectSameBytes(scene, 3);
    expect(scene.recorder.total("latchkey_transactions_sent_total", { outcome: "accepted" })).toBe(1);
    expect(scene.recorder.lines.map(({ level, fields }) => [level, fields])).toEqual(
      [1, 2].map((attempt) => ["warn", { chain: "main", hash: scene.chain.broadcasts[0]?.hash, attempt }]),
    );
  });

  it("three times has an unknown outcome: the error has the hash, and is not to be repeated", async () => {
    const scene = senderScene();
    scene.chain.script = [error, error, error];
    const thrown = await outcome(scene);
    expectUnknown(scene, thrown, code);
    expect(isLatchkeyError(thrown) && thrown.cause).toBe(error);
    expectSameBytes(scene, 3);
    // It was looked for, once.
    expect(scene.chain.lookUps.map(({ hash }) => hash)).toEqual([scene.chain.broadcasts[0]?.hash]);
  });

  it("three times, but is found in a block, was sent", async () => {
    const scene = senderScene();
    scene.chain.script = [{ minedThen: error }, error, error];
    expect(await outcome(scene)).toBe(scene.chain.broadcasts[0]?.hash);
    expectSameBytes(scene, 3);
  });

  it("and then is refused since its nonce is used, was mined meanwhile if its hash is in a block", async () => {
    const scene = senderScene();
    scene.chain.script = [{ minedThen: error }, error, nonceTooLow];
    expect(await outcome(scene)).toBe(scene.chain.broadcasts[0]?.hash);
    expectSameBytes(scene, 3);
    expect(scene.recorder.total("latchkey_transactions_sent_total", { outcome: "accepted" })).toBe(1);
  });

  it.each([
    ["for its nonce", nonceTooLow],
    ["for the balance, which it may have spent itself", failure("ERR_CHAIN_INSUFFICIENT_FUNDS")],
    ["for another transaction with its nonce", failure("ERR_RPC_REJECTED", "replacement transaction underpriced")],
  ])("and then is refused %s has an unknown outcome if its hash is in no block", async (_why, refusal) => {
    const scene = senderScene();
    scene.chain.script = [error, refusal];
    const thrown = await outcome(scene);
    expectUnknown(scene, thrown, code);
    expect(isLatchkeyError(thrown) && thrown.cause).toBe(refusal);
    expectSameBytes(scene, 2);
    expect(scene.chain.lookUps).toHaveLength(1);
  });
});

describe("a broadcast", () => {
  it.each([
    failure("ERR_RPC_REJECTED", "intrinsic gas too low"),
    failure("ERR_CHAIN_INSUFFICIENT_FUNDS"),
    failure("ERR_CHAIN_REVERTED"),
    failure("ERR_CHAIN_ID_MISMATCH"),
    rateLimited,
  ])("that is refused at first ends at once, without a look-up: %s", async (refusal) => {
    const scene = senderScene();
    scene.chain.script = [refusal];
    expectRefused(scene, await thrownBy(() => scene.sender.send(transferTo(1), scene.signer)), refusal);
    expectSameBytes(scene, 1);
    expect(scene.chain.lookUps).toEqual([]);
    // The nonce is free.
    await scene.sender.send(transferTo(2), scene.signer);
    expect(scene.chain.broadcasts.map(({ nonce }) => nonce)).toEqual([0, 0]);
  });

  it.each(["nonce too low: next nonce 5, tx nonce 4", "Nonce is too low", "OldNonce, Current nonce: 5"])(
    "that is refused at first with %j is looked up, since a transport may have sent it twice",
    async (text) => {
      const refusal = failure("ERR_RPC_REJECTED", text);
      const other = senderScene();
      other.chain.script = [refusal];
      expectRefused(other, await outcome(other), refusal);
      expect(other.chain.lookUps).toHaveLength(1);

      const own = senderScene();
      own.chain.script = [{ minedThen: refusal }];
      expect(await outcome(own)).toBe(own.chain.broadcasts[0]?.hash);
      expectSameBytes(own, 1);
    },
  );

  it("whose doubt is followed by a rate limit goes on, and stays in doubt", async () => {
    const taken = senderScene();
    taken.chain.script = [timeout, rateLimited];
    expect(await outcome(taken)).toBe(taken.chain.broadcasts[0]?.hash);
    expectSameBytes(taken, 3);

    const unclear = senderScene();
    unclear.chain.script = [timeout, rateLimited, rateLimited];
    expectUnknown(unclear, await outcome(unclear), "ERR_RPC_TIMEOUT");
    expectSameBytes(unclear, 3);
  });

  it("that cannot be looked up stays in doubt", async () => {
    const scene = senderScene();
    scene.chain.script = [{ minedThen: timeout }, nonceTooLow];
    scene.chain.waitForReceipt = () => Promise.reject(failure("ERR_RPC_UNREACHABLE"));
    expectUnknown(scene, await outcome(scene), "ERR_RPC_TIMEOUT");
  });

  it("of an adapter that throws nothing at all is in doubt too", async () => {
    const scene = senderScene();
    const nothing: unknown = undefined;
    scene.chain.beforeBroadcast = () =>
      new Promise((_resolve, reject) => {
        Reflect.apply(reject, undefined, [nothing]);
      });
    expectUnknown(scene, await outcome(scene), "ERR_RPC_UNREACHABLE");
    expectSameBytes(scene, 3);
  });

  it("in doubt keeps its nonce", async () => {
    for (const script of [
      [timeout, timeout, timeout],
      [timeout, nonceTooLow],
    ] satisfies Broadcast[][]) {
      const scene = senderScene();
      scene.chain.script = [...script];
      await outcome(scene);
      await scene.sender.send(transferTo(2), scene.signer);
      expect(scene.chain.broadcasts.at(-1)?.nonce).toBe(1);
    }
  });

  it("does not hold up sends of its address for ever", async () => {
    const scene = senderScene();
    scene.chain.script = [timeout, timeout, timeout];
    const first = outcome(scene);
    const second = scene.sender.send(transferTo(2), scene.signer);
    expect(await first).toMatchObject({ code: "ERR_RPC_TIMEOUT", context: { outcome: "unknown" } });
    await second;
    expect(scene.chain.broadcasts.map(({ nonce }) => nonce)).toEqual([0, 0, 0, 1]);
  });
});
