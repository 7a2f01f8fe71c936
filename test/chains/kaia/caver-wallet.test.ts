import { beforeAll, describe, expect, it, vi } from "vitest";
import { caverProvider, caverWallet } from "../../../src/chains/kaia/index.ts";
import type { Signer } from "../../../src/ports/signer.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { refusedBy, rejectedBy } from "../refused.ts";
import { addressOfKey } from "../signing.ts";
import { caverOver, type CaverTransaction, type TestedCaver } from "./caver.ts";
import { from, hex, key, payer, payerKey, person, sceneOf, signerOf, signWith } from "./scene.ts";
import { recoverable, signerIn } from "./written.ts";

// Over real nodes: cases-caver.ts. Budget of the file: 3 s.

const chainId = 7_482;
let caver: TestedCaver;
beforeAll(() => {
  const answers = { klay_chainID: hex(chainId), klay_gasPrice: hex(25e9), klay_getTransactionCount: "0x3" };
  const { chain } = sceneOf({ ...answers, klay_getHeaderByNumber: { baseFeePerGas: hex(25e9) } });
  caver = caverOver(caverProvider({ chains: { kaia: chain } }, "kaia"));
});

const signer = signerOf(key);
const feePayer = signerOf(payerKey);
const otherKey = "48".repeat(32);
const transfer = {
  from,
  to: person,
  value: "0x1",
  gas: "0x7918",
  gasPrice: "0x5d21dba00",
  nonce: "0x1",
  chainId: hex(chainId),
};

function create(type: string, fields: object = transfer): CaverTransaction {
  return (caver.transaction[type] ?? expect.fail(type)).create({ ...fields });
}

describe("caverWallet", () => {
  it("signs for sender and fee payer, and gives the transaction back", async () => {
    const wallet = caverWallet([signer, feePayer]);
    const transaction = create("feeDelegatedValueTransfer", { ...transfer, feePayer: payer });
    expect(await wallet.sign(from.toLowerCase(), transaction)).toBe(transaction);
    expect(await wallet.signAsFeePayer(payer, transaction)).toBe(transaction);
    const seen = decodeTransaction(transaction.getRLPEncoding());
    const [own, ofPayer] = [...seen.signatures, ...(seen.feePayerSignatures ?? [])].map((each) =>
      recoverable(each, chainId),
    );
    expect(own && signerIn(seen.signingHash, own)).toBe(from);
    expect(ofPayer && signerIn(String(seen.feePayerSigningHash), ofPayer)).toBe(payer);
  });

  it("lets caver fill in what is missing from its own node", async () => {
    const { to, value, gas } = transfer;
    const transaction = await caverWallet([signer]).sign(from, create("valueTransfer", { from, to, value, gas }));
    const seen = decodeTransaction(transaction.getRLPEncoding());
    expect(seen).toMatchObject({ nonce: 3n, chainId: BigInt(chainId) });
    expect(seen.gasPrice).toBeGreaterThanOrEqual(25_000_000_000n);
  });

  it("gives Ethereum's typed transactions a parity, and legacy ones a V with the chain id", async () => {
    const wallet = caverWallet([signer]);
    const { gasPrice, ...rest } = transfer;
    const dynamic = { ...rest, maxFeePerGas: gasPrice, maxPriorityFeePerGas: "0x0" };
    for (const [type, fields, most] of [
      ["ethereumDynamicFee", dynamic, 1n],
      ["ethereumAccessList", transfer, 1n],
      ["legacyTransaction", transfer, 14_999n + 1n],
    ] as const) {
      const raw = (await wallet.sign(from, create(type, fields))).getRLPEncoding();
      const [signature] = decodeTransaction(raw).signatures;
      expect(signature?.v).toBeLessThanOrEqual(most);
    }
  });

  it("knows its signers by address in any case, and forgets them when told", () => {
    const wallet = caverWallet([signer]);
    expect([wallet.isExisted(from), wallet.isExisted(from.toLowerCase()), wallet.isExisted(payer)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([wallet.remove(payer), wallet.remove(from), wallet.isExisted(from)]).toEqual([false, true, false]);
    refusedBy(() => wallet.isExisted("somebody"), "ERR_CHAIN_ADDRESS_INVALID");
  });

  it("makes no keys", () => {
    refusedBy(() => caverWallet([]).generate(1), "ERR_CONFIG_INVALID");
  });

  it.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a signer alone", signer],
    ["an address", [from]],
    ["a key", [`0x${key}`]],
    ["a signer without signDigest", [{ address: from }]],
    ["a promise of a signer", [Promise.resolve(signer)]],
    ["text", "signers"],
  ])("is refused for %s", (_, signers) => {
    const error = refusedBy(() => {
      Reflect.apply(caverWallet, undefined, [signers]);
    }, "ERR_CONFIG_INVALID");
    expect(error.message).not.toContain(key.slice(0, 8));
  });

  it("is refused for a signer without an address", () => {
    refusedBy(() => caverWallet([{ ...signer, address: "somebody" }]), "ERR_CHAIN_ADDRESS_INVALID");
  });
});

