import { emptyTask, task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatPlugin } from "hardhat/types/plugins";
import type { NewTaskDefinition } from "hardhat/types/tasks";

export { latchkeyAccounts, type LatchkeyAccountsOptions } from "./latchkey-accounts.ts";
export { type LocalReplicas, localReplicas } from "./replicas.ts";
export type { HardhatPlugin } from "hardhat/types/plugins";
export type { ReplicaFactory } from "../inspection/simulation/open-simulation.ts";

const optional = { type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined } as const;

/** Options by their descriptions; the two tasks differ in nothing else. */
function inspection(
  name: "check" | "audit",
  description: string,
  load: Parameters<typeof withAction>[1],
): NewTaskDefinition {
  return withAction(task(["kip17", name], description), load);
}

function withAction(
  builder: ReturnType<typeof task>,
  load: Parameters<ReturnType<typeof withOptions>["setAction"]>[0],
): NewTaskDefinition {
  return withOptions(builder).setAction(load).build();
}

function withOptions(builder: ReturnType<typeof task>) {
  return builder
    .addOption({ name: "address", description: "The collection's address", ...optional })
    .addOption({ name: "block", description: "The block's number; the latest unless told", ...optional })
    .addOption({ name: "minter", description: "An account to act as minter; looked for unless told", ...optional })
    .addOption({ name: "pauser", description: "An account to act as pauser; looked for unless told", ...optional })
    .addOption({ name: "logsFrom", description: "The oldest block whose logs are read; 0 unless told", ...optional })
    .addFlag({ name: "json", description: "Print the report as one JSON object" });
}

/**
 * The Hardhat plugin. `npx hardhat kip17 check --address A` compares a contract with KIP-17, `npx hardhat kip17 audit --address A` asks
 * what its holders have to know. Both simulate: nothing is sent.
 *
 * Exit codes: 0 all conform, or nothing of high severity was found; 1 deviations, or findings; 3 it could not be made: no contract
 * there, bad arguments, the node was not reached. Hardhat itself ends with 1 on what it does not know, such as an unknown option.
 */
const plugin: HardhatPlugin = definePlugin({
  id: "latchkey",
  npmPackage: "latchkey",
  tasks: [
    emptyTask("kip17", "Looks at KIP-17 collections; sends nothing").build(),
    inspection("check", "Compare a deployed contract with KIP-17", () => import("./check-action.ts")),
    inspection("audit", "Ask what holders of a deployed collection have to know", () => import("./audit-action.ts")),
  ],
});

export default plugin;
