import { computeAddress } from "ethers";
import { describe, expect, it } from "vitest";
import { configuredKeys } from "../../../src/hardhat/migration/configured-keys.ts";
import { thrownBy } from "../../harness/errors.ts";

/** As Hardhat resolves what a configuration names. */
function variable(value: string) {
  return {
    _type: "ResolvedConfigurationVariable",
    format: "{variable}",
    get: () => Promise.resolve(value),
    getUrl: () => Promise.resolve(value),
    getBigInt: () => Promise.resolve(BigInt(value)),
    getHexString: () => Promise.resolve(value),
  } as const;
}

const addressOf = async (read: () => Promise<Uint8Array>): Promise<string> =>
  computeAddress(`0x${Buffer.from(await read()).toString("hex")}`);

describe("the keys of a network's configuration", () => {
  it("are those of Hardhat's own accounts", async () => {
    // https://hardhat.org/hardhat-network/docs/reference#accounts
    const accounts = {
      mnemonic: variable("test test test test test test test test test test test junk"),
      passphrase: variable(""),
      path: "m/44'/60'/0'/0",
      initialIndex: 1,
      count: 2,
    };
    const reads = configuredKeys({ accounts });
    expect(await Promise.all(reads.map(addressOf))).toEqual([
      "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
      "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    ]);
  });

  it("are read with or without 0x, and only when they are asked for", async () => {
    const key = "0a".repeat(32);
    const never = { ...variable(""), get: () => Promise.reject(new Error("a password is asked for")) };
    const [first, second] = configuredKeys({ accounts: [variable(key), never] });
    expect(await first?.()).toEqual(Buffer.from(key, "hex"));
    expect(await configuredKeys({ accounts: [variable(`0x${key}`)] })[0]?.()).toEqual(Buffer.from(key, "hex"));
    expect(await thrownBy(() => second?.())).toMatchObject({ message: "a password is asked for" });
    expect(configuredKeys({ accounts: "remote" })).toEqual([]);
  });

  it.each(["", "0x12", `0x${"0g".repeat(32)}`, "test junk"])("%o is refused, and not shown", async (text) => {
    const error = await thrownBy(() => configuredKeys({ accounts: [variable(text)] })[0]?.());
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    if (text.length > 4) expect(String(error)).not.toContain(text);
  });
});
