import { createECDH } from "node:crypto";
import { computeAddress, getAddress } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import { ethereumAddressOf, withChecksum } from "../../src/units/ethereum-address.ts";
import { eip55Addresses } from "../vectors/eip55.ts";

// Budget of the file: 3 s.
describe("ethereumAddressOf", () => {
  it("is the address that ethers and the EVM scheme give a public key", () => {
    for (let round = 0; round < 100; round += 1) {
      const pair = createECDH("secp256k1");
      const point = pair.generateKeys();
      const address = ethereumAddressOf(point);
      expect(address).toBe(computeAddress(`0x${point.toString("hex")}`));
      expect(address).toBe(evmKeyScheme.addressOf(point));
    }
  });
});

describe("withChecksum", () => {
  it.each(eip55Addresses)("writes %s as EIP-55 does", (address) => {
    expect(withChecksum(address.slice(2).toLowerCase())).toBe(address);
  });

  it("agrees with ethers on any address", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const digits = Buffer.from(bytes).toString("hex");
        expect(withChecksum(digits)).toBe(getAddress(`0x${digits}`));
      }),
      { numRuns: 500 },
    );
  });
});
