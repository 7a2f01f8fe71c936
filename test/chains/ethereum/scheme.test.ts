import { computeAddress, getAddress, getIcapAddress, SigningKey } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmKeyScheme, evmScheme } from "../../../src/chains/evm/index.ts";
import { eip55Addresses } from "../../vectors/eip55.ts";
import { refusedBy } from "../refused.ts";
import { anyKey } from "../signing.ts";

// Budget of the file: 5 s.

const { addressOf, parseAddress } = evmKeyScheme;
const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const digits = address.slice(2);

const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(`0x${Buffer.from(bytes).toString("hex")}`));

describe("an address", () => {
  it.each(eip55Addresses)("has the published checksum: %s", (published) => {
    const checked = parseAddress(published.toLowerCase());
    expect(checked.toLowerCase()).toBe(published.toLowerCase());
    expect(checked).toBe(getAddress(published.toLowerCase()));
    expect(parseAddress(checked)).toBe(checked);
    const isMixed = /[a-f]/.test(published.slice(2)) && /[A-F]/.test(published);
    if (isMixed) expect(checked).toBe(published);
  });

  it("of a key is the one that ethers computes, for any key", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const { publicKey } = new SigningKey(`0x${key}`);
        expect(addressOf(Buffer.from(publicKey.slice(2), "hex"))).toBe(computeAddress(`0x${key}`));
      }),
      { numRuns: 200 },
    );
  });

  it("is read in lower case, in upper case and with its checksum, for any address", () => {
    fc.assert(
      fc.property(anyAddress, (any) => {
        const upper = `0x${any.slice(2).toUpperCase()}`;
        expect([any, any.toLowerCase(), upper].map(parseAddress)).toEqual([any, any, any]);
      }),
      { numRuns: 200 },
    );
  });

  it("is refused in any other mix of cases, as ethers refuses it", () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(39), (any, index) => {
        const at = index + 2;
        const letter = any.charAt(at);
        const flipped = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
        const changed = `${any.slice(0, at)}${flipped}${any.slice(at + 1)}`;
        fc.pre(changed !== any && /[a-f]/.test(changed.slice(2)) && /[A-F]/.test(changed));
        expect(() => getAddress(changed)).toThrow();
        expect(refusedBy(() => parseAddress(changed), "ERR_CHAIN_ADDRESS_INVALID").message).toContain("EIP-55");
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["nothing", ""],
    ["the prefix alone", "0x"],
    ["39 digits", address.slice(0, -1)],
    ["41 digits", `${address}0`],
    ["no prefix", digits],
    ["an upper-case prefix", `0X${digits.toLowerCase()}`],
    ["two prefixes", `0x0x${digits.slice(2)}`],
    ["a letter past f", `${address.slice(0, -1)}g`],
    ["a line feed behind it", `${address}\n`],
    ["space before it", ` ${address}`],
    ["full-width digits", `0x${"０".repeat(40)}`],
    ["ICAP", getIcapAddress(address)],
    ["an ENS name", "vitalik.eth"],
    ["a Bitcoin address", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"],
    ["32 bytes", `0x${"00".repeat(32)}`],
    ["10 MB of digits", `0x${"0".repeat(10_000_000)}`],
    ["a wrong checksum", "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
    ["undefined", undefined],
    ["null", null],
    ["a number", 0],
    ["a bigint", 0n],
    ["bytes", Buffer.alloc(20)],
    ["an array", [address]],
    ["an object that prints as one", { toString: () => address }],
    ["a String object", Object(address)],
  ])("is refused: %s", (_, given) => {
    const { message } = refusedBy(() => {
      Reflect.apply(parseAddress, undefined, [given]);
    }, "ERR_CHAIN_ADDRESS_INVALID");
    expect(message.length).toBeLessThan(200);
    expect(message).not.toContain(digits);
  });
});

it("another path makes another scheme with the same addresses' form", () => {
  const own = evmScheme({ id: "own", path: "m/44'/60'/7'/0/0" });
  expect(own).toMatchObject({ id: "own", path: "m/44'/60'/7'/0/0" });
  expect(own.parseAddress(address.toLowerCase())).toBe(address);
});
