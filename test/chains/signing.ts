import { computeAddress } from "ethers";
import fc from "fast-check";
import type { PreparedTransaction, SignedTransaction } from "../../src/ports/chain-adapter.ts";
import { publicKeyOf } from "../../src/vault/derivation/leaf-keys.ts";
import { signDigest } from "../harness/sign-digest.ts";

const order = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

/** A private key, as 64 digits. */
export const anyKey = fc.bigInt({ min: 1n, max: order - 1n }).map((value) => value.toString(16).padStart(64, "0"));

export function addressOfKey(key: string): string {
  return computeAddress(`0x${key}`);
}

/** Signs as the vault does. */
export function sign(prepared: PreparedTransaction, key: string): SignedTransaction {
  const secret = Buffer.from(key, "hex");
  return prepared.assemble(signDigest(prepared.digest, secret, publicKeyOf(secret)));
}
