import type { ChainProfile } from "../../../src/ports/chain-profile.ts";
import type { SendOptions } from "../../../src/transactions/send-options.ts";
import type { StoredTransaction } from "../../../src/transactions/rows.ts";
import type { Sender } from "../../../src/transactions/senders.ts";
import { decodeSimulated, signOutside, type SimulatedTransaction } from "../../harness/simulated-transaction.ts";
import { type Ground, type Instance, newGround, newWorld, type World, type WorldOptions } from "./world.ts";

export const receiver = `0x${"9".repeat(40)}`;

/** A world with one process at work, and what a directed test asks of it. */
export interface Scenario {
  readonly world: World;
  readonly worker: Instance;
  /** The first sender. */
  readonly sender: Sender;
  /** Sends transfers of 1, 2, 3, ...; resolves with their ids when they are stored. */
  send(count: number, options?: SendOptions): Promise<readonly string[]>;
  row(id: string): Promise<StoredTransaction>;
  /** A block every second. */
  mineFor(seconds: number): Promise<void>;
  /** Times that a transfer of this value by the sender is on chain. */
  timesMined(value: bigint): number;
}

let ground: Promise<Ground> | undefined;
/** The one database of a file's tests, where each test has a world of its own. */
export async function newScenario(profile: ChainProfile, options: Partial<WorldOptions> = {}): Promise<Scenario> {
  ground ??= newGround();
  const world = await newWorld(await ground, { profile, ...options });
  const worker = world.open();
  const [sender] = world.senders;
  if (sender === undefined) throw new RangeError("a world has senders");
  await world.pass(100);
  let sent = 0;
  return {
    world,
    worker,
    sender,
    send: async (count, sendOptions) => {
      const ids: string[] = [];
      for (let left = count; left > 0; left -= 1) {
        sent += 1;
        const sending = worker.outbox.send(sender, { transfer: { to: receiver, value: BigInt(sent) } }, sendOptions);
        await world.pass(1);
        ids.push((await sending).id);
      }
      return ids;
    },
    row: async (id) => {
      const row = (await world.rows()).find(({ record }) => record.id === id);
      if (row === undefined) throw new RangeError("there is no such transaction");
      return row;
    },
    mineFor: async (seconds) => {
      for (let left = seconds; left > 0; left -= 1) {
        world.node.mine();
        await world.pass(1_000);
      }
    },
    timesMined: (value) =>
      world.node.blocks
        .flatMap(({ transactions }) => transactions)
        .filter(({ transaction }) => transaction.from === sender.key.address && transaction.value === value).length,
  };
}

/** A transaction that somebody else signs with the sender's key. */
export function outside(
  { world, sender }: Scenario,
  nonce: number,
  changes: { readonly isCancel?: boolean; readonly perGas?: bigint } = {},
): SimulatedTransaction {
  const { isCancel = false, perGas = 500_000n } = changes;
  const { address } = sender.key;
  const { raw } = signOutside({
    chainId: world.chain.chainId,
    from: address,
    nonce,
    to: isCancel ? address : `0x${"7".repeat(40)}`,
    value: 0n,
    data: "0x",
    gasLimit: 21_000n,
    perGas,
    tip: perGas,
    isCancel,
  });
  const transaction = decodeSimulated(raw);
  if (transaction === undefined) throw new RangeError("it was not signed");
  return transaction;
}

/** States by id, in the order of the ids. */
export async function statesOf({ world }: Scenario): Promise<readonly string[]> {
  return (await world.rows()).map(({ record }) => record.state);
}

/** Every reason that a node or the worker gave, by its log. */
export function reasonsOf({ recorder }: Instance): readonly unknown[] {
  return recorder.lines.map(({ fields }) => fields["reason"] ?? fields["code"]);
}
