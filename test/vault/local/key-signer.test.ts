import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { Wallet, recoverAddress, hexlify } from "ethers";
import { describe, expect, it } from "vitest";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { keySigner } from "../../../src/vault/local/key-signer.ts";
import { thrownBy } from "../../harness/errors.ts";

describe("a signer over a key that somebody else keeps", () => {
  it("signs with it, and wipes what it read", async () => {
    const key = randomBytes(32);
    const read: Uint8Array[] = [];
    const signer = await keySigner(() => {
      const copy = Uint8Array.from(key);
      read.push(copy);
      return Promise.resolve(copy);
    }, evmKeyScheme);
    const hex = key.toString("hex");
    expect(signer.address).toBe(new Wallet(hex).address);
    const digest = randomBytes(32);
    const { r, s, yParity } = await signer.signDigest(digest);
    expect(recoverAddress(hexlify(digest), { r: hexlify(r), s: hexlify(s), yParity })).toBe(signer.address);
    expect(read).toHaveLength(2);
    for (const bytes of read) expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(inspect(signer) + JSON.stringify(signer)).not.toContain(hex);
  });

  it("refuses what is no key, and what is no digest", async () => {
    const zero = () => Promise.resolve(new Uint8Array(32));
    expect(await thrownBy(() => keySigner(zero, evmKeyScheme))).toMatchObject({ code: "ERR_VAULT_SECRET_INVALID" });
    const signer = await keySigner(() => Promise.resolve(randomBytes(32)), evmKeyScheme);
    expect(await thrownBy(() => signer.signDigest(new Uint8Array(31)))).toMatchObject({
      code: "ERR_VAULT_DIGEST_INVALID",
    });
  });
});
