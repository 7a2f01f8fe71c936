import { describe, expect, it, vi } from "vitest";
import type { PreparedTransaction, SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import type { RecoverableSignature, Signer } from "../../../src/ports/signer.ts";
import { signKaia } from "../../kaia-node/encode.ts";
import { rejectedBy } from "../refused.ts";
import { addressOfKey } from "../signing.ts";
import { assemble, from, hex, key, payer, payerKey, person, type Scene, sceneOf, signerOf, signWith } from "./scene.ts";
import { bytes } from "./written.ts";

// Signers that are not Latchkey's own may be wrong, or lie. Budget of the file: 3 s.

const transfer = { transfer: { to: person, value: 1n } };
const order = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
const otherKey = "48".repeat(32);

function bytesOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

/** The same signature with s in the upper half, which Ethereum refuses. */
function highS({ r, s, yParity }: RecoverableSignature): RecoverableSignature {
  return { r, s: bytesOf(order - BigInt(`0x${Buffer.from(s).toString("hex")}`)), yParity: yParity === 0 ? 1 : 0 };
}

/** What a signer may hand out instead of a signature of the digest. */
const wrong: readonly (readonly [string, (digest: Uint8Array, key: string) => RecoverableSignature])[] = [
  ["another key's", (digest) => signWith(otherKey, digest)],
  ["of another digest", (_, own) => signWith(own, new Uint8Array(32).fill(7))],
  [
    "with the other parity",
    (digest, own) => ({ ...signWith(own, digest), yParity: signWith(own, digest).yParity === 0 ? 1 : 0 }),
  ],
  [
    "with r and s exchanged",
    (digest, own) => {
      const { r, s, yParity } = signWith(own, digest);
      return { r: s, s: r, yParity };
    },
  ],
  ["high in s", (digest, own) => highS(signWith(own, digest))],
  ["of zeros", () => ({ r: new Uint8Array(32), s: new Uint8Array(32), yParity: 0 })],
  ["of the group's order", (digest, own) => ({ ...signWith(own, digest), r: bytesOf(order) })],
];

const malformed: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["text", `0x${"11".repeat(65)}`],
  ["no fields", {}],
  ["r of 31 bytes", { r: new Uint8Array(31).fill(1), s: new Uint8Array(32).fill(1), yParity: 0 }],
  ["s of 33 bytes", { r: new Uint8Array(32).fill(1), s: new Uint8Array(33).fill(1), yParity: 0 }],
  ["hex for bytes", { r: `0x${"11".repeat(32)}`, s: `0x${"11".repeat(32)}`, yParity: 0 }],
  ["a list for bytes", { r: Array.from({ length: 32 }, () => 1), s: new Uint8Array(32).fill(1), yParity: 0 }],
  ["V of 27", { r: new Uint8Array(32).fill(1), s: new Uint8Array(32).fill(1), yParity: 27 }],
  ["a parity of 2", { r: new Uint8Array(32).fill(1), s: new Uint8Array(32).fill(1), yParity: 2 }],
  ["no parity", { r: new Uint8Array(32).fill(1), s: new Uint8Array(32).fill(1) }],
];

const feePayer = signerOf(payerKey);
const blank = `0x${"ab".repeat(32)}` as const;

/** Broadcasts, and expects that nothing left. */
async function refusedUnsent({ node, chain }: Scene, signed: SignedTransaction, address: string): Promise<void> {
  const asked = node.asked.length;
  const error = await rejectedBy(chain.broadcast(signed), "ERR_VAULT_SIGN_FAILED");
  expect(error.context).toEqual({ address });
  expect(error.message).toContain("Nothing was sent");
  expect(node.asked).toHaveLength(asked);
}

function assembleAny(prepared: PreparedTransaction, ...signatures: unknown[]): unknown {
  return Reflect.apply(prepared.assemble, prepared, signatures);
}

