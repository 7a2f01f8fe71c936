import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { openRun, type RunFolder } from "../../migration/run-folder.ts";
import type { MigrationSender, OldCollectionAt, Progress } from "../../migration/types.ts";
import { openMigrationSenders } from "../../open-migration.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import { http } from "../../rpc/http.ts";
import { isRecord } from "../../units/is-record.ts";
import { type OpenNetwork, openNetwork } from "../open-network.ts";
import type { Confirm } from "./confirm.ts";
import { chainIdOf, openChain } from "./open-chain.ts";
import { invalid, type MigrationOptions } from "./options.ts";
import { type NamedSigner, openSigners } from "./signers.ts";

export type Senders = readonly [MigrationSender, ...MigrationSender[]];

/** What a step works with. */
export interface MigrationContext {
  readonly options: MigrationOptions;
  readonly run: RunFolder;
  readonly old: OldCollectionAt;
  readonly chain: ChainAdapter;
  readonly confirm: Confirm;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** Opened when first asked for; the first of them deploys and seals. */
  senders(): Promise<Senders>;
  /** The first of them on the old collection's network. */
  oldSender(): Promise<MigrationSender>;
  /** Their addresses; nothing is opened for sending. */
  addresses(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @throws `ERR_CONFIG_INVALID`; `ERR_MIGRATION_*`; `ERR_RPC_*`. */
export async function openContext(
  options: MigrationOptions,
  environment: HardhatRuntimeEnvironment,
  parts: Pick<MigrationContext, "confirm" | "onProgress" | "signal">,
): Promise<MigrationContext> {
  const network = await openNetwork(environment);
  const opened: { close(): Promise<void> }[] = [network];
  const close = async (): Promise<void> => {
    for (const each of opened.toReversed()) await each.close();
  };
  try {
    requireLasting(network);
    const oldNetwork = options.oldNetwork === undefined ? network : await openNetwork(environment, options.oldNetwork);
    if (oldNetwork !== network) opened.push(oldNetwork);
    const directory = directoryOf(options);
    const oldContract = (options.from ?? (await storedContract(directory))).toLowerCase();
    const oldTransport = await readingTransport(oldNetwork);
    const transport = oldNetwork === network ? oldTransport : await readingTransport(network);
    const run = await openRun(directory, { oldChainId: String(await chainIdOf(oldTransport)), oldContract });
    const chain = await openChain(transport, options.profile);
    const signers = once(() => openSigners(network, options.signers, chain.chainId));

    const sendersOn = async (place: string, on: ChainAdapter, named: readonly NamedSigner[]): Promise<Senders> => {
      const outbox = await openMigrationSenders({
        directory: place,
        chain: on,
        signers: named.map((each) => each.signer),
      });
      opened.push(outbox);
      const [first, ...others] = outbox.senders;
      if (first === undefined) throw invalid("there is no account to send from");
      return [first, ...others];
    };
    const senders = once(async () => await sendersOn(directory, chain, await signers()));
    return {
      ...parts,
      options,
      run,
      old: { transport: oldTransport, address: oldContract },
      chain,
      senders,
      oldSender: once(async () => {
        if (oldNetwork === network) return (await senders())[0];
        const on = await openChain(oldTransport, undefined);
        const named = await openSigners(oldNetwork, options.signers, on.chainId);
        return (await sendersOn(join(directory, "old-network"), on, named.slice(0, 1)))[0];
      }),
      addresses: async () => (await signers()).map(({ address }) => address),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Hardhat's own connection knows no batches, and a whole collection is read. */
async function readingTransport({ transport, networkConfig }: OpenNetwork): Promise<Transport> {
  if (networkConfig.type !== "http") return transport;
  return http({ url: await networkConfig.url.getUrl(), headers: networkConfig.httpHeaders, maxResponseBytes: 2 ** 28 });
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= work());
}

/** A simulated network is gone with this process, and so were the new collection. */
function requireLasting({ name, networkConfig }: OpenNetwork): void {
  if (networkConfig.type === "http") return;
  throw invalid(
    `The network "${name.slice(0, 40)}" is simulated in this process and ends with it; choose one of type "http" with --network`,
  );
}

/** Where the run's files are. */
export function directoryOf({ out, from }: Pick<MigrationOptions, "out" | "from">): string {
  if (out !== undefined && out !== "") return out;
  if (from === undefined) throw invalid("--out is missing: the run's folder; or --from, the old collection's address");
  return `migration-${from.slice(2, 10).toLowerCase()}`;
}

/** The old contract of the run that the folder holds. */
async function storedContract(directory: string): Promise<string> {
  const stored: unknown = await readFile(join(directory, "run.json"), "utf8")
    .then(JSON.parse)
    .catch(() => undefined);
  if (isRecord(stored) && typeof stored["oldContract"] === "string") return stored["oldContract"];
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "--from is missing, and the folder holds no run: the old collection's address. Nothing was sent.",
  );
}
