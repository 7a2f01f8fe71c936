import * as ethers from "ethers";
import { loadCaver } from "../../../src/chains/kaia/caver.ts";
import type { KaiaAction } from "../../../src/chains/kaia/action.ts";
import type { Tools } from "../../../src/chains/kaia/transaction.ts";
import type { RecoverableSignature } from "../../../src/ports/signer.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { isHex } from "../../../src/units/bytes.ts";
import type { Signature, Transaction } from "../../kaia-node/types.ts";

/** What transactions are written with. */
export async function tools(): Promise<Tools> {
  return { ethers, caver: await loadCaver() };
}

/** A signature as a signer gives it, from one in a Kaia transaction, whose V carries the chain id. */
export function recoverable({ v, r, s }: Signature, chainId: number): RecoverableSignature {
  const parity = v - 35n - 2n * BigInt(chainId);
  if (parity !== 0n && parity !== 1n) throw new Error(`V is ${String(v)}`);
  return { ...words(r, s), yParity: parity === 0n ? 0 : 1 };
}

/** As `recoverable`, from an Ethereum-typed transaction. */
export function recoverableOfType2({ v, r, s }: Signature): RecoverableSignature {
  return { ...words(r, s), yParity: v === 0n ? 0 : 1 };
}

function words(r: bigint, s: bigint): { readonly r: Uint8Array; readonly s: Uint8Array } {
  return { r: ethers.getBytes(ethers.toBeHex(r, 32)), s: ethers.getBytes(ethers.toBeHex(s, 32)) };
}

/** The address that signed a digest, from a signature in a transaction. */
export function signerIn(digest: string, signature: RecoverableSignature): string {
  const { r, s, yParity } = signature;
  return ethers.recoverAddress(digest, { r: ethers.hexlify(r), s: ethers.hexlify(s), yParity });
}

/** What a transaction that another program wrote does. */
export function actionIn({ kind, to, value, input }: Transaction): KaiaAction {
  const { action } = kind;
  if (action === "cancel") return { kind: action };
  if (action === "smartContractDeploy") return { kind: action, value, input: bytes(input) };
  if (action === "valueTransfer") return { kind: action, to: String(to), value };
  if (action === "valueTransferMemo" || action === "smartContractExecution")
    return { kind: action, to: String(to), value, input: bytes(input) };
  throw new Error(`${kind.name} is not written here`);
}

export function bytes(value: string): Hex {
  if (isHex(value)) return value;
  throw new Error(`${value} is no hex`);
}
