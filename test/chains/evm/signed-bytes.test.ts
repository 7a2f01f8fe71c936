import * as ethers from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import type { PreparedTransaction } from "../../../src/ports/chain-adapter.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { eip155Example } from "../../vectors/eip155.ts";
import { scriptedNode } from "../scripted-node.ts";
import { addressOfKey, anyKey, sign } from "../signing.ts";

// Budget of the file: 8 s.

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

interface Scene {
  readonly intent: Intent;
  readonly from: string;
  readonly chainId: number;
  readonly nonce: number;
  readonly estimate: bigint;
  /** Undefined before London. */
  readonly baseFee: bigint | undefined;
  readonly suggested: bigint;
}

function prepare({ intent, from, chainId, nonce, estimate, baseFee, suggested }: Scene): Promise<PreparedTransaction> {
  const transport = scriptedNode({
    eth_chainId: hex(chainId),
    eth_getTransactionCount: hex(nonce),
    eth_getBlockByNumber: {
      gasLimit: hex(60_000_000),
      ...(baseFee === undefined ? {} : { baseFeePerGas: hex(baseFee) }),
    },
    eth_getBalance: hex(2n ** 256n - 1n),
    eth_gasPrice: hex(suggested),
    eth_maxPriorityFeePerGas: hex(suggested),
    eth_estimateGas: hex(estimate),
  });
  return evm({ name: "main", chainId, transport }).prepare(intent, from);
}

it("the example of EIP-155 comes out byte for byte", async () => {
  const { privateKey, chainId, nonce, gasPrice, gasLimit, to, value, signingHash, raw } = eip155Example;
  const from = addressOfKey(privateKey);
  const intent = { transfer: { to, value } };
  const prepared = await prepare({
    intent,
    from,
    chainId,
    nonce,
    estimate: gasLimit,
    baseFee: undefined,
    suggested: gasPrice,
  });
  expect(bytesToHex(prepared.digest)).toBe(signingHash);
  expect(prepared).toMatchObject({ nonce, to, maxFee: gasPrice * gasLimit });
  expect(sign(prepared, privateKey)).toEqual({ raw, hash: ethers.keccak256(raw), from, nonce });
});

const anyTo = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => ethers.getAddress(`0x${Buffer.from(bytes).toString("hex")}`));
const anyValue = fc.bigInt({ min: 0n, max: 2n ** 200n });
const anyData = fc.uint8Array({ minLength: 1, maxLength: 200 }).map(bytesToHex);
const anyIntent: fc.Arbitrary<Intent> = fc.oneof(
  fc.record({ transfer: fc.record({ to: anyTo, value: anyValue }) }),
  fc.record({ data: fc.record({ to: anyTo, data: anyData, value: anyValue }) }),
  fc.record({ deploy: fc.record({ bytecode: anyData, value: anyValue }) }),
);
const anyScene = fc.record({
  intent: anyIntent,
  chainId: fc
    .oneof(
      fc.integer({ min: 1, max: 10 ** 6 }),
      fc.maxSafeInteger().map((id) => Math.abs(id) + 1),
    )
    .filter(Number.isSafeInteger),
  nonce: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  estimate: fc.bigInt({ min: 21_000n, max: 60_000_000n }),
  baseFee: fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }), { nil: undefined }),
  suggested: fc.bigInt({ min: 0n, max: 10n ** 12n }),
});

/** What the intent says, as fields of a transaction. */
function fieldsOf(intent: Intent): { readonly to: string | null; readonly data: string; readonly value: bigint } {
  if ("transfer" in intent) return { ...intent.transfer, data: "0x" };
  if ("data" in intent) return { to: intent.data.to, data: intent.data.data, value: intent.data.value ?? 0n };
  if ("deploy" in intent) return { to: null, data: intent.deploy.bytecode, value: intent.deploy.value ?? 0n };
  return expect.fail("no call is made here");
}

describe("for any intent, key and node", () => {
  it("the signed bytes are those of ethers' Wallet.signTransaction", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, anyKey, async (scene, key) => {
        const wallet = new ethers.Wallet(`0x${key}`);
        const { chainId, nonce, baseFee, suggested, intent } = scene;
        const prepared = await prepare({ ...scene, from: wallet.address });
        const signed = sign(prepared, key);
        const { gasLimit } = ethers.Transaction.from(signed.raw);
        const price =
          baseFee === undefined
            ? { type: 0, gasPrice: suggested }
            : { type: 2, maxFeePerGas: 2n * baseFee + suggested, maxPriorityFeePerGas: suggested };
        const theirs = await wallet.signTransaction({ ...fieldsOf(intent), ...price, chainId, nonce, gasLimit });
        expect(signed).toEqual({ raw: theirs, hash: ethers.keccak256(theirs), from: wallet.address, nonce });
      }),
      { numRuns: 150 },
    );
  });

  it("the signed bytes say what the intent says, nothing more, and are the sender's", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, anyKey, async (scene, key) => {
        const from = addressOfKey(key);
        const prepared = await prepare({ ...scene, from });
        const { raw, hash } = sign(prepared, key);
        const parsed = ethers.Transaction.from(raw);
        expect(parsed).toMatchObject({ ...fieldsOf(scene.intent), from, hash, nonce: scene.nonce });
        expect(parsed.chainId).toBe(BigInt(scene.chainId));
        expect(parsed.accessList ?? []).toEqual([]);
        expect(prepared.to).toBe(parsed.to);
        expect(prepared.nonce).toBe(parsed.nonce);
        expect(prepared.maxFee).toBe(parsed.gasLimit * (parsed.maxFeePerGas ?? parsed.gasPrice ?? 0n));
        expect(bytesToHex(prepared.digest)).toBe(parsed.unsignedHash);
        const signature = parsed.signature ?? expect.fail("unsigned");
        expect(ethers.recoverAddress(prepared.digest, signature)).toBe(from);
      }),
      { numRuns: 100 },
    );
  });
});

it("assembling is pure: two signatures over one digest make two transactions, in any order", async () => {
  const [first, second] = ["46".repeat(32), "47".repeat(32)];
  const from = addressOfKey(first);
  const intent = { transfer: { to: eip155Example.to, value: 1n } };
  const scene = { intent, from, chainId: 1, nonce: 0, estimate: 21_000n, baseFee: 1n, suggested: 1n };
  const prepared = await prepare(scene);
  const digest = bytesToHex(prepared.digest);
  const before = sign(prepared, first);
  expect(sign(prepared, second).raw).not.toBe(before.raw);
  expect(sign(prepared, first)).toEqual(before);
  expect(bytesToHex(prepared.digest)).toBe(digest);
});
