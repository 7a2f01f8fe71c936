import type { LatchkeyOptions } from "../../../src/latchkey.ts";
import type { Order } from "../orders.ts";
import type { Scene } from "../scene.ts";

/** What runs at a place, to be killed somewhere; and what has to be true after another process has gone on. */
export interface Scenario {
  readonly name: string;
  /** Whose node it needs; a scenario of logins none. */
  readonly chain: "anvil" | "kaia" | "none";
  /** Configuration beside store, keys and chain. */
  options(scene: Scene): Partial<LatchkeyOptions<"main">>;
  /** Everything that is sent, and sent again by the process that goes on. */
  orders(scene: Scene): readonly Order[];
  /** Those who need money. */
  readonly funded: readonly string[];
  run(scene: Scene): Promise<void>;
  /** What else to do where the runs were killed, before the orders are sent again; returns problems. */
  recover?(scene: Scene): Promise<readonly string[]>;
  /** Whether blocks have to be mined while the process goes on. */
  readonly needsBlocks: boolean;
}
