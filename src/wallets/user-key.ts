import { hash } from "node:crypto";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { toUserKey, type UserKey } from "../units/brands.ts";

const maxBytes = 256;

/**
 * Checks a user id or a tenant: 1 to 256 bytes of UTF-8, well-formed (no lone surrogates), no NUL. Nothing is trimmed, folded
 * or normalised: ids that differ in one code unit are different users.
 *
 * @param what - names the value in the message; the value itself is not shown.
 * @throws `ERR_USER_ID_INVALID`.
 */
export function requireId(value: unknown, what: "user id" | "tenant"): asserts value is string {
  const fault = faultOf(value);
  if (fault === undefined) return;
  throw new LatchkeyError("ERR_USER_ID_INVALID", `The ${what} ${fault}. Nothing was looked up or made.`);
}

function faultOf(value: unknown): string | undefined {
  if (typeof value !== "string") return `is a ${value === null ? "null" : typeof value}, not a string`;
  if (value === "") return "is empty";
  // Before anything walks the text: a code unit is at least one byte.
  if (value.length > maxBytes || Buffer.byteLength(value, "utf8") > maxBytes)
    return `is longer than ${String(maxBytes)} bytes`;
  if (!value.isWellFormed()) return "is not well-formed Unicode";
  if (value.includes("\0")) return "contains a NUL character";
  return undefined;
}

/**
 * What identifies a user: SHA-256 over tenant and user id, each as UTF-8 with its length in front (4 bytes, big-endian), as
 * lower-case hex. No collation or normalisation of a database can make two users one.
 */
export function userKeyOf(tenant: string, userId: string): UserKey {
  const tenantBytes = Buffer.byteLength(tenant, "utf8");
  const userBytes = Buffer.byteLength(userId, "utf8");
  const bytes = Buffer.allocUnsafe(8 + tenantBytes + userBytes);
  bytes.writeUInt32BE(tenantBytes, 0);
  bytes.write(tenant, 4, "utf8");
  bytes.writeUInt32BE(userBytes, 4 + tenantBytes);
  bytes.write(userId, 8 + tenantBytes, "utf8");
  return toUserKey(hash("sha256", bytes, "hex"));
}
