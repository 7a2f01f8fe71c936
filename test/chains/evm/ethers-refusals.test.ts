import { inspect } from "node:util";
import { type AbstractSigner, hashMessage, recoverAddress, Signature, Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { ethersSigner } from "../../../src/chains/evm/index.ts";
import type { RecoverableSignature } from "../../../src/ports/signer.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { thrownBy } from "../../harness/errors.ts";
import { rejectedBy } from "../refused.ts";
import { ethersErrorBy, keySigner, lyingSigner, plain, scriptedChain } from "./ethers-parts.ts";

// Budget of the file: 5 s.

const key = "46".repeat(32);
const otherKey = "47".repeat(32);
const { address } = keySigner(key);
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const whole = { to, type: 2, chainId: 7_777, nonce: 0, gasLimit: 21_000, maxFeePerGas: 2, maxPriorityFeePerGas: 1 };
const mail = { types: { Mail: [{ name: "to", type: "address" }] }, value: { to } };
const count = { Count: [{ name: "n", type: "uint8" }] };
const order = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

function bytesOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

describe("of what a signer answers, only the account's own signature is used:", () => {
  const honest = keySigner(key);
  const changed = (change: (made: RecoverableSignature) => object) => async (digest: Uint8Array) => ({
    ...(await honest.signDigest(digest)),
    ...change(await honest.signDigest(digest)),
  });
  const lies: readonly (readonly [string, (digest: Uint8Array) => Promise<unknown>])[] = [
    ["another key's", (digest) => keySigner(otherKey).signDigest(digest)],
    ["one over another digest", () => honest.signDigest(new Uint8Array(32).fill(1))],
    ["the other point", changed(({ yParity }) => ({ yParity: 1 - yParity }))],
    // Recovers to the account as well, and no chain takes it.
    [
      "a high s",
      changed(({ s, yParity }) => ({
        s: bytesOf(order - BigInt(`0x${Buffer.from(s).toString("hex")}`)),
        yParity: 1 - yParity,
      })),
    ],
    ["a zero r", changed(() => ({ r: new Uint8Array(32) }))],
    ["a zero s", changed(() => ({ s: new Uint8Array(32) }))],
    ["an r past the field", changed(() => ({ r: new Uint8Array(32).fill(0xff) }))],
    ["33 bytes", changed(({ r }) => ({ r: Buffer.concat([r, r.subarray(0, 1)]) }))],
    ["no bytes", changed(() => ({ r: new Uint8Array(0), s: new Uint8Array(0) }))],
    ["a parity of 27", changed(({ yParity }) => ({ yParity: 27 + yParity }))],
    ["text", changed(() => ({ r: "r", s: "s" }))],
    ["nothing", () => Promise.resolve(undefined)],
  ];

  it.each(lies)("%s is refused, and nothing is sent", async (_, answer) => {
    const adapter = scriptedChain({ eth_sendRawTransaction: "0x" });
    const signer = lyingSigner(address, answer);
    const ours = await ethersSigner({ address, signer, adapter });
    for (const attempt of [
      () => ours.sendTransaction(whole),
      () => ours.signTransaction(whole),
      () => ours.signMessage("text"),
      () => ours.signTypedData({}, mail.types, mail.value),
      () => ours.authorize({ address: to, nonce: 0 }),
    ]) {
      const error = await rejectedBy(attempt(), "ERR_VAULT_SIGN_FAILED");
      expect(error).toMatchObject({ context: { address }, retryable: false });
      expect(error.cause).toBeUndefined();
    }
    expect(adapter.transport.count("eth_sendRawTransaction")).toBe(0);
  });

  it("s may be half the group's order at most (EIP-2)", async () => {
    const digest = hashMessage("text");
    const { r } = await honest.signDigest(new Uint8Array(32));
    for (const [s, isTaken] of [
      [order / 2n, true],
      [order / 2n + 1n, false],
    ] as const) {
      // Whoever has this signature over this digest; nobody needs the key to find out.
      const signature = { r: bytesToHex(r), s: bytesToHex(bytesOf(s)), yParity: 0 } as const;
      const whose = recoverAddress(digest, signature);
      const ours = await ethersSigner(lyingSigner(whose, () => Promise.resolve({ r, s: bytesOf(s), yParity: 0 })));
      if (isTaken) expect(await ours.signMessage("text")).toBe(Signature.from(signature).serialized);
      else await rejectedBy(ours.signMessage("text"), "ERR_VAULT_SIGN_FAILED");
    }
  });

  it("what the signer throws comes out as it is", async () => {
    const failure = new Error("the vault is closed");
    const signer = { address, signDigest: () => Promise.reject(failure) };
    const ours = await ethersSigner({ address, signer, adapter: scriptedChain() });
    expect(await thrownBy(() => ours.sendTransaction(whole))).toBe(failure);
    expect(await thrownBy(() => ours.signMessage(""))).toBe(failure);
  });
});

describe("what ethers' Wallet refuses, it refuses in the same words, and nothing is signed or sent:", () => {
  const cases: readonly (readonly [string, string, (signer: AbstractSigner) => Promise<unknown>])[] = [
    ["signing for another from", "INVALID_ARGUMENT", (one) => one.signTransaction({ ...whole, from: to })],
    ["sending for another from", "INVALID_ARGUMENT", (one) => one.sendTransaction({ ...whole, from: to })],
    ["calling for another from", "INVALID_ARGUMENT", (one) => one.call({ to, from: to })],
    ["another chain's transaction", "INVALID_ARGUMENT", (one) => one.sendTransaction({ ...whole, chainId: 1 })],
    ["no chain at all", "INVALID_ARGUMENT", (one) => one.sendTransaction({ ...whole, chainId: 0 })],
    ["an unknown type", "INVALID_ARGUMENT", (one) => one.signTransaction({ ...whole, type: 5 })],
    ["a type that is no number", "INVALID_ARGUMENT", (one) => one.signTransaction({ ...whole, type: 2.5 })],
    ["a gas price beside fees", "INVALID_ARGUMENT", (one) => one.sendTransaction({ ...whole, gasPrice: 1 })],
    ["fees in an old type", "INVALID_ARGUMENT", (one) => one.sendTransaction({ ...whole, type: 0 })],
    ["a wrong checksum", "INVALID_ARGUMENT", (one) => one.signTransaction({ ...whole, to: to.replace("5aA", "5AA") })],
    ["data that is none", "INVALID_ARGUMENT", (one) => one.signTransaction({ ...whole, data: "0x1" })],
    ["a negative value", "NUMERIC_FAULT", (one) => one.sendTransaction({ ...whole, value: -1 })],
    [
      "blobs without KZG",
      "UNSUPPORTED_OPERATION",
      (one) => one.signTransaction({ ...whole, type: 3, blobs: ["0x00"] }),
    ],
    ["a type that is not there", "INVALID_ARGUMENT", (one) => one.signTypedData({}, {}, {})],
    ["a value out of range", "INVALID_ARGUMENT", (one) => one.signTypedData({}, count, { n: 256 })],
    ["authorising a name", "UNSUPPORTED_OPERATION", (one) => one.authorize({ address: "a.eth", nonce: 0 })],
    ["an unknown name", "UNSUPPORTED_OPERATION", (one) => one.signTypedData({}, mail.types, { to: "a.eth" })],
  ];

  it.each(cases)("%s", async (_, code, attempt) => {
    const signer = keySigner(key);
    const adapter = scriptedChain({ eth_sendRawTransaction: "0x" });
    const ours = await ethersSigner({ address, signer, adapter });
    const theirs = new Wallet(`0x${key}`, ours.provider);
    const [error, expected] = [await thrownBy(() => attempt(ours)), await thrownBy(() => attempt(theirs))];
    expect(expected).toMatchObject({ code });
    expect(String(error)).toBe(String(expected));
    expect(error).toMatchObject({ code });
    expect(signer.digests).toEqual([]);
    expect(adapter.transport.count("eth_sendRawTransaction")).toBe(0);
  });

  it("without a provider, all that needs one", async () => {
    const signer = keySigner(key);
    for (const ours of [
      await ethersSigner(signer),
      await ethersSigner({ address, signer, adapter: scriptedChain() }, null),
    ]) {
      expect(ours.provider).toBeNull();
      for (const attempt of [
        () => ours.sendTransaction(whole),
        () => ours.populateTransaction(whole),
        () => ours.getNonce(),
        () => ours.estimateGas({ to }),
        () => ours.call({ to }),
        () => ours.resolveName("a.eth"),
        () => ours.authorize({ address: to }),
        () => ours.signTypedData({}, mail.types, { to: "a.eth" }),
      ]) {
        await ethersErrorBy(attempt(), "UNSUPPORTED_OPERATION");
      }
      expect(signer.digests).toEqual([]);
    }
  });
});

describe("connected to another provider", () => {
  it("it is the same account, and the one before stays as it was", async () => {
    const signer = keySigner(key);
    const first = await ethersSigner({ address, signer, adapter: scriptedChain({}, 1) });
    const second = first.connect((await ethersSigner({ address, signer, adapter: scriptedChain({}, 2) })).provider);
    const none = second.connect(null);
    expect([first, second, none].map((one) => one.address)).toEqual([address, address, address]);
    expect(none.provider).toBeNull();
    const asked = { address: to, nonce: 0 };
    expect(plain(await first.authorize(asked))).toMatchObject({ chainId: 1n });
    expect(plain(await second.authorize(asked))).toMatchObject({ chainId: 2n });
  });
});

describe("what is no account is refused, and a key is not shown:", () => {
  const signer = keySigner(key);
  const wrong: readonly (readonly [string, readonly unknown[]])[] = [
    ["nothing", []],
    ["null", [null]],
    ["a private key", [`0x${key}`]],
    ["an object with a key", [{ address, privateKey: key }]],
    ["an account without a signer", [{ address, signer: null }]],
    ["another account's signer", [{ address, signer: keySigner(otherKey) }]],
    ["a URL for a provider", [signer, `https://node.example/${key}`]],
    ["an object for a provider", [signer, { url: `https://node.example/${key}` }]],
    ["a number for a provider", [signer, 1]],
  ];

  it.each(wrong)("%s", async (_, args) => {
    const error = await thrownBy(() => Reflect.apply(ethersSigner, undefined, args));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(inspect(error, { depth: null })).not.toContain(key);
  });

  it("an address that is none", async () => {
    for (const bad of ["", "0x12", undefined, 1n, address.replace("A", "a")]) {
      const given = { ...keySigner(key), address: bad };
      const error = await thrownBy(() => Reflect.apply(ethersSigner, undefined, [given]));
      expect(error).toMatchObject({ code: "ERR_CHAIN_ADDRESS_INVALID" });
    }
  });

  it("an address in lower case is taken, and written with its checksum", async () => {
    const given = {
      address: address.toLowerCase(),
      signer: { ...signer, address: address.toUpperCase().replace("X", "x") },
    };
    expect((await ethersSigner(given)).address).toBe(address);
  });
});
