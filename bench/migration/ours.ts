import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { evm } from "../../src/chains/evm/index.ts";
import {
  deployNew,
  mintAll,
  openMigrationSenders,
  openRun,
  planMigration,
  takeSnapshot,
  verifyMigration,
} from "../../src/migration.ts";
import { limitsFor } from "../../src/migration/plan/limits.ts";
import { anvil as anvilProfile, kaia } from "../../src/profiles/profiles.ts";
import { http } from "../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../test/harness/anvil.ts";
import { deployOld } from "../../test/migration/harness/old-collection.ts";

export interface Moved {
  readonly tokens: number;
  readonly owners: number;
  /** Snapshot, mint and verification. */
  readonly seconds: number;
  readonly snapshotSeconds: number;
  readonly mintSeconds: number;
  readonly verifySeconds: number;
  /** The deployment among them. */
  readonly transactions: number;
  /** Of all of them. */
  readonly gasUsed: number;
  readonly verified: number;
}

/** URIs of 53 bytes that follow no pattern: what is stored of a CID is random. */
export function randomUri(): string {
  return `ipfs://${randomBytes(34).toString("base64url")}`.slice(0, 53).padEnd(53, "a");
}

/** About as long, by a pattern. */
export function patternedUri(id: bigint): string {
  return `ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3ef/${String(id)}`;
}

export async function startBenchNode(): Promise<Anvil> {
  return await startAnvil({ args: ["--gas-limit", "1000000000", "--hardfork", "prague"] });
}

/** Mints the old collection, which is not timed, and moves it from three accounts within Kaia's limits. */
export async function measureOurs(
  tokens: number,
  owners: number,
  uriOf: (id: bigint) => string,
  progress: (text: string) => void,
): Promise<Moved> {
  const anvil = await startBenchNode();
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  try {
    progress(`minting ${String(tokens)} tokens on the old contract ...`);
    const { address } = await deployOld(anvil, { tokens, owners, uriOf });
    const old = { transport: http({ url: anvil.url, maxBatch: 500 }), address };
    const chain = evm({ name: "bench", chainId: anvil.chainId, transport: old.transport, profile: anvilProfile });
    const signers = [Wallet.createRandom(), Wallet.createRandom(), Wallet.createRandom()];
    for (const signer of signers) await anvil.setBalance(signer.address, 10n ** 21n);
    const run = await openRun(directory, { oldChainId: String(anvil.chainId), oldContract: address });
    progress("snapshot ...");
    const begun = performance.now();
    await takeSnapshot(run, old);
    const snapped = performance.now();
    await planMigration(run, {
      chain,
      owner: signers[0]?.address ?? "",
      limits: limitsFor(kaia),
      senders: signers.length,
    });
    const outbox = await openMigrationSenders({ directory, chain, signers });
    try {
      const [sender] = outbox.senders;
      if (sender === undefined) throw new Error("there is no sender");
      progress("deploying and minting ...");
      const planned = performance.now();
      const deployment = await deployNew(run, { chain, sender });
      const mint = await mintAll(run, { chain, old, senders: outbox.senders });
      const minted = performance.now();
      progress("verifying ...");
      const result = await verifyMigration(run, { chain, old });
      const ended = performance.now();
      const seconds = (from: number, to: number): number => (to - from) / 1000;
      return {
        tokens: result.tokens,
        owners: result.owners,
        seconds: seconds(begun, snapped) + seconds(planned, ended),
        snapshotSeconds: seconds(begun, snapped),
        mintSeconds: seconds(planned, minted),
        verifySeconds: seconds(minted, ended),
        transactions: 1 + mint.transactions,
        gasUsed: Number(deployment.gasUsed) + Number(mint.gasUsed),
        verified: result.verified ? 1 : 0,
      };
    } finally {
      await outbox.close();
      await chain.close();
    }
  } finally {
    await anvil.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
