import { getAddress } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytecodeOf } from "../../../src/contracts/index.ts";
import type { AuditReport } from "../../../src/inspection/index.ts";
import { creationCode } from "../../harness/creation-code.ts";
import { caverBytecode, data, withArguments } from "../collections.ts";
import { answersIn, type AuditNode, evidenceFor, holder, severe, startAuditNode } from "./subject.ts";

/** What differs from one generation to the next; kip17.md, section 2. */
const differences = {
  "caver-js up to 1.9": {
    "stranger.mintWithTokenURI": "no",
    "roles.admins": "cannot tell",
    "roles.minterAddsMinters": "yes",
    "roles.renounceMinter": "no",
    "pause.stops.approve": "yes",
    "pause.stops.setApprovalForAll": "yes",
    "pause.stops.mint": "no",
    "pause.stops.mintWithTokenURI": "no",
    "pause.stops.burn": "no",
    "pause.thaw": "no",
    "receivers.erc721": "yes",
    "receivers.kip17Error": "no",
    "ownership.owner": "no",
  },
  "caver-js 1.10 to 1.12": {
    "stranger.mintWithTokenURI": "yes",
    "roles.admins": "1 known",
    "roles.minterAddsMinters": "no",
    "roles.renounceMinter": "yes",
    "pause.stops.approve": "no",
    "pause.stops.setApprovalForAll": "no",
    "pause.stops.mint": "yes",
    "pause.stops.mintWithTokenURI": "yes",
    "pause.stops.burn": "yes",
    "pause.thaw": "yes",
    "receivers.erc721": "no",
    "receivers.kip17Error": "yes",
    "ownership.owner": "yes",
  },
  "@klaytn/contracts or @kaiachain/contracts": {
    "stranger.mintWithTokenURI": "no",
    "roles.admins": "1 known",
    "roles.minterAddsMinters": "no",
    "roles.renounceMinter": "yes",
    "pause.stops.approve": "no",
    "pause.stops.setApprovalForAll": "no",
    // It has one of the two ways to mint.
    "pause.stops.mint": "cannot tell",
    "pause.stops.mintWithTokenURI": "yes",
    "pause.stops.burn": "yes",
    "pause.thaw": "yes",
    "receivers.erc721": "no",
    "receivers.kip17Error": "yes",
    "ownership.owner": "no",
  },
  Latchkey: {
    "stranger.mintWithTokenURI": "no",
    "roles.admins": "1 known",
    "roles.minterAddsMinters": "yes",
    "roles.renounceMinter": "no",
    "pause.stops.approve": "yes",
    "pause.stops.setApprovalForAll": "yes",
    "pause.stops.mint": "yes",
    "pause.stops.mintWithTokenURI": "yes",
    "pause.stops.burn": "yes",
    "pause.thaw": "yes",
    "receivers.erc721": "yes",
    "receivers.kip17Error": "yes",
    "ownership.owner": "yes",
  },
} as const;

type Generation = keyof typeof differences;

const same = {
  "stranger.mint": "no",
  "stranger.otherMints": "no",
  "stranger.addMinter": "no",
  "stranger.addPauser": "no",
  "stranger.takeOver": "no",
  "stranger.pause": "no",
  "stranger.burn": "no",
  "stranger.transfer": "no",
  "roles.minters": "1 known",
  "roles.pausers": "1 known",
  "pause.now": "no",
  "pause.stops.transferFrom": "yes",
  "pause.freeze": "yes",
  "receivers.refusal": "yes",
  "enumerable.views": "yes",
  "enumerable.logs": "yes",
  "ownership.initialize": "no",
  "ownership.proxy": "no",
  "ownership.upgrade": "no",
  "ownership.codeOwners": "no",
  "approvals.operators": "yes",
};

async function codeOf(generation: Generation, owner: string): Promise<string> {
  if (generation === "caver-js up to 1.9") return caverBytecode("caver-js-1.9");
  if (generation === "caver-js 1.10 to 1.12") return caverBytecode("caver-js");
  if (generation === "Latchkey") {
    const types = ["string", "string", "address", "uint256", "uint256"];
    return withArguments(await bytecodeOf("KIP17Collection"), types, ["Ours", "OUR", owner, 0, 1_000]);
  }
  return await creationCode("ConformanceKaiaPreset");
}

const generations: readonly Generation[] = [
  "caver-js up to 1.9",
  "caver-js 1.10 to 1.12",
  "@klaytn/contracts or @kaiachain/contracts",
  "Latchkey",
];

/** One node; a compilation of some seconds. */
describe("an audit of", { timeout: 120_000 }, () => {
  let node: AuditNode;

  beforeAll(async () => {
    node = await startAuditNode();
  });
  afterAll(() => node.anvil.stop());

  describe.each(generations)("%s", (generation) => {
    let address: string;
    let report: AuditReport;

    beforeAll(async () => {
      const { deployer } = node;
      address = await deployer.deploy(await codeOf(generation, deployer.address));
      for (const [id, owner] of [
        [1n, holder],
        [2n, deployer.address],
        [3n, holder],
      ] as const) {
        await deployer.send(address, data("mintWithTokenURI", owner, id, `ipfs://${String(id)}`));
      }
      await deployer.send(address, data("burn", 2n)).catch(() => undefined);
      await deployer.send(address, data("setApprovalForAll", holder, true));
      report = await node.audit(address);
    });

    it("answers every question", () => {
      expect(answersIn(report)).toEqual({ generation, ...same, ...differences[generation] });
      expect(report.method).toBe("eth_call with code overrides");
    });

    it("finds nothing of high severity but the open mintWithTokenURI", () => {
      expect(severe(report)).toEqual(generation === "caver-js 1.10 to 1.12" ? ["stranger.mintWithTokenURI"] : []);
    });

    it("knows who holds the roles", () => {
      const listed = (id: string): readonly string[] => report.answers.find((each) => each.id === id)?.list ?? [];
      expect(listed("roles.minters")).toEqual([node.deployer.address]);
      expect(listed("roles.pausers")).toEqual([node.deployer.address]);
      expect(listed("pause.freeze")).toEqual([node.deployer.address]);
      expect(listed("pause.thaw")).toEqual(
        differences[generation]["pause.thaw"] === "yes" ? [node.deployer.address] : [],
      );
      expect(listed("approvals.operators")).toEqual([getAddress(holder)]);
    });

    it("counts tokens as the logs do, the burned one left out", () => {
      expect(evidenceFor(report, "enumerable.logs")).toBe(
        "ownerOf agrees with all past logs for 3 of 3 ids, and totalSupply() with their number",
      );
    });

    it("says so when it is paused, and answers the same otherwise", async () => {
      await node.deployer.send(address, data("pause"));
      const paused = answersIn(await node.audit(address));
      await node.deployer.send(address, data("unpause"));
      expect(paused).toEqual({ ...answersIn(report), "pause.now": "yes" });
    });

    it("can be written as JSON and read again", () => {
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    });
  });
});
