import { AbiCoder, id } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytecodeOf } from "../../../src/contracts/index.ts";
import { auditTable } from "../../../src/inspection/index.ts";
import { creationCode } from "../../harness/creation-code.ts";
import { caverBytecode, data, withArguments } from "../collections.ts";
import { answersIn, type AuditNode, evidenceFor, holder, severe, startAuditNode } from "./subject.ts";

/** One node; a compilation of some seconds. */
describe("an audit of what is no usual collection", { timeout: 120_000 }, () => {
  let node: AuditNode;

  beforeAll(async () => {
    node = await startAuditNode();
  });
  afterAll(() => node.anvil.stop());

  it("cannot tell anything of an address without code", async () => {
    const report = await node.audit(holder);
    expect(new Set(Object.values(answersIn(report)))).toEqual(new Set(["cannot tell"]));
    expect(report.codeHash).toBeNull();
    expect(report.counts).toEqual({ high: 0, medium: 0, low: 0, none: report.answers.length });
    expect(evidenceFor(report, "generation")).toBe("there is no contract at this address in this block");
  });

  it("finds every hole of one that checks nothing", async () => {
    const address = await node.deployer.deploy(await creationCode("AuditOpen"));
    await node.deployer.send(address, data("mint", holder, 1n));
    const report = await node.audit(address);
    expect(severe(report)).toEqual([
      "stranger.mint",
      "stranger.mintWithTokenURI",
      "stranger.otherMints",
      "stranger.addMinter",
      "stranger.addPauser",
      "stranger.takeOver",
      "stranger.pause",
      "stranger.burn",
      "stranger.transfer",
      "ownership.initialize",
    ]);
    expect(report.answers.find(({ id }) => id === "stranger.otherMints")?.list).toEqual(["safeMint(address)"]);
  });

  it.each(["AuditYesSayer", "AuditGlutton", "AuditTalker"])(
    "answers all of %s and takes nothing for a hole",
    async (name) => {
      const report = await node.audit(await node.deployer.deploy(await creationCode(name)));
      expect(severe(report)).toEqual([]);
      expect(report.answers).toHaveLength(35);
      const texts = auditTable(report).rows.flat().join(" ");
      expect(texts).not.toMatch(/[\u0000-\u001f]/);
      expect(texts).not.toContain("https://");
    },
  );

  it("tells code behind a proxy, and that its owner can exchange it", async () => {
    const implementation = await node.deployer.deploy(await bytecodeOf("KIP17CollectionUpgradeable"));
    const types = ["string", "string", "address", "uint256", "uint256"];
    const values = AbiCoder.defaultAbiCoder().encode(types, ["P", "P", node.deployer.address, 0, 1_000]);
    const initialize = `${selector("initialize(string,string,address,uint256,uint256)")}${values.slice(2)}`;
    const address = await node.deployer.deploy(
      withArguments(await creationCode("AuditProxy"), ["address", "bytes"], [implementation, initialize]),
    );
    await node.deployer.send(address, data("mint", holder, 1n));
    const report = await node.audit(address);
    expect(answersIn(report)).toMatchObject({
      generation: "Latchkey",
      "stranger.mintWithTokenURI": "no",
      "ownership.initialize": "no",
      "ownership.proxy": "yes",
      "ownership.upgrade": "yes",
    });
    const upgrade = report.answers.find(({ id }) => id === "ownership.upgrade");
    expect(upgrade).toMatchObject({ severity: "medium", list: [node.deployer.address] });
    expect(report.answers.find(({ id }) => id === "ownership.proxy")?.list.map((each) => each.toLowerCase())).toEqual([
      implementation.toLowerCase(),
    ]);
  });

  it("names the admin of a proxy with an administration of its own", async () => {
    const implementation = await node.deployer.deploy(await creationCode("AuditOpen"));
    const code = withArguments(
      await creationCode("AuditOwnedProxy"),
      ["address", "address", "bytes"],
      [implementation, holder, data("unpause")],
    );
    const report = await node.audit(await node.deployer.deploy(code));
    const upgrade = report.answers.find(({ id }) => id === "ownership.upgrade");
    expect(upgrade).toMatchObject({ answer: "yes", severity: "medium" });
    expect(upgrade?.list).toHaveLength(1);
  });

  it("finds that a stranger can exchange the code", async () => {
    const implementation = await node.deployer.deploy(await creationCode("AuditOpenUpgrade"));
    const code = withArguments(
      await creationCode("AuditProxy"),
      ["address", "bytes"],
      [implementation, data("unpause")],
    );
    const report = await node.audit(await node.deployer.deploy(code));
    expect(severe(report)).toContain("ownership.upgrade");
  });

  it("tells a clone, whose code cannot be exchanged", async () => {
    const implementation = await node.deployer.deploy(await creationCode("AuditOpen"));
    const clone = `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${implementation.slice(2)}5af43d82803e903d91602b57fd5bf3`;
    const report = await node.audit(await node.deployer.deploy(clone));
    expect(answersIn(report)).toMatchObject({ "ownership.proxy": "yes", "ownership.upgrade": "no" });
    expect(severe(report)).toContain("stranger.otherMints");
  });

  it("names accounts that delegate to code, and contracts that hold tokens", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js"));
    const delegated = "0x0000000000000000000000000000000000007702";
    await node.anvil.request("anvil_setCode", delegated, `0xef0100${address.slice(2)}`);
    const { deployer } = node;
    await deployer.send(address, data("mint", deployer.address, 1n));
    await deployer.send(address, data("transferFrom", deployer.address, delegated, 1n));
    const report = await node.audit(address);
    const owners = report.answers.find(({ id }) => id === "ownership.codeOwners");
    expect(owners).toMatchObject({ answer: "yes", list: [delegated] });
    expect(owners?.evidence).toContain("0 are contracts, and 1 accounts delegate to code");
  });

  it("looks at the block that it is told", async () => {
    const address = await node.deployer.deploy(caverBytecode("caver-js"));
    const before = BigInt(String(await node.anvil.request("eth_blockNumber")));
    await node.deployer.send(address, data("pause"));
    expect(answersIn(await node.audit(address, { block: before }))["pause.now"]).toBe("no");
    const now = await node.audit(address);
    expect(answersIn(now)["pause.now"]).toBe("yes");
    expect(now.block.number).toBe(String(before + 1n));
  });
});

function selector(signature: string): string {
  return id(signature).slice(0, 10);
}
