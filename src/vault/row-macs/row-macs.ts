import { timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";
import type { BranchKeyRef } from "../../ports/branch-key-store.ts";
import type { RowMacKey, RowMacs, RowOwner } from "../../ports/row-macs.ts";
import { wipe } from "../../units/bytes.ts";
import type { Gate } from "../../units/gate.ts";
import type { BranchKeyLease } from "../branch-keys/branch-keys.ts";
import { serializeContext } from "../envelope/encryption-context.ts";
import { hkdfSha512 } from "../envelope/hkdf.ts";
import { hmacSha256 } from "./hmac-sha256.ts";
import { isRow, rowBytes } from "./row-bytes.ts";

/** Where the keys come from. */
export interface BranchKeySource {
  leaseFirst(): Promise<BranchKeyLease>;
  leaseForOpening(ref: BranchKeyRef): Promise<BranchKeyLease>;
}

const keyBytes = 32;
const macPattern = /^[0-9a-f]{64}$/;
// A salt of HKDF's own, so that nothing else that is ever derived from a branch key meets these keys.
const salt = Buffer.from("latchkey row mac", "ascii");

/** Leases are refused once the gate is closed. */
export function createRowMacs(branchKeys: BranchKeySource, tenant: string, gate: Gate): RowMacs {
  async function lease(owner: RowOwner): Promise<RowMacKey> {
    const branch =
      owner.branch === undefined ? await branchKeys.leaseFirst() : await branchKeys.leaseForOpening(owner.branch);
    try {
      return keyOf(owner, tenant, branch);
    } finally {
      branch.release();
    }
  }
  return { lease: (owner) => gate.run(() => lease(owner)) };
}

/** One owner's key: bound to tenant, owner and branch key, so that no owner's passes for another's. */
function keyOf(owner: RowOwner, tenant: string, { ref, key: secret }: BranchKeyLease): RowMacKey {
  const label = serializeContext({
    branch: ref.branchId,
    format: "1",
    owner: owner.kind === "wallet" ? `wallet:${owner.walletId}` : "tenant",
    purpose: "latchkey row mac",
    tenant,
    version: String(ref.version),
  });
  const derived = hkdfSha512(secret, salt, [label], keyBytes);
  const hmacs = derived.map(hmacSha256);
  wipe(...derived);
  const [hmac] = hmacs;
  if (hmac === undefined) throw new RangeError("no key was derived");
  return Object.freeze({
    branch: ref,
    macOf: (table, row) => hmac.sign(rowBytes(table, row)).toString("hex"),
    isMacOf: (mac, table, row) => {
      // A database may hold anything in a column, and what cannot be written as bytes has no MAC.
      if (typeof mac !== "string" || !macPattern.test(mac) || !isRow(row)) return false;
      return timingSafeEqual(Buffer.from(mac, "hex"), hmac.sign(rowBytes(table, row)));
    },
    release: hmac.wipe,
    toJSON: () => ({ branch: ref }),
    [inspect.custom]: () => `RowMacKey { ${ref.branchId} }`,
  } satisfies RowMacKey & Record<string | symbol, unknown>);
}
