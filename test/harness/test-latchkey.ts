import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type ChainAdapter,
  type Latchkey,
  type LatchkeyOptions,
  localRootKey,
  openLatchkey,
  sqlite,
  type StoreAdapter,
  type WrappingKey,
} from "../../src/index.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

export interface TestLatchkeyOptions<Name extends string> extends Pick<
  LatchkeyOptions<Name>,
  "collections" | "gas" | "policy" | "queueLimit" | "webhooks" | "worker"
> {
  readonly directory: string;
  readonly chains: readonly ChainAdapter<Name>[];
  readonly tenant?: string;
  readonly wrappingKey?: WrappingKey;
  readonly store?: StoreAdapter;
}

/** Latchkey over a directory's SQLite file and root key unless told otherwise; closed when the test ends. */
export async function openTestLatchkey<const Name extends string>(
  options: TestLatchkeyOptions<Name>,
): Promise<{ latchkey: Latchkey<Name>; recorder: Recorder }> {
  const { directory, wrappingKey, store, ...rest } = options;
  const recorder = createRecorder();
  const latchkey = await openLatchkey({
    ...rest,
    wrappingKey: wrappingKey ?? localRootKey(join(directory, "root.key")),
    store: store ?? sqlite(join(directory, "wallets.db")),
    meter: recorder.meter,
    logger: recorder.logger,
  });
  onTestFinished(() => latchkey.close());
  return { latchkey, recorder };
}
