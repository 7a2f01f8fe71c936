import { deployNew } from "../../migration/deploy.ts";
import { freezeOld } from "../../migration/freeze.ts";
import { mintAll } from "../../migration/mint/mint-all.ts";
import { writeReport } from "../../migration/report/write-report.ts";
import { sealNew } from "../../migration/seal.ts";
import { verifyMigration } from "../../migration/verify/verify-migration.ts";
import type { MigrationContext } from "./context.ts";
import { counted, notVerified } from "./outcome.ts";
import { stepOptions } from "./step-options.ts";

// Steps from the first one on that sends. Each returns what came of it, in lines for people; what is asked before is undefined where there is
// nothing left to send.

export async function doFreeze(context: MigrationContext): Promise<string> {
  const { options, run, old } = context;
  const { state, staysOpen } = await freezeOld(run, old, {
    ...stepOptions(context),
    ...(options.keepOpen ? {} : { sender: await context.oldSender() }),
    keepOpen: options.keepOpen,
  });
  return [state === "paused" ? "the old contract is paused" : "the old contract stays open", ...staysOpen].join("\n  ");
}

export async function askFreeze({ run, options, old }: MigrationContext): Promise<string | undefined> {
  return options.keepOpen || (await run.read("freeze"))?.state === "paused" ? undefined : `Pause ${old.address}`;
}

export async function doDeploy(context: MigrationContext): Promise<string> {
  const [sender] = await context.senders();
  const { address } = await deployNew(context.run, { ...stepOptions(context), chain: context.chain, sender });
  return address;
}

export async function askDeploy({ run, chain }: MigrationContext): Promise<string | undefined> {
  return (await run.read("deployment")) === undefined
    ? `Deploy the new contract on chain ${String(chain.chainId)}`
    : undefined;
}

export async function doMint(context: MigrationContext): Promise<string> {
  const { run, chain, old, options } = context;
  const mint = await mintAll(run, {
    ...stepOptions(context),
    chain,
    old,
    senders: await context.senders(),
    allowMoved: options.allowMoved,
  });
  return `${counted(mint.transactions, "transaction")}, ${mint.gasUsed} gas, ${mint.fee} in fees`;
}

export async function askMint({ run }: MigrationContext): Promise<string | undefined> {
  return (await run.read("mint")) === undefined
    ? `Mint ${counted((await run.needed("snapshot")).tokens, "token")}`
    : undefined;
}

export async function doVerify(context: MigrationContext): Promise<string> {
  const { run, chain, old } = context;
  const result = await verifyMigration(run, { ...stepOptions(context), chain, old });
  if (!result.verified) throw notVerified("The new collection", result.differenceCount, result.differences[0]);
  return `${counted(result.tokens, "token")} of ${counted(result.owners, "owner")} compared at block ${result.block.number}: no difference`;
}

export async function doSeal(context: MigrationContext): Promise<string> {
  const [sender] = await context.senders();
  const { block } = await sealNew(context.run, { ...stepOptions(context), chain: context.chain, sender });
  return `sealed at block ${block.number}`;
}

export async function askSeal({ run }: MigrationContext): Promise<string | undefined> {
  return (await run.read("seal")) === undefined ? "Seal the new contract" : undefined;
}

export async function doReport(context: MigrationContext): Promise<string> {
  const { html, json } = await writeReport(context.run, stepOptions(context));
  return `${html}, ${json}`;
}
