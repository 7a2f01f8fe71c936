import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkConformance } from "../../../src/inspection/conformance/check-conformance.ts";
import type { CheckOutcome } from "../../../src/inspection/scene/finding.ts";
import type { ConformanceReport } from "../../../src/inspection/conformance/report.ts";
import { bytecodeOf } from "../../../src/contracts/bytecode.ts";
import { creationCode } from "../../harness/creation-code.ts";
import { caverBytecode, recording, withArguments } from "../collections.ts";

import { startNode, type TestNode } from "../nodes.ts";

/** Where others' contracts leave the KIP: what each is known for, whole, and nothing else. */
const known = {
  // Stated in its NatSpec: caver-js mints in one of the ways only where that one is reported, so both are.
  KIP17Collection: ["interfaces.exclusive"],
  KIP17CollectionUpgradeable: ["interfaces.exclusive"],
  // Asks for onERC721Received by hand, and takes four bytes of an error for its answer.
  "caver-js 1.9": ["interfaces.exclusive", "safeTransfers.kip17.error"],
  "caver-js 1.12": [
    "interfaces.exclusive",
    "safeTransfers.erc721.error",
    "safeTransfers.erc721.reason",
    "safeTransfers.erc721.silent",
    "minting.addMinter.added",
    "minting.addMinter.renounced",
    "minting.renounceMinter.stranger",
    "mintingWithUri.mint.stranger",
    "pausing.stopsApprove",
    "pausing.stopsOperators",
    "pausing.addPauser.added",
    "pausing.addPauser.renounced",
    "pausing.renouncePauser.stranger",
  ],
  // As caver-js 1.12, but for the role that mintWithTokenURI asks for; the two ways to mint cannot be put together.
  "@kaiachain/contracts": [
    "safeTransfers.erc721.error",
    "safeTransfers.erc721.reason",
    "safeTransfers.erc721.silent",
    "minting.addMinter.added",
    "minting.addMinter.renounced",
    "minting.renounceMinter.stranger",
    "pausing.stopsApprove",
    "pausing.stopsOperators",
    "pausing.addPauser.added",
    "pausing.addPauser.renounced",
    "pausing.renouncePauser.stranger",
  ],
  // Knows nothing of KIP-17's receivers.
  "OpenZeppelin's ERC721": [
    "safeTransfers.kip17",
    "safeTransfers.kip17.error",
    "safeTransfers.kip17.reason",
    "safeTransfers.kip17.silent",
    "safeTransfers.arguments",
  ],
} as const;

type Name = keyof typeof known;

/** Groups, or single checks, of what they do not have; all else has to be answered. */
const absent: Readonly<Record<Name, readonly string[]>> = {
  KIP17Collection: [],
  KIP17CollectionUpgradeable: [],
  "caver-js 1.9": [],
  "caver-js 1.12": [],
  "@kaiachain/contracts": [
    "interfaces.IKIP17Mintable",
    "caver.mint",
    "minting.mint",
    "minting.mint.stranger",
    "minting.mint.renounced",
  ],
  "OpenZeppelin's ERC721": ["enumerable", "minting", "mintingWithUri", "burning", "pausing"],
};
/** With eth_call alone, and where nothing was done yet. */
const untold = ["transfer", "mint", "burn", "approval", "approvalForAll", "paused", "unpaused"].map(
  (id) => `events.${id}`,
);

const readMethods = [
  "eth_blockNumber",
  "eth_call",
  "eth_chainId",
  "eth_getBalance",
  "eth_getBlockByNumber",
  "eth_getCode",
  "eth_getLogs",
];

function having(report: ConformanceReport, outcome: CheckOutcome): readonly string[] {
  return report.checks.filter((check) => check.outcome === outcome).map(({ id }) => id);
}

describe.each(["anvil", "EDR", "the Kaia node"] as const)("conformance on %s", { timeout: 120_000 }, (nodeName) => {
  let node: TestNode;
  let code: Readonly<Record<Name, string>>;
  beforeAll(async () => {
    node = await startNode(nodeName);
    const settings = ["Ours", "OURS", node.deployer.address, 1, 10_000];
    const types = ["string", "string", "address", "uint256", "uint256"];
    code = {
      KIP17Collection: withArguments(await bytecodeOf("KIP17Collection"), types, settings),
      KIP17CollectionUpgradeable: await behindProxy(node, types, settings),
      "caver-js 1.9": caverBytecode("caver-js-1.9"),
      "caver-js 1.12": caverBytecode("caver-js"),
      "@kaiachain/contracts": await creationCode("ConformanceKaiaPreset"),
      "OpenZeppelin's ERC721": await creationCode("ConformancePlain"),
    };
  });
  afterAll(() => node.stop());

  it.each(Object.keys(known).filter(isName))("finds what %s is known for, and only reads", async (name) => {
    const address = await node.deployer.deploy(code[name]);
    const transport = recording(node.url);

    const report = await checkConformance({ transport, address });

    await transport.close();
    expect(having(report, "deviates")).toEqual(known[name]);
    const missing = having(report, "not offered");
    for (const id of absent[name]) expect(missing.some((each) => each === id || each.startsWith(`${id}.`))).toBe(true);
    expect(having(report, "cannot tell")).toEqual(untold.filter((id) => !missing.includes(id)));
    expect(report).toMatchObject({ address, method: "eth_call with code overrides" });
    expect(report.roles.minter).toBe(node.deployer.address);
    const methods = new Set(transport.seen.map(({ method }) => method));
    expect([...methods].filter((method) => !readMethods.includes(method))).toEqual([]);
  });
});

/** Creation bytecode of a proxy to a new implementation. */
async function behindProxy(
  { deployer }: TestNode,
  types: readonly string[],
  settings: readonly unknown[],
): Promise<string> {
  const implementation = await deployer.deploy(await bytecodeOf("KIP17CollectionUpgradeable"));
  const call = new Interface([`function initialize(${types.join()})`]).encodeFunctionData("initialize", settings);
  return withArguments(await bytecodeOf("ERC1967Proxy"), ["address", "bytes"], [implementation, call]);
}

function isName(name: string): name is Name {
  return Object.hasOwn(known, name);
}
