import type { Hex } from "./brands.ts";

/** Overwrites secrets. Best effort: the engine may have copied them before. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

/** Hands a secret to `use` and wipes it when that settles, whether it succeeded or not. */
export async function withSecret<T>(secret: Uint8Array, use: (secret: Uint8Array) => Promise<T> | T): Promise<T> {
  try {
    return await use(secret);
  } finally {
    wipe(secret);
  }
}

export function bytesToHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

const hexPattern = /^0x(?:[0-9a-fA-F]{2})*$/;

export function isHex(value: unknown): value is Hex {
  return typeof value === "string" && hexPattern.test(value);
}
