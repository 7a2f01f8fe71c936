import * as ethers from "ethers";
import { describe, expect, it } from "vitest";
import {
  encodeCancel,
  encodeIntent,
  isCancel,
  isEncoded,
  requireEncoded,
} from "../../../src/chains/ethereum/encode.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { refusedBy } from "../refused.ts";

// Budget of the file: 3 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const contract = "0x000000000000000000000000000000000000dEaD";
const erc20 = new ethers.Interface([
  "function transfer(address to, uint256 value)",
  "function approve(address spender, uint256 value)",
  "function setApprovalForAll(address operator, bool approved)",
  "function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
]);

describe("an encoded intent", () => {
  it("of a token is ERC-20's transfer to the contract, of no value", () => {
    const encoded = encodeIntent(ethers, {
      token: { contract: contract.toLowerCase(), to: to.toLowerCase(), amount: 7n },
    });
    expect(encoded).toEqual({
      kind: "token",
      to: contract,
      value: 0n,
      data: erc20.encodeFunctionData("transfer", [to, 7n]),
      function: "transfer(address,uint256)",
      args: [
        { name: "to", type: "address", value: to },
        { name: "value", type: "uint256", value: "7" },
      ],
      token: { contract, to, amount: 7n },
      errors: [],
    });
  });

  it.each<readonly [string, Intent]>([
    ["a transfer", { transfer: { to: ethers.ZeroAddress, value: 1n } }],
    ["a token's transfer", { token: { contract, to: ethers.ZeroAddress, amount: 1n } }],
    ["a token at", { token: { contract: ethers.ZeroAddress, to, amount: 1n } }],
  ])("never is %s the zero address", (_, intent) => {
    const error = refusedBy(() => encodeIntent(ethers, intent), "ERR_CHAIN_INTENT_INVALID");
    expect(error.message).toContain("zero address");
  });

  it.each([Number.NaN, 1, 1.5, -1n, "1", null, 2n ** 256n])("has an amount that is a bigint: not case %#", (amount) => {
    // As JavaScript may call it, where no compiler looks at the intent.
    const intent = { token: { contract, to, amount } };
    refusedBy((): unknown => Reflect.apply(encodeIntent, undefined, [ethers, intent]), "ERR_CHAIN_INTENT_INVALID");
  });

  it("of bare data names what it asks of a token", () => {
    const named = (data: string) => {
      const {
        function: name,
        args,
        kind,
      } = encodeIntent(ethers, { data: { to: contract, data: `0x${data.slice(2)}` } });
      return { name, kind, args: args.map(({ value }) => value) };
    };
    expect(named(erc20.encodeFunctionData("approve", [to, 2n ** 256n - 1n]))).toEqual({
      name: "approve(address,uint256)",
      kind: "data",
      args: [to, String(2n ** 256n - 1n)],
    });
    expect(named(erc20.encodeFunctionData("setApprovalForAll", [to, true])).args).toEqual([to, "true"]);
    expect(named(`${erc20.encodeFunctionData("transfer", [to, 1n])}ff`).args).toEqual([to, "1"]);
    // Older contracts run it all the same, so its name must not be hidden by what cannot be read.
    expect(named("0xa9059cbb")).toEqual({ name: "transfer(address,uint256)", kind: "data", args: [] });
    expect(named(`0xa9059cbb${"f".repeat(128)}`)).toMatchObject({ name: "transfer(address,uint256)", args: [] });
    expect(named("0xA9059CBB").name).toBe("transfer(address,uint256)");
    expect(named("0xdeadbeef").name).toBeNull();
    expect(named("0x").name).toBeNull();
  });

  it("refuses half a byte", () => {
    refusedBy(() => encodeIntent(ethers, { data: { to, data: "0x123" } }), "ERR_CHAIN_INTENT_INVALID");
  });

  it("shows arguments as the bytes say them, on one line and cut", () => {
    const abi = ["function act(bytes data, string text, tuple(address who, uint256[] ids) box, bool yes)"];
    const args = [`0x${"ab".repeat(500)}`, "a\nb\u202e" + "x".repeat(400), [to.toLowerCase(), [1n, 2n]], true];
    const shown = encodeIntent(ethers, { call: { to, abi, function: "act", args } });
    expect(shown.function).toBe("act(bytes,string,(address,uint256[]),bool)");
    expect(shown.args.map(({ name }) => name)).toEqual(["data", "text", "box", "yes"]);
    const [data, text, box, yes] = shown.args.map(({ value }) => value);
    expect(data).toMatch(/^0x[ab]{254}\.\.\.$/);
    expect(text).toMatch(/^a b x{252}\.\.\.$/);
    expect(box).toBe(`[${to}, [1, 2]]`);
    expect(yes).toBe("true");
  });

  it("shows 64 arguments, and none of more than 128 KiB but the bytes", () => {
    const many = Array.from({ length: 70 }, () => "uint8").join(",");
    const call = { to, abi: [`function many(${many})`], function: "many", args: Array.from({ length: 70 }, () => 1n) };
    expect(encodeIntent(ethers, { call }).args).toHaveLength(64);
    const long = { to, abi: ["function act(bytes)"], function: "act", args: [`0x${"00".repeat(140_000)}`] };
    expect(encodeIntent(ethers, { call: long }).args).toMatchObject([{ type: "bytes" }]);
  });

  it("keeps the ABI's errors, 100 and 8 KiB of them at most", () => {
    const errorsOf = (abi: readonly string[]) =>
      encodeIntent(ethers, { call: { to, abi: ["function act()", ...abi], function: "act" } }).errors;
    expect(errorsOf(["error NotYours(address who)", "event E()"])).toEqual(["error NotYours(address)"]);
    expect(errorsOf(Array.from({ length: 150 }, (_, i) => `error E${String(i)}()`))).toHaveLength(100);
    const long = errorsOf(Array.from({ length: 50 }, (_, i) => `error E${String(i)}${"x".repeat(500)}()`));
    expect(long.join("").length).toBeLessThanOrEqual(8 * 1024);
    expect(long.length).toBeGreaterThan(10);
  });

  it("of a deployment shows the constructor's arguments", () => {
    const encoded = encodeIntent(ethers, {
      deploy: { bytecode: "0x60fe", abi: ["constructor(address owner)"], args: [to] },
    });
    expect(encoded).toMatchObject({ kind: "deploy", to: null, function: null });
    expect(encoded.args).toEqual([{ name: "owner", type: "address", value: to }]);
  });

  it("is told from an intent, and is looked at again when it comes back", () => {
    const intent = { transfer: { to, value: 1n } };
    const encoded = encodeIntent(ethers, intent);
    expect([isEncoded(intent), isEncoded(encoded), isEncoded({ cancel: { nonce: 1 } })]).toEqual([false, true, false]);
    expect(requireEncoded(encoded)).toBe(encoded);
    expect(requireEncoded({ ...encoded, to: to.toLowerCase() }).to).toBe(to);
    refusedBy(() => requireEncoded({ ...encoded, to: null }), "ERR_CHAIN_INTENT_INVALID");
    refusedBy(() => requireEncoded({ ...encoded, kind: "deploy" }), "ERR_CHAIN_INTENT_INVALID");
    refusedBy(() => requireEncoded({ ...encoded, value: -1n }), "ERR_CHAIN_INTENT_INVALID");
    refusedBy(() => requireEncoded({ ...encoded, data: "0x1" }), "ERR_CHAIN_INTENT_INVALID");
    refusedBy(() => requireEncoded({ ...encoded, to: "0x12" }), "ERR_CHAIN_ADDRESS_INVALID");
  });

  it("of a cancel goes to its sender", () => {
    const intent = { cancel: { nonce: 3 } };
    expect(isCancel(intent)).toBe(true);
    expect(encodeCancel(intent, to)).toMatchObject({
      nonce: 3,
      encoded: { kind: "cancel", to, value: 0n, data: "0x" },
    });
    for (const nonce of [-1, 0.5, Number.NaN, 2 ** 53])
      refusedBy(() => encodeCancel({ cancel: { nonce } }, to), "ERR_CHAIN_INTENT_INVALID");
  });
});
