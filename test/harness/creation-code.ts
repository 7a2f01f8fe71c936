import { createRequire } from "node:module";
import hre from "hardhat";
import { isRecord } from "../../scripts/guards.ts";

/** Creation bytecode of one of the repository's contracts, mocks included, as compiled before the tests began. */
export async function creationCode(contract: string): Promise<string> {
  return (await hre.artifacts.readArtifact(contract)).bytecode;
}

/** The KIP-17 contract that a version of caver-js carries and deploys. Loads the package, which takes a second. */
export function caverKip17(installedAs: "caver-js" | "caver-js-1.9"): { abi: string; bytecode: string } {
  const helper: unknown = createRequire(import.meta.url)(`${installedAs}/packages/caver-kct/src/kctHelper.js`);
  const { kip17JsonInterface: abi, kip17ByteCode: code } = isRecord(helper) ? helper : {};
  if (!Array.isArray(abi) || typeof code !== "string" || !/^(0x)?60[0-9a-f]+$/.test(code))
    throw new Error(`${installedAs} has no KIP-17 contract where it is looked for.`);
  return { abi: JSON.stringify(abi), bytecode: code.startsWith("0x") ? code : `0x${code}` };
}
