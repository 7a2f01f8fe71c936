import { randomUUID } from "node:crypto";

/** A secret text of 32 letters and digits. */
export function randomToken(): string {
  return randomUUID().replaceAll("-", "");
}
