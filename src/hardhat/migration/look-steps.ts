import { readFile } from "node:fs/promises";
import { auditOld } from "../../migration/audit.ts";
import { planMigration } from "../../migration/plan/plan-migration.ts";
import { rehearse } from "../../migration/rehearse/rehearse.ts";
import { parseRemap } from "../../migration/remap.ts";
import { takeSnapshot } from "../../migration/snapshot/take-snapshot.ts";
import { localReplicas } from "../replicas.ts";
import type { MigrationContext } from "./context.ts";
import { counted, notVerified } from "./outcome.ts";
import { lastingBlock } from "./open-chain.ts";
import { invalid } from "./options.ts";
import { rehearsalReplica } from "./rehearsal-replica.ts";
import { stepOptions } from "./step-options.ts";

// Steps that send nothing to any node. Each returns what came of it, in lines for people.

export async function doAudit(context: MigrationContext): Promise<string> {
  const replicas = localReplicas();
  try {
    const { report, warnings } = await auditOld(context.run, context.old, {
      ...stepOptions(context),
      replica: replicas.replica,
    });
    return [
      `${String(report.answers.length)} questions, ${String(report.counts.high)} of high severity`,
      ...warnings,
    ].join("\n  ");
  } finally {
    await replicas.close();
  }
}

export async function doSnapshot(context: MigrationContext): Promise<string> {
  const { block, logsFrom, remap } = context.options;
  // A snapshot that was taken stays the run's, however far the chain has gone on.
  const isTaken = (await context.run.read("snapshot")) !== undefined;
  const newest = block === undefined && !isTaken ? await lastingBlock(context.old.transport) : {};
  const { tokens, owners, holes, root, ...result } = await takeSnapshot(context.run, context.old, {
    ...stepOptions(context),
    ...(block === undefined ? newest : { block }),
    ...(logsFrom === undefined ? {} : { logsFrom }),
    ...(remap === undefined ? {} : { remap: parseRemap(await readFile(remap)) }),
  });
  return `${counted(tokens, "token")} of ${counted(owners, "owner")}, ${counted(holes, "hole")}, at block ${result.block.number}; root ${root}`;
}

export async function doPlan(context: MigrationContext): Promise<string> {
  const { options, run, chain } = context;
  const addresses = await context.addresses();
  const plan = await planMigration(run, {
    ...stepOptions(context),
    chain,
    owner: options.owner ?? addresses[0] ?? "",
    senders: addresses.length,
    compareWithOld: options.compareWithOld,
    willFreeze: !options.keepOpen,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
  });
  const prices = plan.fees.map(({ perGas, total }) => `${total} at ${perGas} a gas`).join("; ");
  const lines = [
    `${counted(plan.batches.length, "batch", "batches")}, ${plan.gas.total} gas, about ${String(Math.ceil(plan.seconds))} s`,
    prices,
  ];
  return [...lines, ...plan.leftBehind].join("\n  ");
}

export async function doRehearsal(context: MigrationContext): Promise<string> {
  const { run, old, options } = context;
  const { block } = await run.needed("snapshot");
  if (run.identity.oldChainId !== String(context.chain.chainId))
    throw invalid(
      "A rehearsal plays both collections on one chain, and they are on two; --skip-rehearsal goes on without",
    );
  const addresses = await context.addresses();
  const result = await rehearse(run, {
    ...stepOptions(context),
    keepOpen: options.keepOpen,
    openLocal: () =>
      rehearsalReplica({
        old,
        block: BigInt(block.number),
        senders: addresses,
        pauser: options.keepOpen ? undefined : addresses[0],
      }),
  });
  if (!result.verified) throw notVerified("The rehearsal", result.differenceCount);
  return `${counted(result.transactions, "transaction")}, ${result.gasUsed} gas; no difference`;
}
