import { encodeRlp, Transaction } from "ethers";
import { describe, expect, it } from "vitest";
import { destinationIn, dynamicFeeDestinationIn } from "../../../src/chains/kaia/destination-in.ts";
import { refusedBy } from "../refused.ts";
import { contract, from, person } from "./scene.ts";

// Where bytes go, whatever was meant. Budget of the file: 1 s.

const signed = (type: string, ...rest: readonly string[]): string =>
  encodeRlp([encodeRlp([type, "0x01", "0x02", "0x5208", ...rest]), "0x1d3a", "0x", "0x"]);

describe("the destination in the bytes to sign", () => {
  it("is what they say, and not what was meant", () => {
    const bytes = signed("0x09", contract, "0x01", from);
    expect(destinationIn(bytes, "valueTransfer", person)).toBe(contract);
    expect(destinationIn(bytes, "valueTransfer", contract)).toBe(contract);
    expect(destinationIn(signed("0x3a", from, "0x1e"), "cancel", person)).toBe(from);
    expect(destinationIn(signed("0x28", "0x", "0x01", from), "smartContractDeploy", person)).toBeNull();
  });

  it("of Ethereum's type 2 likewise", () => {
    const to = (address: string | null): string =>
      Transaction.from({ type: 2, chainId: 7_482, to: address, gasLimit: 21_000n }).unsignedSerialized;
    expect(dynamicFeeDestinationIn(to(contract), person)).toBe(contract);
    expect(dynamicFeeDestinationIn(to(contract), null)).toBe(contract);
    expect(dynamicFeeDestinationIn(to(null), person)).toBeNull();
  });

  it.each([
    ["another type", signed("0x10", person, "0x01", from)],
    ["19 bytes of an address", signed("0x08", person.slice(0, -2), "0x01", from)],
    ["no address", signed("0x08", "0x", "0x01", from)],
    ["no list", "0x08"],
    ["nothing", "0x"],
  ])("is refused in %s", (_, bytes) => {
    refusedBy(() => destinationIn(bytes, "valueTransfer", person), "ERR_CHAIN_INTENT_INVALID");
    refusedBy(() => dynamicFeeDestinationIn(bytes, person), "ERR_CHAIN_INTENT_INVALID");
  });
});
