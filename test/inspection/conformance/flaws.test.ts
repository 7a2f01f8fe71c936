import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allChecks } from "../../../src/inspection/conformance/all-checks.ts";
import { checkConformance } from "../../../src/inspection/conformance/check-conformance.ts";
import { http } from "../../../src/rpc/http.ts";
import { creationCode } from "../../harness/creation-code.ts";
import { withArguments } from "../collections.ts";

import { startNode, type TestNode } from "../nodes.ts";

const interfaceNames = ["", "Metadata", "Enumerable", "Mintable", "MetadataMintable", "Burnable", "Pausable"];
const kip17 = [
  "safeTransfers.kip17",
  "safeTransfers.kip17.error",
  "safeTransfers.kip17.reason",
  "safeTransfers.kip17.silent",
];
const erc721 = kip17.map((id) => id.replace("kip17", "erc721"));
const refused = ["revert", "error", "reason", "silent", "short", "wrongMagic"].map((id) => `safeTransfers.no.${id}`);

/** Each flaw of ConformanceDeviant, by the enum's order, and the checks that have to see it: these and no others. */
const flaws: readonly (readonly [string, readonly string[]])[] = [
  ["None", []],
  ["InterfaceDear", ["kip13.own", "kip13.invalid", "kip13.unknown"]],
  ["InterfaceAll", ["kip13.invalid", "kip13.unknown"]],
  [
    "InterfaceNothing",
    ["kip13.own", ...interfaceNames.map((name) => `interfaces.IKIP17${name}`), "caver.mint", "caver.mintWithTokenURI"],
  ],
  ["InterfaceUnreported", ["interfaces.IKIP17Enumerable"]],
  ["InterfaceSilent", ["interfaces.IKIP17Pausable", "caver.detectInterface"]],
  ["NotEnumerable", ["interfaces.IKIP17Enumerable"]],
  ["BalanceOfZero", ["views.balanceOf.zero"]],
  ["OwnerOfUnknown", ["views.ownerOf.unknown", "burning.owner", "burning.approved", "burning.operator"]],
  ["GetApprovedUnknown", ["views.getApproved.unknown", "burning.resetApproval"]],
  ["BalanceStands", ["views.balanceOf.counts", "minting.mint"]],
  ["BalanceOfNobody", ["views.balanceOf.nobody"]],
  [
    "TransferMovesNothing",
    [
      "views.balanceOf.counts",
      "transfers.owner",
      "transfers.approved",
      "transfers.operator",
      "ids.zero",
      "ids.largest",
      ...kip17,
      ...erc721,
      "safeTransfers.both",
      "safeTransfers.account",
      "enumerable.follows",
      "pausing.resumes",
    ],
  ],
  ["TransferUnknown", ["transfers.unknown", "burning.resetApproval"]],
  [
    "TransferByStranger",
    [
      "transfers.stranger",
      "transfers.resetApproval",
      "transfers.safe.stranger",
      "approvals.clear",
      "approvals.severalOperators",
    ],
  ],
  ["TransferFromAnybody", ["transfers.wrongFrom", "transfers.safe.wrongFrom"]],
  ["TransferToZero", ["transfers.toZero", "transfers.safe.toZero"]],
  [
    "TransferByOwnerAlone",
    ["transfers.approved", "transfers.operator", "approvals.severalOperators", "safeTransfers.arguments"],
  ],
  ["ApprovalStays", ["transfers.resetApproval"]],
  ["ApproveForgotten", ["transfers.approved", "approvals.owner", "approvals.operator", "burning.approved"]],
  ["ApproveByStranger", ["approvals.stranger"]],
  ["ApproveByOwnerAlone", ["approvals.operator"]],
  ["ApproveNotCleared", ["approvals.clear"]],
  ["OneOperator", ["approvals.severalOperators"]],
  ["ReceiverNotAsked", [...refused, "safeTransfers.arguments"]],
  ["ReceiverAskedTwice", [...kip17, "safeTransfers.arguments"]],
  ["ReceiverSilenceIsYes", ["safeTransfers.no.silent"]],
  ["ReceiverErrorIsYes", ["safeTransfers.no.error", "safeTransfers.no.reason"]],
  ["ReceiverGetsNoData", ["safeTransfers.arguments"]],
  ["ReceiverErc721Alone", [...kip17, "safeTransfers.arguments"]],
  ["ReceiverKip17Alone", [...erc721]],
  ["ReceiverNotBoth", ["safeTransfers.both"]],
  ["ReceiverHasCode", ["safeTransfers.account"]],
  ["TransferNotIndexed", []],
  ["TransferSilent", []],
  ["ApprovalNotIndexed", []],
  ["PausedIndexed", []],
  ["NoSymbol", ["interfaces.IKIP17Metadata", "metadata.names"]],
  ["TokenUriMissing", ["metadata.tokenURI", "mintingWithUri.mint"]],
  ["TokenUriUnknown", ["metadata.unknown"]],
  ["IndexUnbounded", ["enumerable.tokenByIndex"]],
  ["OwnerIndexUnbounded", ["enumerable.tokenOfOwnerByIndex", "enumerable.follows"]],
  ["OwnerIndexZero", ["enumerable.zeroOwner"]],
  ["OwnerIndexStale", ["enumerable.follows"]],
  ["SupplyStands", ["enumerable.totalSupply"]],
  ["SmallIds", ["ids.largest"]],
  ["NoIdZero", ["ids.zero"]],
  ["MintAgain", ["ids.once"]],
  ["MintReturnsFalse", ["minting.mint"]],
  ["MintByAnybody", ["minting.mint.stranger", "minting.mint.renounced"]],
  ["MintWithUriByAnybody", ["mintingWithUri.mint.stranger"]],
  ["UriForgotten", ["mintingWithUri.mint"]],
  [
    "MinterIsEverybody",
    ["minting.isMinter", "minting.addMinter.stranger", "minting.addMinter.renounced", "minting.renounceMinter"],
  ],
  ["MinterNotAdded", ["minting.addMinter", "minting.addMinter.added"]],
  ["MinterAddedByAnybody", ["minting.addMinter.stranger", "minting.addMinter.renounced"]],
  ["MinterAddedByAdmin", ["minting.addMinter.added", "minting.addMinter.renounced"]],
  ["MinterRenouncedByAnybody", ["minting.renounceMinter.stranger"]],
  ["MinterStays", ["minting.mint.renounced", "minting.addMinter.renounced", "minting.renounceMinter"]],
  ["BurnUnknown", ["burning.unknown"]],
  ["BurnByAnybody", ["burning.stranger"]],
  ["BurnByOwnerAlone", ["burning.approved", "burning.operator"]],
  ["BurnKeepsOwner", ["burning.owner", "burning.approved", "burning.operator", "burning.resetApproval"]],
  ["PauseTwice", ["pausing.pause.twice"]],
  ["UnpauseTwice", ["pausing.unpause.twice"]],
  ["PauseByAnybody", ["pausing.pause.stranger"]],
  ["UnpauseByAnybody", ["pausing.unpause.stranger"]],
  ["PauseKeepsTransfers", ["pausing.stopsTransfers"]],
  ["PauseKeepsApprove", ["pausing.stopsApprove"]],
  ["PauseKeepsOperators", ["pausing.stopsOperators"]],
  ["PauseForEver", ["pausing.pause"]],
  ["PauseStopsAfter", ["pausing.resumes"]],
  [
    "PauserIsEverybody",
    ["pausing.isPauser", "pausing.addPauser.stranger", "pausing.addPauser.renounced", "pausing.renouncePauser"],
  ],
  ["PauserNotAdded", ["pausing.addPauser", "pausing.addPauser.added"]],
  ["PauserAddedByAdmin", ["pausing.addPauser.added", "pausing.addPauser.renounced"]],
  ["PauserAddedByAnybody", ["pausing.addPauser.stranger", "pausing.addPauser.renounced"]],
  ["PauserRenouncedByAnybody", ["pausing.renouncePauser.stranger"]],
  ["PauserStays", ["pausing.addPauser.renounced", "pausing.renouncePauser"]],
];

