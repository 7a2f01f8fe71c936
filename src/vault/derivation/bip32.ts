import { createHmac } from "node:crypto";
import { pointFromScalar, privateAdd } from "tiny-secp256k1";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { wipe } from "../../units/bytes.ts";

const hardened = 0x8000_0000;
const masterKeyOf = Buffer.from("Bitcoin seed", "ascii");

/** A private key with the chain code that its children need. 32 bytes each; both are secrets. */
interface ExtendedKey {
  readonly key: Uint8Array;
  readonly chainCode: Uint8Array;
}

const pathPattern = /^m(?:\/\d{1,10}'?){1,10}$/;

/**
 * Reads a path such as `m/44'/60'/0'/0/0` into child numbers, 2^31 added where hardened.
 *
 * @throws `ERR_CONFIG_INVALID` not a path, or an index of 2^31 and more.
 */
export function parsePath(path: string): readonly number[] {
  const steps = pathPattern.test(path) ? path.split("/").slice(1).map(parseStep) : [];
  if (steps.length === 0 || steps.some((step) => Number.isNaN(step))) {
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      `"${path.slice(0, 80)}" is not a BIP-32 path such as m/44'/60'/0'/0/0.`,
    );
  }
  return steps;
}

function parseStep(text: string): number {
  const isHardened = text.endsWith("'");
  const index = Number(isHardened ? text.slice(0, -1) : text);
  if (index >= hardened) return Number.NaN;
  return isHardened ? index + hardened : index;
}

/**
 * The leaf private keys of a seed at several paths, 32 bytes each, in the order asked. Steps shared by paths are taken once.
 * The caller wipes the results.
 * Spec: BIP-32, "Master key generation" and "CKDpriv".
 *
 * @throws `ERR_VAULT_SECRET_INVALID` a step has no valid key (probability below 2^-127); nothing was derived.
 */
export function deriveLeafKeys(seed: Uint8Array, paths: readonly string[]): Uint8Array[] {
  // Every path is read first, so that a bad one leaves no leaf behind that nobody wipes.
  const parsed = paths.map(parsePath);
  const made = new Map<string, ExtendedKey>();
  try {
    const master = masterOf(seed);
    made.set("", master);
    return parsed.map((steps) => {
      let node = master;
      let name = "";
      for (const step of steps) {
        name += `/${String(step)}`;
        let child = made.get(name);
        if (child === undefined) {
          child = childOf(node, step);
          made.set(name, child);
        }
        node = child;
      }
      return Uint8Array.from(node.key);
    });
  } finally {
    for (const { key, chainCode } of made.values()) wipe(key, chainCode);
  }
}

function masterOf(seed: Uint8Array): ExtendedKey {
  const digest = createHmac("sha512", masterKeyOf).update(seed).digest();
  return { key: digest.subarray(0, 32), chainCode: digest.subarray(32) };
}

function childOf(parent: ExtendedKey, step: number): ExtendedKey {
  const data = Buffer.alloc(37);
  if (step >= hardened) data.set(parent.key, 1);
  else data.set(required(pointFromScalar(parent.key, true)), 0);
  data.writeUInt32BE(step, 33);
  const digest = createHmac("sha512", parent.chainCode).update(data).digest();
  const tweak = digest.subarray(0, 32);
  try {
    const key = required(addTweak(parent.key, tweak));
    return { key, chainCode: Uint8Array.from(digest.subarray(32)) };
  } finally {
    wipe(data, digest);
  }
}

function addTweak(key: Uint8Array, tweak: Uint8Array): Uint8Array | null {
  try {
    return privateAdd(key, tweak);
  } catch {
    // The library throws where the tweak is not below the group order, and names no value that helps.
    return null;
  }
}

function required(value: Uint8Array | null): Uint8Array {
  if (value !== null) return value;
  throw new LatchkeyError(
    "ERR_VAULT_SECRET_INVALID",
    "This secret has no valid key at the path asked (BIP-32 foresees it, below 2^-127). Nothing was derived; make another secret.",
  );
}