describe("before caver gets a signature", () => {
  it("an account without a signer is refused", async () => {
    const wallet = caverWallet([feePayer]);
    await rejectedBy(wallet.sign(from, create("valueTransfer")), "ERR_CONFIG_INVALID");
    await rejectedBy(wallet.signAsFeePayer(from, create("feeDelegatedValueTransfer")), "ERR_CONFIG_INVALID");
  });

  it("another account's transaction is refused, and nothing is signed", async () => {
    const asked = vi.fn(feePayer.signDigest);
    const wallet = caverWallet([{ ...feePayer, signDigest: asked }]);
    const foreign = create("feeDelegatedValueTransfer", { ...transfer, feePayer: addressOfKey(otherKey) });
    const sender = await rejectedBy(wallet.sign(payer, foreign), "ERR_CHAIN_INTENT_INVALID");
    expect(sender.message).toContain("another sender");
    const paying = await rejectedBy(wallet.signAsFeePayer(payer, foreign), "ERR_CHAIN_INTENT_INVALID");
    expect(paying.message).toContain("another fee payer");
    expect(asked).not.toHaveBeenCalled();
  });

  it("a type without a fee payer is refused", async () => {
    const error = await rejectedBy(
      caverWallet([feePayer]).signAsFeePayer(payer, create("valueTransfer")),
      "ERR_CHAIN_INTENT_INVALID",
    );
    expect(error.message).toContain("without a fee payer");
  });

  it.each<readonly [string, Signer["signDigest"]]>([
    ["another key's", (digest) => Promise.resolve(signWith(otherKey, digest))],
    ["of another digest", () => Promise.resolve(signWith(key, new Uint8Array(32).fill(7)))],
    ["of zeros", () => Promise.resolve({ r: new Uint8Array(32), s: new Uint8Array(32), yParity: 0 })],
    [
      "of 31 bytes",
      () => Promise.resolve({ r: new Uint8Array(31).fill(1), s: new Uint8Array(32).fill(1), yParity: 0 }),
    ],
  ])("a signature is refused that is %s", async (_, signDigest) => {
    const wallet = caverWallet([{ address: from, signDigest }]);
    const transaction = create("valueTransfer");
    const append = vi.spyOn(transaction, "appendSignatures");
    const error = await rejectedBy(wallet.sign(from, transaction), "ERR_VAULT_SIGN_FAILED");
    expect(error.context).toEqual({ address: from });
    expect(append).not.toHaveBeenCalled();
  });

  it("a signer that changes what it is asked to sign is found out", async () => {
    const wallet = caverWallet([
      {
        address: from,
        signDigest: (digest) => Promise.resolve(signWith(key, digest.fill(7))),
      },
    ]);
    await rejectedBy(wallet.sign(from, create("valueTransfer")), "ERR_VAULT_SIGN_FAILED");
  });

  it("a chain id that is none is refused", async () => {
    const transaction = Object.defineProperties(create("valueTransfer"), {
      chainId: { value: "somewhere" },
      fillTransaction: { value: () => Promise.resolve() },
      getRLPEncodingForSignature: { value: () => "0xc0" },
    });
    const append = vi.spyOn(transaction, "appendSignatures");
    await rejectedBy(caverWallet([signer]).sign(from, transaction), "ERR_CHAIN_INTENT_INVALID");
    expect(append).not.toHaveBeenCalled();
  });
});
