import * as ethers from "ethers";
import { describe, expect, it } from "vitest";
import { longestAnswer } from "../../../src/chains/ethereum/bounded-decoding.ts";
import { encodeRead } from "../../../src/chains/ethereum/encode.ts";
import { refusal } from "../../../src/chains/ethereum/node-errors.ts";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { isHex } from "../../../src/units/bytes.ts";
import { refusedBy } from "../refused.ts";

const to = "0x000000000000000000000000000000000000c0de";
const abi = [
  "function list() view returns (uint256[])",
  "function lists() view returns (uint256[][])",
  "function text() view returns (string)",
];
const word = (value: number): string => value.toString(16).padStart(64, "0");

function decode(name: string, digits: string): unknown {
  const hex = `0x${digits}`;
  if (!isHex(hex)) throw new Error("not hex");
  return encodeRead(ethers, { to, abi, function: name }).decode(hex);
}

/** As many entries as wanted, all of which point at one inner list: 64 bytes an entry's worth of decoding for 32 bytes of answer. */
function shared(entries: number, inner: number): string {
  const offset = word(32 * entries);
  return word(32) + word(entries) + offset.repeat(entries) + word(inner) + word(7).repeat(inner);
}

// Budget of the file: 5 s.
describe("an answer", () => {
  it("is decoded whole up to 128 KiB", () => {
    const count = longestAnswer / 32 - 2;
    const values = decode("list", word(32) + word(count) + word(7).repeat(count));
    expect(values).toHaveLength(count);
    expect(
      decode(
        "text",
        ethers.AbiCoder.defaultAbiCoder()
          .encode(["string"], ["x".repeat(100_000)])
          .slice(2),
      ),
    ).toBe("x".repeat(100_000));
    const lists = [[1n, 2n], [], [3n]];
    const encoded = ethers.AbiCoder.defaultAbiCoder().encode(["uint256[][]"], [lists]);
    expect(decode("lists", encoded.slice(2))).toEqual(lists);
  });

  it("is refused before it is decoded where it is longer, and that is final", () => {
    const count = longestAnswer / 32 - 1;
    const error = refusedBy(
      () => decode("list", word(32) + word(count) + word(7).repeat(count)),
      "ERR_RPC_BAD_RESPONSE",
    );
    expect(error.retryable).toBe(false);
    expect(error.message).toContain("read it in pages");
  });

  it("is refused where it points at one part of itself again and again", () => {
    refusedBy(() => decode("lists", shared(400, 400)), "ERR_CHAIN_INTENT_INVALID");
    refusedBy(() => decode("lists", shared(60, 60)), "ERR_CHAIN_INTENT_INVALID");
  });

  it("leaves ethers' own limit as it was for others", () => {
    refusedBy(() => decode("lists", shared(40, 40)), "ERR_CHAIN_INTENT_INVALID");
    const decoded = new ethers.Interface(abi).decodeFunctionResult("lists", `0x${shared(40, 40)}`);
    expect(decoded.toArray(true)).toEqual([Array.from({ length: 40 }, () => Array.from({ length: 40 }, () => 7n))]);
  });

  it("that is a revert's data is bounded, too", () => {
    const contract = new ethers.Interface(["error Many(uint256[][] lists)"]);
    const selector = contract.getError("Many")?.selector ?? expect.fail("no error");
    const rejected = new LatchkeyError("ERR_RPC_REJECTED", "refused", {
      context: { rpcCode: 3, rpcMessage: "execution reverted", rpcData: selector + shared(140, 140) },
    });
    const error = refusal(ethers, rejected, contract);
    expect(error).toMatchObject({ code: "ERR_CHAIN_REVERTED", context: { reason: null } });
  });
});
