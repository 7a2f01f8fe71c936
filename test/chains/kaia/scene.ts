import { kaia, type KaiaOptions } from "../../../src/chains/kaia/index.ts";
import type {
  ChainAdapter,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
} from "../../../src/ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../../src/ports/intent.ts";
import type { RecoverableSignature, Signer } from "../../../src/ports/signer.ts";
import { publicKeyOf } from "../../../src/vault/derivation/leaf-keys.ts";
import { signDigest } from "../../harness/sign-digest.ts";
import { type Answer, type ScriptedNode, scriptedNode } from "../scripted-node.ts";
import { addressOfKey } from "../signing.ts";

export const chainId = 7_482;
export const gkei = 10n ** 9n;
export const kaiaCoin = 10n ** 18n;

/** The sender and the fee payer of a suite. */
export const key = "46".repeat(32);
export const from = addressOfKey(key);
export const payerKey = "47".repeat(32);
export const payer = addressOfKey(payerKey);
/** Where there is no contract, and where there is one. */
export const person = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
export const contract = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

const healthy: Readonly<Record<string, Answer>> = {
  kaia_chainID: hex(chainId),
  kaia_getTransactionCount: "0x0",
  kaia_getBalance: hex(kaiaCoin),
  kaia_getCode: ([address]) => (address === contract ? "0x6001" : "0x"),
  kaia_getHeaderByNumber: { baseFeePerGas: hex(25n * gkei) },
  kaia_gasPrice: hex((275n * gkei) / 10n),
  kaia_maxPriorityFeePerGas: "0x0",
  kaia_estimateGas: hex(21_000),
  kaia_estimateComputationCost: hex(1_000_000),
};

/** A node of chain 7482 at rest, that answers as told: both accounts have 1 KAIA, and one address has code. */
export function scriptedKaia(answers: Readonly<Record<string, Answer>> = {}): ScriptedNode {
  return scriptedNode({ ...healthy, ...answers });
}

export interface Scene {
  readonly node: ScriptedNode;
  readonly chain: ChainAdapter<"kaia">;
  prepare(intent: Intent | EncodedIntent | CancelIntent, options?: PrepareOptions): Promise<PreparedTransaction>;
}

export function sceneOf(
  answers: Readonly<Record<string, Answer>> = {},
  options: Partial<KaiaOptions<"kaia">> = {},
): Scene {
  const node = scriptedKaia(answers);
  const chain = kaia({ name: "kaia", chainId, transport: node, ...options });
  return { node, chain, prepare: (intent, how) => chain.prepare(intent, from, how) };
}

/** Signs as the vault does. */
export function signWith(key: string, digest: Uint8Array): RecoverableSignature {
  const secret = Buffer.from(key, "hex");
  return signDigest(digest, secret, publicKeyOf(secret));
}

export function signerOf(key: string): Signer {
  return { address: addressOfKey(key), signDigest: (digest) => Promise.resolve(signWith(key, digest)) };
}

/** Signs for the sender, and for the fee payer where there is one. */
export async function assemble(prepared: PreparedTransaction, senderKey: string = key): Promise<SignedTransaction> {
  const { feePayer, digest } = prepared;
  const signature = signWith(senderKey, digest);
  if (feePayer === undefined) return prepared.assemble(signature);
  return prepared.assemble(signature, await feePayer.signer.signDigest(feePayer.digest));
}

export function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
