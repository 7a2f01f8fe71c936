import { join } from "node:path";
import type { ForeignSigner } from "./chains/ethereum/foreign-signer.ts";
import { LatchkeyError } from "./errors/latchkey-error.ts";
import type { MigrationSender } from "./migration/types.ts";
import { open } from "./open.ts";
import type { ChainAdapter } from "./ports/chain-adapter.ts";
import type { Signer } from "./ports/signer.ts";
import { sqlite } from "./store/sqlite/index.ts";
import { keptOpen } from "./kept-open.ts";
import { foreignSigner, isForeignSigner } from "./chains/ethereum/foreign-signer.ts";
import { makeDurableDirectory } from "./units/durable-directory.ts";
import { localRootKey } from "./vault/local/local-root-key.ts";

export interface MigrationSendersOptions {
  /** The run's folder: `outbox.db` and `root.key` are made in it. */
  readonly directory: string;
  readonly chain: ChainAdapter;
  /** Their keys are wherever they have them: ours, or of ethers. Each address once. */
  readonly signers: readonly (Signer | ForeignSigner)[];
}

/** Accounts that send through an outbox of the run's own, and go on after a crash where they were. */
export interface MigrationSenders {
  /** In the order of the signers. */
  readonly senders: readonly MigrationSender[];
  /** What is stored is sent on when it is opened again. The chain stays open. */
  close(): Promise<void>;
}

/**
 * Opens an outbox on a SQLite file in the run's folder, for a migration without a Latchkey instance. Its root key guards what is stored
 * against changes, and no signer's key: it may lie beside it.
 *
 * @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_PEER_MISSING`, `ERR_STORE_*`, `ERR_ROOT_KEY_UNSAFE`.
 */
export async function openMigrationSenders(options: MigrationSendersOptions): Promise<MigrationSenders> {
  const { directory, chain, signers } = options;
  if (signers.length === 0) throw invalid("signers is a list of at least one");
  const ours = await Promise.all(
    signers.map(async (each) => (isForeignSigner(each) ? await foreignSigner(each) : each)),
  );
  if (new Set(ours.map(nameOf)).size !== ours.length) throw invalid("two signers have one address");
  await makeDurableDirectory(directory);
  const latchkey = await open({
    chains: [keptOpen(chain)],
    store: sqlite(join(directory, "outbox.db")),
    wrappingKey: localRootKey(join(directory, "root.key"), { allowInProduction: true }),
  });
  try {
    const services = await Promise.all(ours.map((signer) => latchkey.service(nameOf(signer), signer)));
    const senders = services.flatMap(({ accounts }) => accounts[chain.name] ?? []);
    return { senders, close: () => latchkey.close() };
  } catch (error) {
    await latchkey.close();
    throw error;
  }
}

/** By its address, so that another process finds what this one stored for it. */
function nameOf({ address }: Signer): string {
  return `signer-${address.slice(2).toLowerCase()}`;
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `migration: ${what}. Nothing was opened.`);
}