describe("before anything is sent, a signature is refused", () => {
  it.each(wrong)("of a fee payer: %s", async (_, make) => {
    for (const feeRatio of [undefined, 30]) {
      const scene = sceneOf();
      const prepared = await scene.prepare(transfer, { feePayer, ...(feeRatio === undefined ? {} : { feeRatio }) });
      const { digest } = prepared.feePayer ?? expect.fail("no fee payer");
      const signed = prepared.assemble(signWith(key, prepared.digest), make(digest, payerKey));
      await refusedUnsent(scene, signed, payer);
    }
  });

  it.each(wrong)("of a sender, of any type: %s", async (_, make) => {
    for (const options of [{}, { format: "kaia" as const }, { feePayer }]) {
      const scene = sceneOf();
      const prepared = await scene.prepare(transfer, options);
      const payerDigest = prepared.feePayer?.digest;
      const signed = prepared.assemble(make(prepared.digest, key), payerDigest && signWith(payerKey, payerDigest));
      await refusedUnsent(scene, signed, from);
    }
  });

  it("also when right ones of the same account came before", async () => {
    const scene = sceneOf({ kaia_sendRawTransaction: ([raw]) => Promise.resolve(sent.get(String(raw))) });
    const sent = new Map<string, string>();
    const prepared = await scene.prepare(transfer, { feePayer });
    const right = await assemble(prepared);
    sent.set(right.raw, right.hash);
    await scene.chain.broadcast(right);
    expect(scene.node.count("kaia_sendRawTransaction")).toBe(1);
    const swapped = prepared.assemble(signWith(key, prepared.digest), signWith(otherKey, prepared.digest));
    await refusedUnsent(scene, swapped, payer);
  });

  it.each(malformed)("that is malformed: %s", async (_, signature) => {
    const { node, prepare } = sceneOf();
    const own = await prepare(transfer);
    const both = await prepare(transfer, { feePayer });
    const attempts = [
      () => assembleAny(own, signature),
      () => assembleAny(both, signature, signWith(payerKey, both.digest)),
      ...(signature === undefined ? [] : [() => assembleAny(both, signWith(key, both.digest), signature)]),
    ];
    for (const attempt of attempts) await rejectedBy(Promise.resolve().then(attempt), "ERR_VAULT_SIGN_FAILED");
    expect(node.count("kaia_sendRawTransaction")).toBe(0);
  });

  it("that is missing, or that nobody asked for", async () => {
    const { prepare } = sceneOf();
    const signature = signWith(key, (await prepare(transfer)).digest);
    for (const [options, signatures] of [
      [{ feePayer }, [signature]],
      [{ format: "kaia" as const }, [signature, signature]],
      [{}, [signature, signature]],
    ] as const) {
      const prepared = await prepare(transfer, options);
      await rejectedBy(
        Promise.resolve().then(() => assembleAny(prepared, ...signatures)),
        "ERR_CHAIN_INTENT_INVALID",
      );
    }
  });
});

describe("bytes to broadcast", () => {
  it("that were tampered with are of another, and not sent", async () => {
    const scene = sceneOf();
    const signed = await assemble(await scene.prepare(transfer, { feePayer }));
    const elsewhere = signed.raw.replace(person.slice(2).toLowerCase(), "22".repeat(20));
    expect(elsewhere).not.toBe(signed.raw);
    await refusedUnsent(scene, { ...signed, raw: `0x${elsewhere.slice(2)}` }, from);
  });

  it("with a second signature behind the right one are not sent", async () => {
    const { node, chain } = sceneOf();
    const keys = [key, otherKey].map((each) => `0x${each}`);
    const raw = bytes(signKaia({ type: 0x08, from, to: person, value: 1n }, { sender: keys }));
    await rejectedBy(chain.broadcast({ raw, hash: blank, from, nonce: 0 }), "ERR_CHAIN_INTENT_INVALID");
    expect(node.asked).toEqual([]);
  });

  it("of another chain are not sent", async () => {
    const other = sceneOf({ kaia_chainID: hex(8_217) }, { chainId: 8_217 });
    const signed = await assemble(await other.prepare(transfer, { feePayer }));
    const { node, chain } = sceneOf();
    await rejectedBy(chain.broadcast(signed), "ERR_CHAIN_INTENT_INVALID");
    expect(node.asked).toEqual([]);
  });

  it.each([
    "0x08",
    "0x08c0",
    "0x09c3010203",
    "0x7802c0",
    "0x7802",
    "0x08f800",
    "0x10",
    "0x38c80102030405060708",
  ] as const)("that cannot be read are not sent: %s", async (raw) => {
    const { node, chain } = sceneOf();
    const signed = { raw, hash: `0x${"ab".repeat(32)}`, from, nonce: 0 } as const;
    await rejectedBy(chain.broadcast(signed), "ERR_CHAIN_INTENT_INVALID");
    expect(node.asked).toEqual([]);
  });
});

describe("a fee payer", () => {
  it("is the one that was checked, whatever address its signer says later", async () => {
    const scene = sceneOf();
    const addresses = [payer, payer];
    const turncoat: Signer = {
      get address() {
        return addresses.shift() ?? addressOfKey(otherKey);
      },
      signDigest: (digest) => Promise.resolve(signWith(otherKey, digest)),
    };
    const prepared = await scene.prepare(transfer, { feePayer: turncoat });
    expect(prepared.feePayer?.address).toBe(payer);
    await refusedUnsent(scene, await assemble(prepared), payer);
    expect(scene.node.asked.filter(({ params }) => params[0] === addressOfKey(otherKey))).toEqual([]);
  });

  it("asks the fee payer once, for its own digest", async () => {
    const { prepare } = sceneOf();
    const signDigest = vi.spyOn(feePayer, "signDigest");
    const prepared = await prepare(transfer, { feePayer });
    await assemble(prepared);
    expect(signDigest.mock.calls).toEqual([[prepared.feePayer?.digest]]);
    expect(prepared.feePayer?.digest).not.toEqual(prepared.digest);
    signDigest.mockRestore();
  });
});

it("assembling is pure: two signatures over one digest make two transactions, in any order", async () => {
  const { prepare } = sceneOf();
  const prepared = await prepare(transfer, { feePayer });
  const before = await assemble(prepared);
  expect((await assemble(prepared, otherKey)).raw).not.toBe(before.raw);
  expect(await assemble(prepared)).toEqual(before);
});
