import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Interface } from "ethers";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { commitBatches } from "../../../src/contracts/commitment.ts";
import { kip17MigratedAbi } from "../../../src/contracts/index.ts";
import { evm } from "../../../src/chains/evm/index.ts";
import { headLine, tokenLine } from "../../../src/migration/manifest.ts";
import { batchIntent, deploymentIntent } from "../../../src/migration/new-contract.ts";
import { orderTokens } from "../../../src/migration/order.ts";
import { openRun, type RunFolder } from "../../../src/migration/run-folder.ts";
import type { BlockName, ManifestToken, PlanResult, VerificationResult } from "../../../src/migration/types.ts";
import { verifyMigration, type VerifyOptions } from "../../../src/migration/verify/verify-migration.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { http } from "../../../src/rpc/http.ts";
import { isRecord } from "../../../src/units/is-record.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { deployOld, type OldCollection, sendAs } from "../harness/old-collection.ts";

export const base = "ipfs://tickets/";
const suffix = ".json";
/** Has a URI of its own. */
export const special = 7n;
export const anybody = "0x00000000000000000000000000000000a11b0d1e";

export type Doctor = (tokens: readonly ManifestToken[]) => readonly ManifestToken[];

export interface MigrateOptions {
  /** What the contract is deployed with and given, in place of what the manifest says. */
  readonly doctor?: Doctor;
  readonly compareWithOld?: boolean;
  /** Of the manifest, before anything is done: such as a token that waits at the door. */
  readonly manifest?: Doctor;
  /** Batches that are brought in; all unless told. */
  readonly batches?: number;
  /** After the deployment, before the first batch. */
  readonly beforeMint?: () => Promise<void>;
}

export interface Migrated {
  readonly run: RunFolder;
  readonly address: string;
  readonly tokens: readonly ManifestToken[];
  /** From an id's leaf to the root. */
  readonly proofOf: (id: bigint) => readonly string[];
  /** A function of the new contract's, sent by whoever. */
  call(from: string, name: string, ...args: readonly unknown[]): Promise<void>;
  verify(options?: Partial<VerifyOptions>): Promise<VerificationResult>;
}

export interface VerifyScene {
  readonly anvil: Anvil;
  readonly old: OldCollection;
  readonly transport: Transport;
  migrate(options?: MigrateOptions): Promise<Migrated>;
}

/** An old collection of 40 tokens, whose owners have several each, and 3 burned ids; each test finds it as it was. */
export function verifyScene(): () => VerifyScene {
  let scene: VerifyScene;
  let snapshot: unknown;
  const directories: string[] = [];
  beforeAll(async () => {
    const anvil = await startAnvil({ args: ["--gas-limit", "500000000"] });
    const uriOf = (id: bigint): string => (id === special ? "https://own.test/seven" : `${base}${String(id)}${suffix}`);
    const old = await deployOld(anvil, { tokens: 40, owners: 12, burned: 3, uriOf });
    const transport = http({ url: anvil.url, maxBatch: 500 });
    const migrate = async (options: MigrateOptions = {}): Promise<Migrated> => {
      const directory = mkdtempSync(join(tmpdir(), "latchkey-verify-"));
      directories.push(directory);
      return await migrateAll(anvil, transport, old, directory, options);
    };
    scene = { anvil, old, transport, migrate };
    snapshot = await anvil.request("evm_snapshot");
  });
  beforeEach(async () => {
    await scene.anvil.request("evm_revert", snapshot);
    snapshot = await scene.anvil.request("evm_snapshot");
  });
  afterAll(async () => {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    await scene.anvil.stop();
  });
  return () => scene;
}

