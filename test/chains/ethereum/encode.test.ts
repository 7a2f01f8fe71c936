import * as ethers from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeIntent, encodeRead } from "../../../src/chains/ethereum/encode.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { anyArguments, type TypedValue } from "../abi-values.ts";

// Budget of the file: 8 s.

const anyTo = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => ethers.getAddress(`0x${Buffer.from(bytes).toString("hex")}`));
const anyValue = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const anyData = fc.uint8Array({ maxLength: 300 }).map(bytesToHex);

const bare = { function: null, args: [], token: null, errors: [] };

function functionAbi(parameters: readonly TypedValue[]): readonly Readonly<Record<string, unknown>>[] {
  const inputs = parameters.map(({ parameter }) => parameter);
  return [{ type: "function", name: "act", inputs, outputs: [], stateMutability: "payable" }];
}

describe("an intent is encoded", () => {
  it("by its ABI as it is now, also where the array's entries were exchanged since", () => {
    const abi = ["function one(uint256 a)"];
    const to = "0x000000000000000000000000000000000000c0de";
    const encode = (name: string) => encodeIntent(ethers, { call: { to, abi, function: name, args: [1n] } }).data;
    const first = encode("one");
    expect(encode("one")).toBe(first);
    abi[0] = "function one(uint8 a)";
    expect(encode("one").slice(0, 10)).not.toBe(first.slice(0, 10));
    abi.push("function two(uint256 a)");
    expect(encode("two")).toBe(`${ethers.id("two(uint256)").slice(0, 10)}${"0".repeat(63)}1`);
  });

  it("as a bare transfer", () => {
    fc.assert(
      fc.property(anyTo, anyValue, (to, value) => {
        const encoded = encodeIntent(ethers, { transfer: { to: to.toLowerCase(), value } });
        expect(encoded).toEqual({ ...bare, kind: "transfer", to, data: "0x", value });
      }),
    );
  });

  it("as the data given", () => {
    fc.assert(
      fc.property(anyTo, anyData, fc.option(anyValue, { nil: undefined }), (to, data, value) => {
        const intent = { data: { to, data, ...(value === undefined ? {} : { value }) } };
        expect(encodeIntent(ethers, intent)).toEqual({ ...bare, kind: "data", to, data, value: value ?? 0n });
      }),
    );
  });

  it("as ethers encodes the call, for any types and values, by name and by signature", () => {
    fc.assert(
      fc.property(anyTo, anyArguments, anyValue, (to, parameters, value) => {
        const abi = functionAbi(parameters);
        const args = parameters.map((parameter) => parameter.value);
        const theirs = new ethers.Interface(abi);
        const data = theirs.encodeFunctionData("act", args);
        const signature = theirs.getFunction("act")?.format() ?? "";
        for (const name of ["act", signature])
          expect(encodeIntent(ethers, { call: { to, abi, function: name, args, value } })).toMatchObject({
            to,
            data,
            value,
          });
        expect(encodeRead(ethers, { to, abi, function: "act", args })).toMatchObject({ to, data });
      }),
      { numRuns: 200 },
    );
  });

  it("as ethers encodes the deployment, for any types and values", () => {
    fc.assert(
      fc.property(
        anyArguments,
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        anyValue,
        (parameters, code, value) => {
          const inputs = parameters.map(({ parameter }) => parameter);
          const abi = [{ type: "constructor", inputs, stateMutability: "payable" }];
          const args = parameters.map((parameter) => parameter.value);
          const bytecode = bytesToHex(code);
          const data = `${bytecode}${new ethers.Interface(abi).encodeDeploy(args).slice(2)}`;
          const encoded = encodeIntent(ethers, { deploy: { bytecode, abi, args, value } });
          expect(encoded).toMatchObject({ to: null, data, value });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("as a deployment without an ABI, as the bytecode alone", () => {
    expect(encodeIntent(ethers, { deploy: { bytecode: "0x60fe" } })).toMatchObject({
      to: null,
      data: "0x60fe",
      value: 0n,
    });
  });

  it("with the function that its signature names, where the name is overloaded", () => {
    const abi = ["function mint(address to)", "function mint(address to, uint256 id)"];
    const to = ethers.ZeroAddress;
    const call = { to, abi, function: "mint(address,uint256)", args: [to, 7n] };
    const data = new ethers.Interface(abi).encodeFunctionData("mint(address,uint256)", [to, 7n]);
    expect(encodeIntent(ethers, { call }).data).toBe(data);
  });

  it("with booleans and with ethers' typed values", () => {
    const abi = ["function set(bool a, bool[] b, tuple(bool c, bool[2] d) e)"];
    const data = new ethers.Interface(abi).encodeFunctionData("set", [true, [false], [true, [false, true]]]);
    const args = [ethers.Typed.bool(true), [false], { c: true, d: [false, true] }];
    expect(encodeIntent(ethers, { call: { to: ethers.ZeroAddress, abi, function: "set", args } }).data).toBe(data);
  });
});
