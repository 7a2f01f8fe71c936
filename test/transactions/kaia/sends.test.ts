import { describe, expect, it } from "vitest";
import { rejectedBy } from "../../chains/refused.ts";
import { freshAddress, pay, randomWallet, until } from "../outbox/scene.ts";
import { coin, countOf, kaiaNodeOfFile, onNode, openKaia, quick } from "./scene.ts";

const main = kaiaNodeOfFile();

// Budget of the file: 15 s, the node's start included.
describe("a send on Kaia", { timeout: 60_000 }, () => {
  it("is Ethereum's type 2 where the sender pays, and final at once", async () => {
    const { user } = await openKaia(main.node);
    const account = await user("alice");
    const handle = await account.send(pay(5n, freshAddress()));
    const { hash, status } = await handle.wait("final");
    expect(status).toBe("success");
    expect(await onNode(main.node, hash)).toMatchObject({ typeInt: 0x7802 });
    expect((await handle.status()).state).toBe("final");
  });

  it("is paid for by a service, all of it or a part, by users who have nothing", async () => {
    const { user, service } = await openKaia(main.node);
    const payer = await service("payer", randomWallet());
    const account = await user("alice", 0n);
    const all = await (
      await account.send({ data: { to: freshAddress(), data: "0x" } }, { feePayer: "payer" })
    ).wait("final");
    expect(all).toMatchObject({ status: "success", fee: 0n, feePayer: { address: payer.address } });
    await main.node.setBalance(account.address, coin);
    const part = await (await account.send(pay(1n, freshAddress()), { feePayer: "payer", feeRatio: 30 })).wait("final");
    expect(part.feePayer?.address).toBe(payer.address);
    const fee = part.fee + (part.feePayer?.fee ?? 0n);
    expect(part.feePayer?.fee).toBe((fee * 30n) / 100n);
    expect(Number((await onNode(main.node, part.hash))?.["feeRatio"])).toBe(30);
  });

  it("is within the budget of the fee payer, a user's and the tenant's; what is not needed is given back", async () => {
    const { perGas } = await (await (await openKaia(main.node)).user("probe")).adapter.suggestFee({ format: "kaia" });
    const [gasLimit, gasUsed] = [60_000n, 31_000n];
    // A user's third payment fits because the two before it needed no more than they did, and so does the tenant's fourth.
    const policy = { feeBudget: { perUserPerDay: perGas * 125_000n, perTenantPerDay: perGas * 160_000n } };
    const { user, service } = await openKaia(main.node, { policy });
    await service("payer", randomWallet());
    const outcomes = [];
    for (const userId of ["alice", "alice", "alice", "alice", "bob", "bob"]) {
      const account = await user(userId, 1_000n);
      const handle = await account.send(pay(1n, freshAddress()), { feePayer: "payer", gasLimit });
      const [settled] = await Promise.allSettled([handle.wait("final")]);
      if (settled.status === "fulfilled") expect(settled.value).toMatchObject({ status: "success", fee: 0n, gasUsed });
      outcomes.push(settled.status === "fulfilled" ? "paid" : (await handle.status()).error);
    }
    const denied = (budget: string): unknown => {
      const message: unknown = expect.stringContaining(budget);
      return expect.objectContaining({ code: "ERR_POLICY_DENIED", message });
    };
    expect(outcomes).toEqual([
      ...["paid", "paid", "paid", denied("feeBudget.perUserPerDay")],
      ...["paid", denied("feeBudget.perTenantPerDay")],
    ]);
  });

  it("names a fee payer that nobody registered: nothing is stored", async () => {
    const { user, latchkey } = await openKaia(main.node);
    const account = await user("alice");
    await rejectedBy(account.send(pay(1n), { feePayer: "nobody" }), "ERR_TRANSACTION_OPTIONS_INVALID");
    expect((await latchkey.transactions.list()).transactions).toEqual([]);
  });

  it("is replaced for one kei more", async () => {
    const { user } = await openKaia(main.node, { profile: { ...quick, stuckAfterMs: 300 } });
    const account = await user("alice");
    main.node.setMining("manual");
    try {
      const handle = await account.send(pay(1n, freshAddress()), { format: "kaia", speed: "slow" });
      await handle.wait("broadcast");
      const [first] = (await handle.status()).attempts;
      // It offers what is asked for, and yet it waits: it is sent again, and then offered the least that counts as more.
      const attempts = await until(async () => {
        const status = await handle.status();
        expect(status.attempts.length).toBeGreaterThanOrEqual(2);
        return status.attempts;
      });
      expect(attempts[0]).toEqual(first);
      expect(attempts[1]).toMatchObject({ nonce: first?.nonce, maxFeePerGas: (first?.maxFeePerGas ?? 0n) + 1n });
      await main.node.mine();
      const receipt = await handle.wait("final");
      expect((await handle.status()).attempts.map(({ hash }) => hash)).toContain(receipt.hash);
    } finally {
      main.node.setMining("instant");
    }
  });

  it("is cancelled by Kaia's Cancel, and those behind go on", async () => {
    const { user } = await openKaia(main.node);
    const account = await user("alice");
    main.node.setMining("manual");
    try {
      const [handle, behind] = [
        await account.send(pay(5n, freshAddress())),
        await account.send(pay(6n, freshAddress())),
      ];
      await behind.wait("broadcast");
      await handle.cancel();
      const cancel = await until(async () => {
        const attempt = (await handle.status()).attempts[1];
        expect(attempt?.acceptedAt).toBeInstanceOf(Date);
        return attempt;
      });
      expect(await onNode(main.node, cancel?.hash ?? "")).toMatchObject({ type: "TxTypeCancel" });
      await main.node.mine();
      await rejectedBy(handle.wait("final"), "ERR_TRANSACTION_CANCELLED");
      expect(await behind.wait("final")).toMatchObject({ status: "success" });
      expect(await countOf(main.node, account.address)).toBe(2);
    } finally {
      main.node.setMining("instant");
    }
  });
});
