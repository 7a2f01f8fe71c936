import { getAddress } from "ethers";
import fc, { type Arbitrary } from "fast-check";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type { PreparedTransaction, PrepareOptions, SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import type { CancelIntent, Intent } from "../../../src/ports/intent.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { addressOfKey, anyKey } from "../signing.ts";
import { assemble, hex, scriptedKaia, signerOf } from "./scene.ts";

export interface Scene {
  readonly intent: Intent | CancelIntent;
  /** Whether there is a contract at the destination. */
  readonly isContract: boolean;
  readonly key: string;
  readonly payer: { readonly key: string; readonly ratio: number | undefined } | undefined;
  readonly isKaiaTyped: boolean;
  readonly chainId: number;
  readonly nonce: number;
  readonly estimate: bigint;
  readonly baseFee: bigint;
  readonly gasPrice: bigint;
  readonly tip: bigint;
}

const anyTo = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(`0x${Buffer.from(bytes).toString("hex")}`));
const anyValue = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 200n }));
const anyData = fc.uint8Array({ maxLength: 200 }).map(bytesToHex);
const anyNonce = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const anyMemo = fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 100 })), {
  nil: undefined,
});

const anyIntent: Arbitrary<Intent | CancelIntent> = fc.oneof(
  fc.record({ to: anyTo, value: anyValue, memo: anyMemo }).map(({ to, value, memo }) => ({
    transfer: { to, value, ...(memo === undefined ? {} : { memo }) },
  })),
  fc.record({ data: fc.record({ to: anyTo, data: anyData, value: anyValue }) }),
  fc.record({ deploy: fc.record({ bytecode: anyData.filter((data) => data !== "0x"), value: anyValue }) }),
  fc.record({ cancel: fc.record({ nonce: anyNonce }) }),
);

const isMemo = (intent: Intent | CancelIntent): boolean => "transfer" in intent && intent.transfer.memo !== undefined;

/** Any intent; to a contract any but a memo, which is refused. */
const anyPlace: Arbitrary<Pick<Scene, "intent" | "isContract">> = fc.oneof(
  fc.record({ intent: anyIntent, isContract: fc.constant(false) }),
  fc.record({ intent: anyIntent.filter((intent) => !isMemo(intent)), isContract: fc.constant(true) }),
);

const anyRest = fc.record({
  key: anyKey,
  payer: fc.option(fc.record({ key: anyKey, ratio: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }) }), {
    nil: undefined,
  }),
  isKaiaTyped: fc.boolean(),
  chainId: fc.oneof(fc.integer({ min: 1, max: 10 ** 6 }), fc.integer({ min: 1, max: 2 ** 50 })),
  nonce: anyNonce,
  estimate: fc.bigInt({ min: 21_000n, max: 400_000_000n }),
  baseFee: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  gasPrice: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  tip: fc.bigInt({ min: 0n, max: 10n ** 12n }),
});

/** Any intent in any form, of any accounts, on any chain. */
export const anyScene: Arbitrary<Scene> = fc.tuple(anyPlace, anyRest).map(([place, rest]) => ({ ...place, ...rest }));

/** Prepares over a node that knows what the scene says, and signs for both. */
export async function play(
  scene: Scene,
): Promise<{ readonly prepared: PreparedTransaction; readonly signed: SignedTransaction }> {
  const { intent, key, payer, chainId } = scene;
  const node = scriptedKaia({
    kaia_chainID: hex(chainId),
    kaia_getTransactionCount: hex(scene.nonce),
    kaia_getBalance: hex(2n ** 256n - 1n),
    kaia_getCode: scene.isContract ? "0x60" : "0x",
    kaia_getHeaderByNumber: { baseFeePerGas: hex(scene.baseFee) },
    kaia_gasPrice: hex(scene.gasPrice),
    kaia_maxPriorityFeePerGas: hex(scene.tip),
    kaia_estimateGas: hex(scene.estimate),
  });
  const chain = kaia({ name: "kaia", chainId, transport: node, maxFeePerGas: 10n ** 13n });
  const options: PrepareOptions = {
    ...(scene.isKaiaTyped && payer === undefined ? { format: "kaia" } : {}),
    ...(payer === undefined ? {} : { feePayer: signerOf(payer.key) }),
    ...(payer?.ratio === undefined ? {} : { feeRatio: payer.ratio }),
  };
  const prepared = await chain.prepare(intent, addressOfKey(key), options);
  return { prepared, signed: await assemble(prepared, key) };
}

/** What the transaction has to say, by the scene alone. */
export interface Expected {
  readonly typeInt: number;
  readonly nonce: bigint;
  readonly to: string | null;
  readonly value: bigint;
  readonly input: string;
}

export function expectedOf(scene: Scene): Expected {
  const { intent, payer, isKaiaTyped, isContract } = scene;
  const nonce = BigInt("cancel" in intent ? intent.cancel.nonce : scene.nonce);
  const form = payer === undefined ? 0 : payer.ratio === undefined ? 1 : 2;
  const isOwnType = payer !== undefined || isKaiaTyped;
  if ("cancel" in intent) return { typeInt: 0x38 + form, nonce, to: null, value: 0n, input: "0x" };
  if ("deploy" in intent) {
    const { bytecode: input, value = 0n } = intent.deploy;
    return { typeInt: isOwnType ? 0x28 + form : 0x7802, nonce, to: null, value, input };
  }
  const { to, value, input, isBare } = contentOf(intent);
  const basic = isContract ? 0x30 : isBare ? 0x08 : 0x10;
  return { typeInt: isOwnType ? basic + form : 0x7802, nonce, to: to.toLowerCase(), value, input };
}

function contentOf(intent: Intent): { to: string; value: bigint; input: string; isBare: boolean } {
  if ("transfer" in intent) {
    const { to, value, memo } = intent.transfer;
    const input =
      typeof memo === "string" ? bytesToHex(Buffer.from(memo)) : memo === undefined ? "0x" : bytesToHex(memo);
    return { to, value, input, isBare: memo === undefined };
  }
  if ("data" in intent) {
    const { to, data: input, value = 0n } = intent.data;
    return { to, value, input, isBare: input === "0x" };
  }
  throw new Error("no call is made here");
}
