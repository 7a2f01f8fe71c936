import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { latchkeyAccounts, type LatchkeyAccountsOptions } from "../../src/hardhat/latchkey-accounts.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { type KeySigner, keySigner } from "../chains/evm/ethers-parts.ts";
import { refusedBy, rejectedBy } from "../chains/refused.ts";
import { startAnvil } from "../harness/anvil.ts";
import { thrownBy } from "../harness/errors.ts";
import { closeAll, closing, connect, edr, funded } from "./accounts-connections.ts";
import { type Ask, ether, friend, openProject } from "./accounts-scene.ts";

// Budget of the file: 15 s, a node's start and Hardhat's included.

afterEach(() => closeAll(closing));

/** Whatever a configuration in JavaScript may hold. */
function configured(options: unknown): unknown {
  const passes = (_value: unknown): _value is LatchkeyAccountsOptions => true;
  return passes(options) ? latchkeyAccounts(options) : undefined;
}

describe("a configuration", () => {
  const signers = (): Promise<readonly Signer[]> => Promise.resolve([]);

  it.each([
    undefined,
    {},
    { signers: [] },
    { signers, networks: [] },
    { signers, networks: "a" },
    { signers, networks: [1] },
  ])("that is malformed is refused: %o", (options) => {
    expect(refusedBy(() => configured(options), "ERR_CONFIG_INVALID").message).toContain("latchkeyAccounts: ");
  });

  it("that names a network that is not there is refused when Hardhat starts", async () => {
    const opening = openProject({ signers, networks: ["local", "kairos"] }, { local: edr });
    expect((await rejectedBy(opening, "ERR_CONFIG_INVALID")).message).toContain('"kairos"');
  });

  it.each(["list", [null], [{ address: friend }], ["0x" + "46".repeat(32)]])(
    "whose signers are none is refused when an account is asked for: %o",
    async (list) => {
      const passes = (_value: unknown): _value is readonly Signer[] => true;
      const ask = await connect(() => Promise.resolve(passes(list) ? list : []));
      const error = await rejectedBy(ask("eth_accounts"), "ERR_CONFIG_INVALID");
      expect(error.message).not.toContain("46".repeat(8));
    },
  );
});

