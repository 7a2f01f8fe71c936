import type { ChainProfile } from "../../../src/ports/chain-profile.ts";
import type { Signer } from "../../../src/ports/signer.ts";
import type { SigningRequest } from "../../../src/ports/signing-request.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { createOutbox, type Outbox } from "../../../src/transactions/outbox.ts";
import { createPolicy } from "../../../src/transactions/policy/create-policy.ts";
import type { Policy } from "../../../src/transactions/policy/policy.ts";
import { type StoredTransaction, transactionReads } from "../../../src/transactions/rows.ts";
import type { SenderRow, TransactionTables } from "../../../src/transactions/schema.ts";
import { type Sender, subjectText } from "../../../src/transactions/senders.ts";
import type { WorkerTiming } from "../../../src/transactions/worker.ts";
import type { TopUpPolicy } from "../../../src/transactions/top-ups.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { createRecorder, type Recorder } from "../../harness/recorder.ts";
import { type SimulatedChain, simulatedChain } from "../../harness/simulated-chain.ts";
import { SimulatedNode } from "../../harness/simulated-node.ts";
import type { PoolRules } from "../../harness/simulated-pool.ts";
import {
  processChain,
  processClock,
  processDatabase,
  processSigner,
  SimulatedProcess,
} from "../../harness/simulated-process.ts";
import { type SimulatedStore, simulatedStore, simulatedTenant } from "../../harness/simulated-store.ts";
import { simulatedSigner } from "../../harness/simulated-transaction.ts";

export const timing: WorkerTiming = { scanMs: 1_000, beatMs: 2_000, deadAfterMs: 6_000, idleMs: 2_000 };

/** One backend process that was started on the world's database. */
export interface Instance {
  readonly life: SimulatedProcess;
  readonly outbox: Outbox;
  readonly recorder: Recorder;
}

/** A signature that a key gave. */
export interface Given {
  readonly address: string;
  /** Hex text. */
  readonly digest: string;
  readonly request: SigningRequest | undefined;
  readonly by: SimulatedProcess;
  readonly atMs: number;
}

export interface World {
  readonly clock: ManualClock;
  readonly store: SimulatedStore;
  readonly node: SimulatedNode;
  readonly chain: SimulatedChain<"main">;
  /** The operator's: past every door. */
  readonly policy: Policy;
  readonly senders: readonly Sender[];
  readonly instances: Instance[];
  readonly signatures: readonly Given[];
  /** Starts another process. */
  open(): Instance;
  /** Moves time on. */
  pass(ms: number): Promise<void>;
  rows(): Promise<readonly StoredTransaction[]>;
  senderRow(sender: Sender): Promise<SenderRow | undefined>;
}

export interface WorldOptions {
  readonly profile: ChainProfile;
  readonly rules?: Partial<PoolRules>;
  readonly senders?: number;
  readonly balance?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly queueLimit?: number;
  readonly topUps?: Readonly<Record<string, TopUpPolicy>>;
}

/** What worlds are made in, one after another: a database and its clock. */
export interface Ground {
  readonly clock: ManualClock;
  readonly store: SimulatedStore;
  /** Of all worlds so far: those of the worlds before are dead. */
  readonly lives: SimulatedProcess[];
}

export async function newGround(): Promise<Ground> {
  const clock = new ManualClock();
  return { clock, store: await simulatedStore(clock), lives: [] };
}

/** A chain, its node, a database without rows, and nobody who works on it. */
export async function newWorld({ clock, store, lives }: Ground, options: WorldOptions): Promise<World> {
  const { profile, rules, senders: count = 3, balance = 10n ** 12n, maxFeePerGas, queueLimit = 10_000 } = options;
  for (const life of lives.splice(0)) life.kill();
  await store.clear();
  const { database, macs } = store;
  const node = new SimulatedNode({ profile, clock, ...(rules === undefined ? {} : { rules }) });
  const chain = simulatedChain({ name: "main", node, ...(maxFeePerGas === undefined ? {} : { maxFeePerGas }) });
  const chains = [chain];
  const tenant = simulatedTenant;
  const policy = createPolicy({ tenant, database, macs, clock, logger: silentLogger, options: undefined, chains });
  const signatures: Given[] = [];
  const instances: Instance[] = [];

  const senderOf = (index: number, signer: Signer): Sender => ({
    key: { chain: chain.name, chainId: chain.chainId, address: addressOf(index) },
    subject:
      index === 0
        ? { kind: "service", name: "minter" }
        : {
            kind: "user",
            walletId: `00000000-0000-4000-8000-00000000000${String(index)}`,
            userId: `u${String(index)}`,
          },
    owner:
      index === 0
        ? { kind: "tenant" }
        : { kind: "wallet", walletId: `00000000-0000-4000-8000-00000000000${String(index)}`, branch: store.branch },
    signer,
  });
  const senders = Array.from({ length: count }, (_none, index) => senderOf(index, simulatedSigner(addressOf(index))));
  for (const { key } of senders) node.fund(key.address, balance);

  const counted = (signer: Signer, by: SimulatedProcess): Signer => ({
    address: signer.address,
    signDigest: (digest, request) => {
      const { address } = signer;
      signatures.push({ address, digest: bytesToHex(digest), request, by, atMs: clock.monotonicMs() });
      return signer.signDigest(digest, request);
    },
  });

  function open(): Instance {
    const life = new SimulatedProcess(`process ${String(instances.length + 1)}`, clock);
    lives.push(life);
    const recorder = createRecorder();
    const { meter, logger } = recorder;
    const own = { clock: processClock(clock, life), database: processDatabase(database, life) };
    const theirs = senders.map(({ key }, index) =>
      senderOf(index, processSigner(counted(simulatedSigner(key.address), life), life)),
    );
    const service = (name: string): Sender | undefined =>
      theirs.find(({ subject }) => subject.kind === "service" && subject.name === name);
    const outbox = createOutbox({
      ...own,
      tenant,
      chains: [processChain(chain, life)],
      macs,
      policy: createPolicy({ ...own, tenant, macs, logger, options: undefined, chains }),
      source: {
        find: (subject) => Promise.resolve(theirs.find((sender) => subjectText(sender.subject) === subject)),
        canSign: () => true,
        service,
        payer: (name) => service(name)?.signer,
      },
      webhooks: undefined,
      tell: () => undefined,
      queueLimit,
      timing,
      topUps: options.topUps ?? {},
      startsItself: false,
      meter,
      logger,
    });
    const instance = { life, outbox, recorder };
    instances.push(instance);
    outbox.start();
    return instance;
  }

  const reads = transactionReads(database, tenant);
  const tables = database.reader.$extendTables<TransactionTables>();
  return {
    clock,
    store,
    node,
    chain,
    policy,
    senders,
    instances,
    signatures,
    open,
    pass: (ms) => clock.advance(ms),
    rows: async () => {
      const ids = await tables.selectFrom("latchkey_transactions").select("id").execute();
      return await reads.byIds(ids.map(({ id }) => id));
    },
    senderRow: ({ key }) =>
      tables.selectFrom("latchkey_senders").selectAll().where("address", "=", key.address).executeTakeFirst(),
  };
}

function addressOf(index: number): string {
  return `0x${String(index + 1).repeat(40)}`;
}
