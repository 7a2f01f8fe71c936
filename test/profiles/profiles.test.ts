import { describe, expect, it } from "vitest";
import { evm as evmChain } from "../../src/chains/evm/index.ts";
import { profileFault } from "../../src/profiles/profile-fault.ts";
import { profileOf } from "../../src/profiles/profile-of.ts";
import * as profiles from "../../src/profiles/profiles.ts";
import { scriptedNode } from "../chains/scripted-node.ts";

// Budget of the file: 1 s.

describe("profiles", () => {
  it.each([
    [1, "ethereum"],
    [11_155_111, "ethereum"],
    [8_217, "kaia"],
    [1_001, "kairos"],
    [137, "polygon"],
    [56, "bsc"],
    [31_337, "anvil"],
    [7_777, "evm"],
  ])("of chain %i is %s", (chainId, name) => {
    expect(profileOf(chainId).name).toBe(name);
    expect(evmChain({ name: "main", chainId, transport: scriptedNode() }).profile.name).toBe(name);
  });

  it.each(Object.values(profiles))("$name is one that may be given", (profile) => {
    expect(profileFault(profile)).toBeUndefined();
  });

  it.each<readonly [string, object]>([
    ["name", { name: "Main" }],
    ["blockTimeMs", { blockTimeMs: -1 }],
    ["inFlight", { inFlight: 0 }],
    ["inFlightWhenFull", { inFlight: 4, inFlightWhenFull: 5 }],
    ["stuckAfterMs", { stuckAfterMs: 0.5 }],
    ["rebroadcastMs", { rebroadcastMs: "60000" }],
    ["pollMs", { pollMs: 0 }],
    ["finality", { finality: { kind: "depth" } }],
    ["finality", { finality: { kind: "soon" } }],
    ["replacement", { replacement: { kind: "percent", percent: 0 } }],
  ])("with a wrong %s are refused: %j", (what, change) => {
    const profile = { ...profiles.evm, ...change };
    expect(profileFault(profile)).toContain(what);
    expect(() => evmChain({ name: "main", chainId: 1, transport: scriptedNode(), profile })).toThrow(
      expect.objectContaining({ code: "ERR_CONFIG_INVALID" }),
    );
  });

  it.each([[null], [7], [[]], ["evm"]])("that are %j are refused", (profile) => {
    expect(profileFault(profile)).toContain("no object");
  });
});
