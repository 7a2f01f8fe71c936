import { describe, expect, it } from "vitest";
import type { PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { rejectedBy } from "../refused.ts";
import type { Answer } from "../scripted-node.ts";
import { assemble, from, gkei, hex, key, payer, payerKey, person, sceneOf, signerOf } from "./scene.ts";

// What is offered, and that it can be paid. Budget of the file: 3 s.

const feePayer = signerOf(payerKey);
const transfer = { transfer: { to: person, value: 1_000n } };

interface Offer {
  readonly gasPrice: bigint;
  readonly maxPriorityFeePerGas?: bigint;
}

async function offered(options: PrepareOptions, answers: Readonly<Record<string, Answer>> = {}): Promise<Offer> {
  const { prepare } = sceneOf(answers);
  return decodeTransaction((await assemble(await prepare(transfer, options))).raw);
}

describe("the price", () => {
  const busy = {
    kaia_getHeaderByNumber: { baseFeePerGas: hex(40n * gkei) },
    kaia_gasPrice: hex(47n * gkei),
    kaia_maxPriorityFeePerGas: hex(gkei),
  };

  it("of type 2 is twice the base fee and the tip, of which base fee and tip are paid", async () => {
    expect(await offered({})).toMatchObject({ gasPrice: 50n * gkei, maxPriorityFeePerGas: 0n });
    expect(await offered({}, busy)).toMatchObject({ gasPrice: 81n * gkei, maxPriorityFeePerGas: gkei });
  });

  it.each<readonly [string, PrepareOptions]>([
    ["the sender pays", { format: "kaia" }],
    ["another pays", { feePayer }],
    ["both pay", { feePayer, feeRatio: 30 }],
  ])("of Kaia's types is the node's suggestion, since all of it is paid, where %s", async (_, options) => {
    expect(await offered(options)).toMatchObject({ gasPrice: (275n * gkei) / 10n });
    expect(await offered(options, busy)).toMatchObject({ gasPrice: 47n * gkei });
  });

  it("of Kaia's types is the base fee where the node suggests less", async () => {
    expect(await offered({ feePayer }, { ...busy, kaia_gasPrice: hex(39n * gkei) })).toMatchObject({
      gasPrice: 40n * gkei,
    });
  });

  it("meets the ceiling, and not one kei more", async () => {
    const at = 50n * gkei;
    const { prepare } = sceneOf({}, { maxFeePerGas: at });
    expect((await prepare(transfer)).maxFee).toBe(21_000n * at);
    const below = sceneOf({}, { maxFeePerGas: at - 1n });
    const error = await rejectedBy(below.prepare(transfer), "ERR_CHAIN_FEE_TOO_HIGH");
    expect(error.context).toEqual({ offered: at, ceiling: at - 1n });
    expect(error.retryable).toBe(true);
    const kaiaTyped = sceneOf({}, { maxFeePerGas: 27n * gkei });
    await rejectedBy(kaiaTyped.prepare(transfer, { feePayer }), "ERR_CHAIN_FEE_TOO_HIGH");
  });

  it("has a ceiling that takes Kaia's highest base fee, and no more than twice of it", async () => {
    const dear = (baseFee: bigint): Readonly<Record<string, Answer>> => ({
      kaia_getHeaderByNumber: { baseFeePerGas: hex(baseFee) },
      kaia_gasPrice: hex((baseFee * 11n) / 10n),
    });
    expect(await offered({}, dear(750n * gkei))).toMatchObject({ gasPrice: 1_500n * gkei });
    expect(await offered({ feePayer }, dear(750n * gkei))).toMatchObject({ gasPrice: 825n * gkei });
    await rejectedBy(offered({}, dear(751n * gkei)), "ERR_CHAIN_FEE_TOO_HIGH");
  });
});

describe("the funds", () => {
  /** Balances of the two, in kei. */
  const having = (sender: bigint, other: bigint): Readonly<Record<string, Answer>> => ({
    kaia_getBalance: ([address]) => hex(address === from ? sender : address === payer ? other : 0n),
  });
  const price = (275n * gkei) / 10n;

  it.each<readonly [string, PrepareOptions, bigint, bigint]>([
    ["the sender alone", {}, 1_000n + 21_000n * 50n * gkei, 0n],
    ["the sender alone, in Kaia's type", { format: "kaia" }, 1_000n + 21_000n * price, 0n],
    ["the fee payer", { feePayer }, 1_000n, 31_000n * price],
    [
      "both, 30 percent",
      { feePayer, feeRatio: 30 },
      1_000n + (36_000n * price * 70n) / 100n,
      (36_000n * price * 30n) / 100n,
    ],
    ["both, 1 percent", { feePayer, feeRatio: 1 }, 1_000n + (36_000n * price * 99n) / 100n, (36_000n * price) / 100n],
  ])("are asked of %s to the kei", async (_, options, sender, other) => {
    const enough = await sceneOf(having(sender, other)).prepare(transfer, options);
    expect(enough.maxFee).toBe(sender - 1_000n);
    const short = await rejectedBy(
      sceneOf(having(sender - 1n, other)).prepare(transfer, options),
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    );
    expect(short.context).toEqual({ who: "account", balance: sender - 1n, needed: sender });
    if (other === 0n) return;
    const poor = await rejectedBy(
      sceneOf(having(sender, other - 1n)).prepare(transfer, options),
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    );
    expect(poor.context).toEqual({ who: "fee payer", balance: other - 1n, needed: other });
    expect(poor.message).toContain("Nothing was signed");
  });

  it("of a sender that is its own fee payer have to pay for all", async () => {
    const own = { feePayer: signerOf(key), feeRatio: 30 };
    const needed = 1_000n + 36_000n * price;
    const enough = await sceneOf(having(needed, 0n)).prepare(transfer, own);
    expect(enough.maxFee).toBe(needed - 1_000n);
    const error = await rejectedBy(
      sceneOf(having(needed - 1n, 0n)).prepare(transfer, own),
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    );
    expect(error.context).toMatchObject({ who: "account", needed });
  });

  it("that do not cover the value are refused before an estimate is asked for", async () => {
    const { node, prepare } = sceneOf(having(999n, 10n ** 18n));
    await rejectedBy(prepare(transfer, { feePayer }), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect(node.count("kaia_estimateGas")).toBe(0);
  });

  it("of a user who owns nothing are enough where another pays for a call", async () => {
    const { prepare } = sceneOf(having(0n, 10n ** 18n));
    expect((await prepare({ data: { to: person, data: "0x01" } }, { feePayer })).maxFee).toBe(0n);
    expect((await prepare({ cancel: { nonce: 0 } }, { feePayer })).maxFee).toBe(0n);
  });

  it("of a fee's odd kei are the sender's", async () => {
    const odd = { ...having(10n ** 18n, 10n ** 18n), kaia_gasPrice: hex(25n * gkei + 1n) };
    const { maxFee } = await sceneOf(odd).prepare(transfer, { feePayer, feeRatio: 33 });
    const fee = 36_000n * (25n * gkei + 1n);
    expect(maxFee).toBe(fee - (fee * 33n) / 100n);
  });
});
