import { evm } from "../../../src/chains/evm/index.ts";
import { expect, vi } from "vitest";
import {
  type ChainAdapter,
  http,
  type Latchkey,
  type LatchkeyOptions,
  openLatchkey,
  type StoreAdapter,
  type TransactionHandle,
  type WrappingKey,
} from "../../../src/index.ts";
import type { Anvil } from "../../harness/anvil.ts";
import { secondScheme } from "../../harness/offline-chain.ts";
import { createRecorder, type Recorder } from "../../harness/recorder.ts";
import type { FaultyNode } from "./faulty-node.ts";
import type { Observed } from "./observed.ts";

/** Where Latchkey runs, and what is seen of it there. */
export interface World {
  readonly observed: Observed;
  readonly anvil: Anvil;
  readonly node: FaultyNode;
  /** Each gives a new one: closing an instance closes them. */
  readonly store: () => StoreAdapter;
  readonly wrappingKey: () => WrappingKey;
}

export type OpenOptions<Name extends string> = Omit<LatchkeyOptions<Name>, "meter" | "logger">;

const recorders: Recorder[] = [];
const instances: unknown[] = [];

/** What is logged and measured through it is looked at in the end. */
export function keptRecorder(): Recorder {
  const recorder = createRecorder();
  recorders.push(recorder);
  return recorder;
}

/** An instance all of whose parts, log lines, measurements and events are kept. */
export async function openObserved<const Name extends string>(
  { observed, store, wrappingKey }: Pick<World, "observed" | "store" | "wrappingKey">,
  given: OpenOptions<Name>,
): Promise<Latchkey<Name>> {
  const recorder = keptRecorder();
  const parts = { store: store(), wrappingKey: wrappingKey(), ...given };
  observed.add("object part", parts.store, parts.wrappingKey, ...parts.chains);
  const latchkey = await openLatchkey({ ...parts, meter: recorder.meter, logger: recorder.logger });
  for (const event of [
    "wallet.created",
    "wallet.extended",
    "transaction.mined",
    "transaction.final",
    "transaction.failed",
    "token.received",
    "payment.received",
  ] as const) {
    latchkey.on(event, (told: unknown) => {
      observed.add(`event ${event}`, told);
    });
  }
  // The secrets of webhooks are in the caller's own options.
  const { webhooks: _secret, ...shown } = parts;
  observed.add("object latchkey", latchkey, shown);
  instances.push(latchkey, ...Object.values(shown));
  return latchkey;
}

/** Whether any of them has logged this by now. */
export function hasLogged(message: string): boolean {
  return recorders.some(({ lines }) => lines.some((line) => line.message === message));
}

/** Waits until a worker has logged this code for a sender, and keeps the line. */
export async function loggedOf(observed: Observed, code: string, sender: string): Promise<void> {
  const find = () => {
    const lines = recorders.flatMap((recorder) => recorder.lines);
    const line = lines.find(({ fields }) => fields["code"] === code && fields["sender"] === sender);
    expect(line, code).toBeDefined();
    return line;
  };
  observed.addCode(code);
  observed.add("log line", await vi.waitFor(find, { timeout: 10_000 }));
}

/** Waits until a stored transaction says what holds it up, and keeps what it says. */
export async function heldBy(observed: Observed, code: string, handle: TransactionHandle): Promise<void> {
  const held = async () => {
    const status = await handle.status();
    expect(status.error).toMatchObject({ code });
    return status;
  };
  observed.add("status held", await vi.waitFor(held, { timeout: 10_000 }));
}

/** Adds what instances opened above have logged and measured, and what they and their parts are after all that. */
export function addRecorded(observed: Observed): void {
  observed.add("object used", ...instances);
  for (const { lines, measurements } of recorders) {
    observed.add("log line", ...lines);
    observed.add("metric measurement", ...measurements);
  }
}

/** A chain over the real node, behind its API keys. */
export function mainChain(
  { anvil, node }: Pick<World, "anvil" | "node">,
  changes: Partial<Parameters<typeof evm>[0]> = {},
): ChainAdapter<"main"> {
  const transport = http({ url: node.url, headers: node.headers, timeoutMs: 5_000 });
  return evm({ chainId: anvil.chainId, transport, ...changes, name: "main" });
}

/** A chain that asks for a second leaf key. */
export function secondChain({ anvil, node }: Pick<World, "anvil" | "node">): ChainAdapter<"second"> {
  const transport = http({ url: node.url, headers: node.headers, timeoutMs: 5_000 });
  return evm({ name: "second", chainId: anvil.chainId, transport, scheme: secondScheme });
}
