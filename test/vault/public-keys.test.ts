import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import type { KeyScheme } from "../../src/ports/key-scheme.ts";
import { addressOfKey, publicKeyOf } from "../../src/vault/derivation/leaf-keys.ts";
import { createPublicKeys } from "../../src/vault/public-keys.ts";
import { expectOpenFails } from "../harness/errors.ts";

/** The usual scheme, counting how often it makes an address. */
function counting(): { scheme: KeyScheme; count: () => number } {
  let count = 0;
  const addressOf = (publicKey: Uint8Array): string => {
    count += 1;
    return evmKeyScheme.addressOf(publicKey);
  };
  return { scheme: { ...evmKeyScheme, addressOf }, count: () => count };
}

const [one, two] = [randomBytes(32), randomBytes(32)];
const addressOne = addressOfKey(one, evmKeyScheme);

// Budget of the file: 1 s.
describe("the public key of an account", () => {
  it("is computed and compared with the address once, and remembered", () => {
    const keys = createPublicKeys();
    const { scheme, count } = counting();
    for (let round = 0; round < 5; round += 1)
      expect(Buffer.compare(keys.of(Buffer.from(one), addressOne, scheme), publicKeyOf(one))).toBe(0);
    expect(count()).toBe(1);
  });

  it("is refused for another key at the address, whether it is remembered or not, and each time", () => {
    const keys = createPublicKeys();
    const { scheme } = counting();
    expectOpenFails(() => keys.of(two, addressOne, scheme));
    keys.of(one, addressOne, scheme);
    expectOpenFails(() => keys.of(two, addressOne, scheme));
    expectOpenFails(() => keys.of(two, addressOne, scheme));
    keys.of(one, addressOne, scheme);
  });

  it("is forgotten when there are more than it holds", () => {
    const keys = createPublicKeys(1);
    const { scheme, count } = counting();
    keys.of(one, addressOne, scheme);
    keys.of(two, addressOfKey(two, evmKeyScheme), scheme);
    keys.of(one, addressOne, scheme);
    expect(count()).toBe(3);
  });
});
