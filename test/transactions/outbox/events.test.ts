import { describe, expect, it } from "vitest";
import { type TransactionEvent, verifyWebhook } from "../../../src/index.ts";
import { members, rpcServerOfTest, type RpcServer } from "../../harness/rpc-server.ts";
import { rejectedBy } from "../../chains/refused.ts";
import { anvilOfFile, openScene, type OutboxScene, pay, quick, until } from "./scene.ts";

const main = anvilOfFile();
const secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const deep = { ...quick, stuckAfterMs: 3_600_000, finality: { kind: "depth", blocks: 2 } } as const;

/** Who listens: an endpoint of webhooks, and a listener in the process. */
async function listened(options: Parameters<typeof openScene>[1] = {}) {
  const receiver = await rpcServerOfTest(members({}));
  const webhooks = [{ name: "shop", url: `${receiver.origin}/hook`, secret }];
  const scene = await openScene(main.node, { ...options, webhooks });
  const events: TransactionEvent[] = [];
  for (const name of ["transaction.mined", "transaction.final", "transaction.failed"] as const)
    scene.latchkey.on(name, (event) => events.push(event));
  return { ...scene, receiver, events };
}

/** What came in, if its signature is good: name, transaction's id, state. */
function received({ requests }: RpcServer): readonly (readonly unknown[])[] {
  return requests.map(({ headers, body }) => {
    const { name, transaction, id } =
      verifyWebhook({ headers, body, secret }) ?? expect.fail("the signature is not good");
    expect(headers["webhook-id"]).toBe(id);
    return [name, transaction["id"], transaction["state"], id];
  });
}

async function settle(
  { receiver, events }: { readonly receiver: RpcServer; readonly events: readonly TransactionEvent[] },
  expected: readonly (readonly unknown[])[],
): Promise<void> {
  await until(() => {
    expect(events.map(({ name, transaction }) => [name, transaction["id"], transaction["state"]])).toEqual(expected);
    expect(received(receiver)).toHaveLength(expected.length);
  });
  const told = events.map(({ name, id, transaction }) => [name, transaction["id"], transaction["state"], id]);
  expect(received(receiver).toSorted()).toEqual(told.toSorted());
}

async function mine(blocks: number): Promise<void> {
  await main.node.request("anvil_mine", `0x${blocks.toString(16)}`);
}

// Budget of the file: 8 s, the node's start included.
describe("the events of a transaction, to listeners and webhooks alike,", { timeout: 60_000 }, () => {
  it("are mined and final, once each, with the transaction as JSON", async () => {
    const scene = await listened();
    const account = await scene.user("alice");
    const handle = await account.send(pay(5n));
    const receipt = await handle.wait("final");
    await settle(scene, [
      ["transaction.mined", handle.id, "mined"],
      ["transaction.final", handle.id, "final"],
    ]);
    const last = scene.events.at(-1)?.transaction;
    expect(last).toMatchObject({
      from: account.address,
      hash: receipt.hash,
      intent: { kind: "transfer", value: "5" },
      receipt: { status: "success", blockNumber: String(receipt.blockNumber) },
    });
    expect(JSON.parse(JSON.stringify(last))).toEqual(last);
    expect(JSON.stringify(last)).not.toContain("raw");
  });

  it("are failed where it failed or was cancelled, and nothing else", async () => {
    const scene = await listened({ worker: "manual" });
    const account = await scene.user("alice");
    const cancelled = await account.send(pay(1n));
    await cancelled.cancel();
    const failed = await account.send(pay(10n ** 20n));
    scene.latchkey.start();
    await rejectedBy(failed.wait("final"), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    await settle(scene, [
      ["transaction.failed", cancelled.id, "cancelled"],
      ["transaction.failed", failed.id, "failed"],
    ]);
  });

  it("are mined twice where a reorganisation came between, and final once", async () => {
    const scene = await listened({ profile: deep });
    const account = await scene.user("alice");
    await main.node.request("evm_setAutomine", false);
    try {
      const handle = await account.send(pay(5n));
      await handle.wait("broadcast");
      await mine(1);
      await handle.wait("mined");
      await main.node.request("anvil_reorg", 1, []);
      await main.node.setBalance(account.address, 10n ** 18n);
      await until(async () => {
        expect((await handle.status()).state).toBe("broadcast");
      });
      await until(async () => {
        await mine(1);
        expect((await handle.status()).state).toBe("final");
      });
      await settle(scene, [
        ["transaction.mined", handle.id, "mined"],
        ["transaction.mined", handle.id, "mined"],
        ["transaction.final", handle.id, "final"],
      ]);
    } finally {
      await main.node.request("evm_setAutomine", true);
    }
  });

  it("are told by the process that did the work, and posted whoever sent", async () => {
    const scene = await listened({ worker: "manual" });
    const account = await scene.user("alice");
    const handle = await account.send(pay(5n));
    const jobs: OutboxScene = await openScene(main.node, {
      directory: scene.directory,
      webhooks: [{ name: "shop", url: `${scene.receiver.origin}/hook`, secret }],
    });
    jobs.latchkey.start();
    await handle.wait("final");
    await until(() => {
      expect(
        received(scene.receiver)
          .map(([name]) => name)
          .toSorted(),
      ).toEqual(["transaction.final", "transaction.mined"]);
    });
    expect(scene.events).toEqual([]);
  });
});
