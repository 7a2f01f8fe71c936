import { join } from "node:path";
import { evm } from "../../src/chains/evm/index.ts";
import { kaia } from "../../src/chains/kaia/index.ts";
import { http, type Latchkey, localRootKey, type Meter, metrics, openLatchkey, sqlite } from "../../src/index.ts";

/** Where the demo's two nodes answer. */
export interface Nodes {
  readonly evm: { readonly url: string; readonly chainId: number };
  readonly kaia: { readonly url: string; readonly chainId: number };
}

export interface Backend {
  readonly latchkey: Latchkey<"local" | "kaia">;
  /** What this process asked of the wrapping key, and how many wallets it made. */
  readonly counts: { wrappingKeyCalls: number; walletsCreated: number };
}

/** What every process of the demo's backend does at start: open Latchkey over the shared database and root key. */
export async function openBackend(directory: string, nodes: Nodes): Promise<Backend> {
  const counts = { wrappingKeyCalls: 0, walletsCreated: 0 };
  const meter: Meter = {
    record: (metric, value) => {
      if (metric.name === metrics.wrappingKeyCalls.name) counts.wrappingKeyCalls += value;
    },
  };
  const latchkey = await openLatchkey({
    wrappingKey: localRootKey(join(directory, "root.key")),
    store: sqlite(join(directory, "wallets.db")),
    chains: [
      evm({ name: "local", chainId: nodes.evm.chainId, transport: http(nodes.evm.url) }),
      kaia({ name: "kaia", chainId: nodes.kaia.chainId, transport: http(nodes.kaia.url) }),
    ],
    meter,
  });
  latchkey.on("wallet.created", () => {
    counts.walletsCreated += 1;
  });
  return { latchkey, counts };
}