/** Seen in logs alone, or by no contract that could be looked at: what cannot be found wanting here. */
const elsewhere = [
  "interfaces.exclusive",
  "views.ownerOf",
  ...allChecks.map(({ id }) => id).filter((id) => id.startsWith("events.")),
];

describe("a collection with one flaw", { timeout: 120_000 }, () => {
  let node: TestNode;
  let code: string;
  beforeAll(async () => {
    node = await startNode();
    code = await creationCode("ConformanceDeviant");
  });
  afterAll(() => node.stop());

  it.each(flaws.map(([name, expected], index) => ({ name, expected, index })))("$name", async ({ expected, index }) => {
    const address = await node.deployer.deploy(withArguments(code, ["uint8"], [index]));
    const transport = http(node.url);
    const { checks } = await checkConformance({ transport, address });
    await transport.close();
    const deviating = checks.filter(({ outcome }) => outcome === "deviates").map(({ id }) => id);
    // It reports both ways to mint, as caver-js needs it.
    expect(deviating.filter((id) => id !== "interfaces.exclusive")).toEqual(expected);
  });

  it("is there for every check of the list", () => {
    const found = new Set(flaws.flatMap(([, ids]) => ids));
    expect(allChecks.map(({ id }) => id).filter((id) => !found.has(id))).toEqual(expect.arrayContaining(elsewhere));
    expect(found.size + elsewhere.length).toBe(allChecks.length);
  });
});
