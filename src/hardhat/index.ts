import { emptyTask, task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatPlugin } from "hardhat/types/plugins";
import type { NewTaskDefinition } from "hardhat/types/tasks";
import type { MigrationStep } from "./migration/steps.ts";

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

/** The tasks that move a collection; they differ in which steps they do. */
function migration(
  name: string,
  description: string,
  load: Parameters<ReturnType<typeof withMigrationOptions>["setAction"]>[0],
): NewTaskDefinition {
  return withMigrationOptions(task(["kip17", name], description))
    .setAction(load)
    .build();
}

function withMigrationOptions(builder: ReturnType<typeof task>) {
  return builder
    .addOption({ name: "from", description: "The old collection's address", ...optional })
    .addOption({ name: "out", description: "The run's folder; made from the old address unless told", ...optional })
    .addOption({ name: "oldNetwork", description: "The old collection's network, if it is another one", ...optional })
    .addOption({ name: "block", description: "The block to take the snapshot at; the latest unless told", ...optional })
    .addOption({ name: "logsFrom", description: "The oldest block whose logs are read; 0 unless told", ...optional })
    .addOption({ name: "remap", description: "A file that gives tokens to other owners than they have", ...optional })
    .addOption({ name: "owner", description: "The new contract's owner; the first signer unless told", ...optional })
    .addOption({
      name: "signers",
      description: "Addresses to send from, with commas; the first deploys and seals",
      ...optional,
    })
    .addOption({ name: "name", description: "The new collection's name; the old one's unless told", ...optional })
    .addOption({ name: "symbol", description: "The new collection's symbol; the old one's unless told", ...optional })
    .addOption({
      name: "profile",
      description: "The new chain's profile: kaia, ethereum...; by its id unless told",
      ...optional,
    })
    .addFlag({ name: "yes", description: "Agree to what cannot be taken back" })
    .addFlag({ name: "dryRun", description: "Stop before anything is sent" })
    .addFlag({ name: "keepOpen", description: "Leave the old contract unpaused" })
    .addFlag({ name: "skipRehearsal", description: "Do not try it on a copy of the chain first" })
    .addFlag({ name: "compareWithOld", description: "Let the new contract ask the old one for each owner" })
    .addFlag({ name: "allowMoved", description: "Mint to the snapshot's owners what has moved since" })
    .addFlag({ name: "json", description: "Print the last step's result as one JSON object" });
}

/** A step of a migration that is a task of its own. */
function step(name: string, description: string, which: MigrationStep["step"]): NewTaskDefinition {
  return migration(name, description, async () => ({
    default: (await import("./migration/run-task.ts")).stepTask(which),
  }));
}

/**
 * The Hardhat plugin. `npx hardhat kip17 check --address A` compares a contract with KIP-17, `npx hardhat kip17 audit --address A` asks
 * what its holders have to know. Both simulate: nothing is sent. `npx hardhat kip17 migrate --from A` moves a collection to a new contract
 * of ours, step by step: each step is a task as well, and `kip17 status` tells how far a run has come. docs/migration.md is the runbook.
 *
 * Exit codes: 0 all conform, or nothing of high severity was found; 1 deviations, or findings; 3 it could not be made: no contract
 * there, bad arguments, the node was not reached. Hardhat itself ends with 1 on what it does not know, such as an unknown option.
 */
const plugin: HardhatPlugin = definePlugin({
  id: "latchkey",
  npmPackage: "latchkey",
  tasks: [
    emptyTask("kip17", "Looks at KIP-17 collections, and moves them").build(),
    inspection("check", "Compare a deployed contract with KIP-17", () => import("./check-action.ts")),
    inspection("audit", "Ask what holders of a deployed collection have to know", () => import("./audit-action.ts")),
    migration("migrate", "Move a collection to a new contract, all steps", async () => ({
      default: (await import("./migration/run-task.ts")).migrate,
    })),
    step("snapshot", "Migration: write down who owns what at one block", "snapshot"),
    step("plan", "Migration: cut it into transactions and say what they cost", "plan"),
    step("rehearse", "Migration: do all of it on a copy of the chain in this process", "rehearsal"),
    step("freeze", "Migration: pause the old contract as far as it allows", "freeze"),
    step("deploy", "Migration: deploy the new contract with the commitment", "deployment"),
    step("mint", "Migration: bring all tokens in", "mint"),
    step("verify", "Migration: compare the new collection with the snapshot", "verification"),
    step("seal", "Migration: end it on chain", "seal"),
    step("report", "Migration: write report.html and report.json", "report"),
    migration("status", "Migration: how far a run has come", async () => ({
      default: (await import("./migration/status-task.ts")).status,
    })),
  ],
});

export default plugin;
