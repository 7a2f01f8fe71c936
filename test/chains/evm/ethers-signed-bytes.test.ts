import {
  type AuthorizationRequest,
  hexlify,
  keccak256,
  sha256,
  Transaction,
  type TransactionRequest,
  Wallet,
} from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EthersSigner, ethersSigner } from "../../../src/chains/evm/index.ts";
import { anyKey } from "../signing.ts";
import { keySigner, plain, scriptedChain } from "./ethers-parts.ts";
import { anyAddress, anyAuthorization, anyTransaction, anyTypedData } from "./ethers-values.ts";

// Budget of the file: 8 s.

/** The same account twice: as ours, and as ethers' own. */
async function both(key: string): Promise<{ readonly ours: EthersSigner; readonly theirs: Wallet }> {
  // A count that shows where a nonce of 0 was taken for none.
  const adapter = scriptedChain({ eth_getTransactionCount: "0x9" });
  const ours = await ethersSigner({ address: keySigner(key).address, signer: keySigner(key), adapter });
  return { ours, theirs: new Wallet(`0x${key}`, ours.provider) };
}

describe("for any key, what is signed is what ethers' Wallet signs:", () => {
  it.each([0, 1, 2, 3, 4] as const)("a transaction of type %i", async (type) => {
    await fc.assert(
      fc.asyncProperty(anyKey, anyTransaction[type], async (key, request) => {
        const { ours, theirs } = await both(key);
        const raw = await ours.signTransaction(request);
        expect(raw).toBe(await theirs.signTransaction(request));
        expect(Transaction.from(raw)).toMatchObject({ type, from: theirs.address });
        // However it is written.
        const copy = Transaction.from({ ...(await theirs.populateCall(request)), from: null });
        expect(await ours.signTransaction(copy)).toBe(raw);
        expect(await ours.signTransaction({ ...request, from: theirs.address.toLowerCase() })).toBe(raw);
      }),
      { numRuns: 20 },
    );
  });

  it("a message of text or bytes", async () => {
    const anyMessage = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(anyKey, anyMessage, async (key, message) => {
        const { ours, theirs } = await both(key);
        expect(await ours.signMessage(message)).toBe(await theirs.signMessage(message));
      }),
      { numRuns: 30 },
    );
  });

  it("typed data", async () => {
    await fc.assert(
      fc.asyncProperty(anyKey, anyTypedData, async (key, { domain, types, value }) => {
        const { ours, theirs } = await both(key);
        expect(await ours.signTypedData(domain, types, value)).toBe(await theirs.signTypedData(domain, types, value));
      }),
      { numRuns: 30 },
    );
  });

  it("an authorisation, with the nonce and the chain that were asked for, 0 included", async () => {
    const anyRequest = fc.oneof(
      anyAuthorization,
      anyAuthorization.map((request) => ({ ...request, nonce: 0 })),
      anyAuthorization.map((request) => ({ ...request, chainId: 0n })),
    );
    await fc.assert(
      fc.asyncProperty(anyKey, anyRequest, async (key, request) => {
        const { ours, theirs } = await both(key);
        const authorization = await ours.authorize(request);
        expect(plain(authorization)).toEqual(plain(theirs.authorizeSync(request)));
        expect(authorization).toMatchObject({ nonce: BigInt(request.nonce), chainId: BigInt(request.chainId) });
      }),
      { numRuns: 30 },
    );
  });
});

const key = "46".repeat(32);
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

it("a blob transaction goes with its blobs, which the caller's KZG library commits to", async () => {
  const { ours, theirs } = await both(key);
  const blob = new Uint8Array(131_072).fill(7);
  // Its answers are only written into the transaction.
  const kzg = {
    blobToKzgCommitment: (bytes: Uint8Array) => Buffer.from(`${sha256(bytes)}${"00".repeat(16)}`.slice(2), "hex"),
    computeBlobKzgProof: () => new Uint8Array(48).fill(1),
  };
  const request = { type: 3, chainId: 1, to, nonce: 0, gasLimit: 21_000, blobs: [blob], kzg };
  const raw = await ours.signTransaction(request);
  expect(raw).toBe(await theirs.signTransaction(request));
  expect(raw).toContain(hexlify(blob).slice(2));
});

it("a transaction of 256 KB is signed whole", async () => {
  const { ours, theirs } = await both(key);
  const request = { to, chainId: 1, nonce: 0, gasLimit: 1n, gasPrice: 1n, data: `0x${"5a".repeat(2 ** 18)}` };
  expect(keccak256(await ours.signTransaction(request))).toBe(keccak256(await theirs.signTransaction(request)));
});

it("what the request leaves out is filled in as ethers' Wallet does, and the asked nonce and chain are kept", async () => {
  const { ours, theirs } = await both(key);
  const requests: readonly TransactionRequest[] = [
    { to },
    { to, type: 0 },
    { to, type: 1, accessList: [] },
    { to, nonce: 0, gasLimit: 50_000n, maxFeePerGas: 10n, maxPriorityFeePerGas: 1n },
    { to, gasPrice: 7n },
    { data: "0x6001", value: 3n },
    { to, authorizationList: [theirs.authorizeSync({ address: to, nonce: 0, chainId: 0 })] },
  ];
  for (const request of requests) {
    const filled = await ours.populateTransaction(request);
    expect(filled).toEqual(await theirs.populateTransaction(request));
    expect(filled).toMatchObject({ from: theirs.address, chainId: 7_777n });
  }
  const authorizations: readonly AuthorizationRequest[] = [
    { address: to },
    { address: to, nonce: 0 },
    { address: to, chainId: 0 },
    { address: to, nonce: 0, chainId: 0 },
    { address: to, nonce: 5, chainId: 1 },
  ];
  for (const request of authorizations) {
    expect(await ours.populateAuthorization(request)).toEqual(await theirs.populateAuthorization(request));
    expect(plain(await ours.authorize(request))).toEqual(plain(await theirs.authorize(request)));
  }
});

it("an address may be given as anything that ethers resolves to one", async () => {
  await fc.assert(
    fc.asyncProperty(anyAddress, async (address) => {
      const { ours, theirs } = await both(key);
      const request = { chainId: 1, nonce: 0, gasLimit: 1n, gasPrice: 1n };
      const raw = await theirs.signTransaction({ ...request, to: address });
      for (const any of [
        address.toLowerCase(),
        Promise.resolve(address),
        { getAddress: () => Promise.resolve(address) },
      ])
        expect(await ours.signTransaction({ ...request, to: any })).toBe(raw);
      const named = { getAddress: () => Promise.resolve(address) };
      const authorization = await ours.authorize({ address: named, nonce: 0 });
      expect(plain(authorization)).toEqual(plain(await theirs.authorize({ address, nonce: 0 })));
    }),
    { numRuns: 10 },
  );
});
