import { randomBytes } from "node:crypto";

/**
 * Ids that sort by the time of their making, and within one process strictly so.
 * Spec: RFC 9562, 5.7 with a counter in rand_a (6.2, method 1).
 */
export function createIds(now: () => number): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const nowMs = now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = 0;
    } else {
      counter += 1;
      // The 12 bits are used up: time is borrowed from the next millisecond.
      if (counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
    }
    const bytes = randomBytes(16);
    bytes.writeUIntBE(lastMs, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
    const hex = bytes.toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}
