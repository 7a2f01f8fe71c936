import { hash } from "node:crypto";
import { wipe } from "../../units/bytes.ts";

const blockBytes = 64;
const hashBytes = 32;

/** A key made ready for HMAC. */
export interface HmacKey {
  /** The code of a message, 32 bytes. */
  sign(message: Uint8Array): Buffer;
  /** Once wiped it signs nothing. */
  wipe(): void;
}

/**
 * HMAC-SHA-256. Spec: RFC 2104. On `hash` alone, for the reasons that the HKDF has: see `envelope/hkdf.ts`.
 *
 * @param key - at most 64 bytes; stays the caller's.
 */
export function hmacSha256(key: Uint8Array): HmacKey {
  const inner = Buffer.alloc(blockBytes, 0x36);
  const outer = Buffer.alloc(blockBytes, 0x5c);
  key.forEach((byte, at) => {
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  });
  let isWiped = false;
  return {
    sign: (message) => {
      if (isWiped) throw new Error("The key of a row's MAC was used after its release.");
      const first = Buffer.alloc(blockBytes + message.length);
      const second = Buffer.alloc(blockBytes + hashBytes);
      try {
        first.set(inner);
        first.set(message, blockBytes);
        second.set(outer);
        second.set(hash("sha256", first, "buffer"), blockBytes);
        return hash("sha256", second, "buffer");
      } finally {
        wipe(first, second);
      }
    },
    wipe: () => {
      isWiped = true;
      wipe(inner, outer);
    },
  };
}