async function migrateAll(
  anvil: Anvil,
  transport: Transport,
  old: OldCollection,
  directory: string,
  { doctor = (tokens) => tokens, compareWithOld = false, manifest = (tokens) => tokens, ...options }: MigrateOptions,
): Promise<Migrated> {
  const run = await openRun(directory, { oldChainId: String(anvil.chainId), oldContract: old.address });
  const holes = old.burned.map((id) => ({ id, owner: "hole", uri: "" }));
  const tokens = manifest([...old.tokens, ...holes].toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  await writeSnapshot(run, tokens, await blockOf(anvil, "latest"));
  const plan = planOf(run, tokens, compareWithOld);
  await run.write("plan", plan);

  const given = doctor(tokens);
  const committed = commit(run, given);
  const intent = await deploymentIntent(run.identity, { ...plan, root: committed.root, count: given.length });
  const deployment = await send(anvil, old.deployer, undefined, intent);
  const address = String(deployment["contractAddress"]).toLowerCase();
  await run.write("deployment", {
    step: "deployment",
    run: run.run,
    address,
    transaction: hexOf(deployment["transactionHash"]),
    block: await blockOf(anvil, String(deployment["blockNumber"])),
    gasUsed: String(BigInt(String(deployment["gasUsed"]))),
    fee: "0",
    root: plan.root,
    deployer: old.deployer,
  });
  await options.beforeMint?.();
  for (const batch of committed.batches.slice(0, options.batches ?? committed.batches.length))
    await send(anvil, old.deployer, address, batchIntent(address, batch));
  await run.write("mint", {
    step: "mint",
    run: run.run,
    address,
    batches: [],
    transactions: committed.batches.length,
    gasUsed: "0",
    fee: "0",
    seconds: 0,
  });

  const contract = new Interface(kip17MigratedAbi);
  const chain = evm({ name: "new", chainId: anvil.chainId, transport });
  return {
    run,
    address,
    tokens,
    proofOf: committed.proofOf,
    call: (from, name, ...args) => sendAs(anvil, from, address, contract.encodeFunctionData(name, args)),
    verify: (more) => verifyMigration(run, { chain, old, ...more }),
  };
}

/** A chain whose node is asked through another transport. */
export function chainOver(transport: Transport): VerifyOptions["chain"] {
  return evm({ name: "new", chainId: 31_337, transport });
}

async function writeSnapshot(run: RunFolder, tokens: readonly ManifestToken[], block: BlockName): Promise<void> {
  const text = headLine(run, block) + tokens.map(tokenLine).join("");
  writeFileSync(join(run.directory, "manifest.jsonl"), text);
  const owners = new Set(tokens.map(({ owner }) => owner).filter((owner) => owner.startsWith("0x")));
  await run.write("snapshot", {
    step: "snapshot",
    run: run.run,
    ...run.identity,
    block,
    name: "Old",
    symbol: "OLD",
    tokens: tokens.filter(({ owner }) => owner !== "hole").length,
    owners: owners.size,
    holes: tokens.filter(({ owner }) => owner === "hole").length,
    door: tokens.filter(({ owner }) => owner === "door").length,
    remapped: 0,
    remapSha256: null,
    root: `0x${"00".repeat(32)}`,
    manifest: {
      file: "manifest.jsonl",
      sha256: createHash("sha256").update(text).digest("hex"),
      bytes: Buffer.byteLength(text),
    },
    pattern: { base, suffix, tokens: tokens.length },
    ownersWithCode: [],
    approvals: { tokens: 0, operators: 0 },
    seconds: 0,
  });
}

/** Packed batches of 15, and one for what has a URI of its own. */
function cut(tokens: readonly ManifestToken[]): readonly { kind: "packed" | "withUri"; tokens: ManifestToken[] }[] {
  const { packed, withUri } = orderTokens(tokens, { base, suffix });
  const batches = [];
  for (let start = 0; start < packed.length; start += 15)
    batches.push({ kind: "packed" as const, tokens: packed.slice(start, start + 15) });
  if (withUri.length > 0) batches.push({ kind: "withUri" as const, tokens: [...withUri] });
  return batches;
}

function commit(run: RunFolder, tokens: readonly ManifestToken[]) {
  const batches = cut(tokens);
  const { oldChainId, oldContract } = run.identity;
  const lists = batches.map((batch) => batch.tokens);
  const committed = commitBatches({ oldChainId: Number(oldChainId), oldContract, batches: lists });
  return {
    ...committed,
    batches: committed.batches.map((batch, index) => ({ ...batch, kind: batches[index]?.kind ?? "packed" })),
  };
}

function planOf(run: RunFolder, tokens: readonly ManifestToken[], compareWithOld: boolean): PlanResult {
  const { root, batches } = commit(run, tokens);
  let first = 0;
  return {
    step: "plan",
    run: run.run,
    snapshotRoot: `0x${"00".repeat(32)}`,
    root,
    count: tokens.length,
    chainId: run.identity.oldChainId,
    owner: anybody,
    name: "New",
    symbol: "NEW",
    compareWithOld,
    baseURI: base,
    uriSuffix: suffix,
    windowStart: "0",
    windowSize: "256",
    limits: { gas: "1", computation: null, bytes: 1 },
    batches: batches.map(({ kind, tokens: own }, index) => {
      first += own.length;
      return { index, kind, first: first - own.length, count: own.length, gas: "1", computation: null, bytes: 1 };
    }),
    gas: { deploy: "1", mint: "1", total: "2" },
    fees: [],
    seconds: 0,
    senders: 1,
    leftBehind: [],
  };
}

async function send(
  anvil: Anvil,
  from: string,
  to: string | undefined,
  intent: Intent,
): Promise<Readonly<Record<string, unknown>>> {
  const chain = evm({ name: "new", chainId: anvil.chainId, transport: http(anvil.url) });
  const { data } = await chain.encode(intent);
  const transaction = { from, data, gas: "0x5f5e100", ...(to === undefined ? {} : { to }) };
  const hash = await anvil.request("eth_sendTransaction", transaction);
  for (;;) {
    // Anvil mines at once, and answers before it has.
    const receipt = await anvil.request("eth_getTransactionReceipt", hash);
    if (!isRecord(receipt)) continue;
    if (receipt["status"] === "0x1") return receipt;
    throw new Error(`It failed: ${JSON.stringify(receipt)}`);
  }
}

export async function blockOf(anvil: Anvil, tag: string): Promise<BlockName> {
  const block = await anvil.request("eth_getBlockByNumber", tag, false);
  if (!isRecord(block)) throw new Error("There is no such block.");
  return { number: String(BigInt(String(block["number"]))), hash: String(block["hash"]) };
}

function hexOf(value: unknown): `0x${string}` {
  return `0x${String(value).slice(2)}`;
}
