import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badUserIds, lookAlikes } from "../fixtures/user-ids.ts";
import { requireId, userKeyOf } from "../../src/wallets/user-key.ts";

describe("requireId", () => {
  it.each(badUserIds)("refuses %s, without showing it", (_what, userId) => {
    let thrown: unknown;
    try {
      requireId(userId, "user id");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "ERR_USER_ID_INVALID", retryable: false });
    expect(String(thrown).length).toBeLessThan(200);
  });

  it("takes 1 to 256 bytes", () => {
    for (const userId of [...lookAlikes, "a", "a".repeat(256), "\u00e9".repeat(128)]) {
      expect(() => {
        requireId(userId, "user id");
      }).not.toThrow();
    }
  });
});

describe("userKeyOf", () => {
  it("keeps look-alikes apart", () => {
    expect(new Set(lookAlikes.map((userId) => userKeyOf("default", userId))).size).toBe(lookAlikes.length);
  });

  it("is SHA-256 over the lengths and bytes of tenant and user id", () => {
    const bytes = Buffer.concat([
      Buffer.from([0, 0, 0, 4]),
      Buffer.from("shop"),
      Buffer.from([0, 0, 0, 2]),
      Buffer.from("é"),
    ]);
    expect(userKeyOf("shop", "é")).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("tells any two pairs apart, also where their texts join to one", () => {
    const anyId = fc.string({ minLength: 1, maxLength: 20, unit: "binary" });
    fc.assert(
      fc.property(anyId, anyId, fc.nat(40), (tenant, userId, cut) => {
        const joined = tenant + userId;
        const at = cut % (joined.length + 1);
        const other = [joined.slice(0, at), joined.slice(at)] as const;
        fc.pre(other[0] !== tenant && other.every((part) => part.isWellFormed()));
        expect(userKeyOf(...other)).not.toBe(userKeyOf(tenant, userId));
      }),
    );
  });
});
