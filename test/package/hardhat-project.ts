/** What a stranger writes who builds on the Solidity and uses the plugin. */
export const ticketsContract = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KIP17Collection} from "latchkey/contracts/KIP17Collection.sol";

contract Tickets is KIP17Collection {
    constructor(address owner) KIP17Collection("Tickets", "TIX", owner, 0, 1_000) {}
}
`;

export const hardhatConfig = `
import { createRequire } from "node:module";
import { configVariable, defineConfig } from "hardhat/config";
import latchkey from "latchkey/hardhat";

const path = createRequire(import.meta.url).resolve("solc/soljson.js");

export default defineConfig({
  plugins: [latchkey],
  solidity: {
    compilers: [
      { version: "0.8.37", path, settings: { evmVersion: "prague", optimizer: { enabled: true, runs: 1000 } } },
    ],
  },
  networks: { target: { type: "http", chainType: "generic", url: configVariable("NODE_URL") } },
});
`;

/** Names what the sub-paths of this side export, so that the compiler reads their declarations. */
export const inspectionProgram = `
import { packTokens } from "latchkey/contracts";
import plugin, { localReplicas, type LocalReplicas } from "latchkey/hardhat";
import { auditCollection, checkConformance, type AuditReport } from "latchkey/inspection";

export const open = (): LocalReplicas => localReplicas();
export const high = (report: AuditReport): number => report.counts.high;
console.log(JSON.stringify([plugin.id, typeof packTokens, typeof auditCollection, typeof checkConformance]));
`;
