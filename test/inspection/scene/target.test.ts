import { describe, expect, it } from "vitest";
import { auditCollection, checkConformance } from "../../../src/inspection/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { recording } from "../collections.ts";

// Budget of the file: 1 s. Nobody listens there, and nobody is asked.
describe.each([
  ["a check", checkConformance],
  ["an audit", auditCollection],
])("%s", (_, inspect) => {
  const address = "0x95558b58ecAF879bD5ef4b92c125cd82bccA17e2";

  it.each([
    ["an address", { address: "0x1234" }],
    ["a minter", { address, roles: { minter: "minter" } }],
    ["a pauser", { address, roles: { pauser: address.slice(0, -1) } }],
    ["an owner with a wrong checksum", { address, roles: { owner: address.replace("AF8", "Af8") } }],
  ])("refuses %s that is none before it asks the node anything", async (__, given) => {
    const transport = recording("http://127.0.0.1:9");
    const error = await thrownBy(() => inspect({ transport, ...given }));
    expect(error).toMatchObject({ code: "ERR_CHAIN_ADDRESS_INVALID" });
    expect(transport.seen).toEqual([]);
  });
});
