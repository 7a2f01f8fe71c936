import { createRequire } from "node:module";
import { isRecord } from "../../scripts/guards.ts";

const load = createRequire(import.meta.url);

/** The creation bytecode of the KIP-17 contract inside a caver-js package. Loads the package, which takes a second. */
export function caverCreationCode(installedAs: "caver-js" | "caver-js-1.9"): string {
  const helper: unknown = load(`${installedAs}/packages/caver-kct/src/kctHelper.js`);
  const code = isRecord(helper) ? helper["kip17ByteCode"] : undefined;
  if (typeof code !== "string" || !/^(0x)?60[0-9a-f]+$/.test(code))
    throw new Error(`${installedAs} has no KIP-17 bytecode where it is looked for.`);
  return code.startsWith("0x") ? code : `0x${code}`;
}