describe("signers", () => {
  it("are opened once, when first needed, and again after a failure", async () => {
    const signer = keySigner("46".repeat(32));
    let calls = 0;
    const ask = await connect(() => {
      calls += 1;
      return calls === 1 ? Promise.reject(new LatchkeyError("ERR_KMS_UNAVAILABLE", "away")) : Promise.resolve([signer]);
    });
    await ask("eth_blockNumber");
    expect(calls).toBe(0);
    await Promise.all([
      rejectedBy(ask("eth_accounts"), "ERR_KMS_UNAVAILABLE"),
      rejectedBy(ask("eth_accounts"), "ERR_KMS_UNAVAILABLE"),
    ]);
    expect(await ask("eth_accounts")).toHaveProperty("0", signer.address.toLowerCase());
    await ask("personal_sign", "0x", signer.address);
    expect(calls).toBe(2);
  });

  it("may be none: all is as without the plugin", async () => {
    const ask = await connect(() => Promise.resolve([]));
    expect(await ask("eth_accounts")).toHaveLength(20);
    expect(await ask("eth_sendTransaction", { to: friend, value: "0x1" })).toMatch(/^0x/);
  });

  it("are on no simulated network that is not named, and on every http network", async () => {
    const signer = keySigner("46".repeat(32));
    const opened = (): Promise<readonly Signer[]> => Promise.resolve([signer]);
    const anvil = await startAnvil();
    closing.push(anvil.stop);
    const simulated = await connect(opened, edr, {});
    expect(await simulated("eth_accounts")).not.toContain(signer.address.toLowerCase());
    const http = await connect(opened, { type: "http", url: anvil.url }, {});
    expect(await http("eth_accounts")).toHaveProperty("0", signer.address.toLowerCase());
  });

  it("that the network has too are listed once", async () => {
    const key = `0x${"46".repeat(32)}`;
    const signer = keySigner("46".repeat(32));
    const ask = await connect(() => Promise.resolve([signer]), {
      ...edr,
      accounts: [{ privateKey: key, balance: ether }],
    });
    expect(await ask("eth_accounts")).toEqual([signer.address.toLowerCase()]);
  });

  it("come from as many plugins as there are, for networks of their own", () => {
    const ids = ["a", "b"].map((name) => latchkeyAccounts({ signers: () => Promise.resolve([]), networks: [name] }).id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("a request", () => {
  let ask: Ask;
  let signer: KeySigner;
  const kept: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    ({ ask, signer } = await funded());
    kept.push(...closing.splice(0));
  });
  afterAll(() => closeAll(kept));

  const word = `0x${"00".repeat(32)}`;
  const authorization = { chainId: "0x1", address: friend, nonce: "0x0", yParity: "0x0", r: "0x1", s: "0x1" };

  it.each<readonly [string, ErrorCode, unknown]>([
    ["no object", "ERR_CHAIN_INTENT_INVALID", undefined],
    ["text", "ERR_CHAIN_INTENT_INVALID", "0x"],
    ["nothing to do", "ERR_CHAIN_INTENT_INVALID", {}],
    ["a recipient that is none", "ERR_CHAIN_ADDRESS_INVALID", { to: "vitalik.eth" }],
    ["a recipient with a typing error", "ERR_CHAIN_ADDRESS_INVALID", { to: friend.replace("5aA", "5aa") }],
    ["data of half a byte", "ERR_CHAIN_INTENT_INVALID", { to: friend, data: "0x1" }],
    ["two datas", "ERR_CHAIN_INTENT_INVALID", { to: friend, data: "0x12", input: "0x13" }],
    ["a number", "ERR_CHAIN_INTENT_INVALID", { to: friend, value: 1 }],
    ["a decimal", "ERR_CHAIN_INTENT_INVALID", { to: friend, value: "1" }],
    ["too much", "ERR_CHAIN_INTENT_INVALID", { to: friend, value: `0x1${"00".repeat(32)}` }],
    ["a nonce beyond numbers", "ERR_CHAIN_INTENT_INVALID", { to: friend, nonce: "0xffffffffffffffff" }],
    ["another chain", "ERR_CHAIN_ID_MISMATCH", { to: friend, chainId: "0x1" }],
    ["an unknown member", "ERR_CHAIN_INTENT_INVALID", { to: friend, feePayer: friend }],
    ["blobs", "ERR_CHAIN_INTENT_INVALID", { to: friend, type: "0x3", blobVersionedHashes: [word] }],
    ["an unknown type", "ERR_CHAIN_INTENT_INVALID", { to: friend, type: "0x7" }],
    ["two prices", "ERR_CHAIN_INTENT_INVALID", { to: friend, gasPrice: "0x1", maxFeePerGas: "0x1" }],
    ["a price of another type", "ERR_CHAIN_INTENT_INVALID", { to: friend, type: "0x2", gasPrice: "0x1" }],
    ["fees of another type", "ERR_CHAIN_INTENT_INVALID", { to: friend, type: "0x1", maxFeePerGas: "0x1" }],
    [
      "a tip above the fee",
      "ERR_CHAIN_INTENT_INVALID",
      { to: friend, gas: "0x5208", maxFeePerGas: "0x1", maxPriorityFeePerGas: "0x2" },
    ],
    ["a list in a type without", "ERR_CHAIN_INTENT_INVALID", { to: friend, type: "0x0", accessList: [] }],
    ["a list of nothing", "ERR_CHAIN_INTENT_INVALID", { to: friend, accessList: [null] }],
    [
      "a list with short keys",
      "ERR_CHAIN_INTENT_INVALID",
      { to: friend, accessList: [{ address: friend, storageKeys: ["0x01"] }] },
    ],
    [
      "delegation in another type",
      "ERR_CHAIN_INTENT_INVALID",
      { to: friend, type: "0x2", authorizationList: [authorization] },
    ],
    ["delegation without one", "ERR_CHAIN_INTENT_INVALID", { to: friend, type: "0x4" }],
    ["delegation by a deployment", "ERR_CHAIN_INTENT_INVALID", { data: "0x00", authorizationList: [authorization] }],
    [
      "delegation by nobody",
      "ERR_CHAIN_INTENT_INVALID",
      { to: friend, authorizationList: [{ ...authorization, s: undefined }] },
    ],
    [
      "delegation of odd parity",
      "ERR_CHAIN_INTENT_INVALID",
      { to: friend, authorizationList: [{ ...authorization, yParity: "0x2" }] },
    ],
  ])("to send %s is refused with %s, and nothing is signed", async (_, code, request) => {
    await rejectedBy(ask("eth_sendTransaction", ...(request === undefined ? [] : [request])), code);
    expect(signer.digests).toEqual([]);
  });

  const typed = {
    domain: { name: "A" },
    types: { A: [{ name: "secret", type: "uint8" }] },
    primaryType: "A",
    message: { secret: 1 },
  };

  it.each<readonly [string, unknown]>([
    ["no JSON", "{"],
    ["nothing", undefined],
    ["no types", { ...typed, types: undefined }],
    ["no primary type", { ...typed, primaryType: undefined }],
    ["an unknown primary type", { ...typed, primaryType: "B" }],
    ["a malformed type", { ...typed, types: { A: [{ name: "a" }] } }],
    ["an unknown type", { ...typed, types: { A: [{ name: "secret", type: "unit8" }] } }],
    ["a type within itself", { ...typed, types: { A: [{ name: "secret", type: "A" }] } }],
    ["a value that does not fit", { ...typed, message: { secret: "canary-4711" } }],
    ["a missing value", { ...typed, message: {} }],
    ["a missing struct", { ...typed, types: { A: [{ name: "b", type: "B" }], B: typed.types.A } }],
    [
      "a name for an address",
      { ...typed, types: { A: [{ name: "secret", type: "address" }] }, message: { secret: "vitalik.eth" } },
    ],
    ["another domain field", { ...typed, domain: { name: "A", other: "B" } }],
    ["a number for a name", { ...typed, domain: { name: 1 } }],
    [
      "a declared field that is missing",
      { ...typed, types: { ...typed.types, EIP712Domain: [{ name: "salt", type: "bytes32" }] } },
    ],
    [
      "a domain of other types",
      { ...typed, types: { ...typed.types, EIP712Domain: [{ name: "name", type: "bytes" }] } },
    ],
    [
      "a domain in another order",
      {
        ...typed,
        domain: { name: "A", version: "1" },
        types: {
          ...typed.types,
          EIP712Domain: [
            { name: "version", type: "string" },
            { name: "name", type: "string" },
          ],
        },
      },
    ],
  ])("to sign typed data with %s is refused, and not quoted", async (_, data) => {
    const error = await rejectedBy(ask("eth_signTypedData_v4", signer.address, data), "ERR_CHAIN_INTENT_INVALID");
    expect(error.message).not.toContain("canary");
    expect(signer.digests).toEqual([]);
  });

  it.each(["hello", "0x1", undefined, 17])("to sign a message that is no bytes is refused: %o", async (message) => {
    await rejectedBy(ask("personal_sign", message, signer.address), "ERR_CHAIN_INTENT_INVALID");
    await rejectedBy(ask("eth_sign", signer.address, message), "ERR_CHAIN_INTENT_INVALID");
    expect(signer.digests).toEqual([]);
  });
});

describe("a signature", () => {
  it("is over the nonce that the request says, whatever the node makes of it", async () => {
    const { ask, signer } = await funded();
    const error = await thrownBy(() => ask("eth_sendTransaction", { to: friend, nonce: "0x7" }));
    expect(String(error)).toContain("got 7");
    expect(signer.digests).toHaveLength(1);
  });

  it("that a signer of somebody's own fails to make is met as that error", async () => {
    const failure = new Error("no connection to the signer");
    const signer: Signer = { address: friend, signDigest: () => Promise.reject(failure) };
    const ask = await connect(() => Promise.resolve([signer]));
    await ask("hardhat_setBalance", friend, ether);
    const typed = { domain: {}, types: { A: [{ name: "a", type: "uint8" }] }, primaryType: "A", message: { a: 1 } };
    expect(await thrownBy(() => ask("eth_sendTransaction", { to: friend }))).toBe(failure);
    expect(await thrownBy(() => ask("eth_signTypedData_v4", friend, typed))).toBe(failure);
  });
});
