import type { Intent } from "../../src/ports/intent.ts";
import type { Hex } from "../../src/units/brands.ts";
import type { SendOptions } from "../../src/transactions/send-options.ts";
import { addressOf, bytesOf, deployable, ledger, ledgerAbi, refuser } from "./contracts.ts";

/**
 * How an order may end: on chain (`success`, `reverted`), given up (`cancelled`, `failed ERR_...`), or not taken (`refused ERR_...`); `untold`: nobody knows.
 */
export type End = "success" | "reverted" | "cancelled" | `failed ${string}` | `refused ${string}` | "untold";

/** One thing to do once, known by its name: also to the process that comes after. */
export interface Order {
  readonly name: string;
  /** A user's id, or `service:<name>`. */
  readonly from: string;
  readonly intent: Intent;
  readonly options: SendOptions;
  readonly ends: readonly End[];
  /** How it is known on chain: nobody else sends this. */
  readonly mark: { readonly to: string | null; readonly value: bigint; readonly input: string | undefined };
}

/** What became of an order, and the transaction where it was taken. */
export interface Outcome {
  readonly order: Order;
  readonly end: End | `open ${string}`;
  readonly id: string | undefined;
}

export interface OrderBook {
  transfer(name: string, from: string, value: bigint, more?: More): Order;
  /** A transfer without an idempotency key: whoever does not know whether it was stored cannot send it again. */
  unkeyed(name: string, from: string, value: bigint): Order;
  token(name: string, from: string, more?: More): Order;
  call(name: string, from: string, more?: More): Order;
  deploy(name: string, from: string, more?: More): Order;
  /** Of what reverts. */
  revert(name: string, from: string, more: More): Order;
}

export interface More {
  readonly options?: SendOptions;
  readonly ends?: readonly End[];
}

/** Orders of one place. */
export function ordersOf(place: string): OrderBook {
  const order = (name: string, from: string, intent: Intent, mark: Order["mark"], more: More = {}): Order => ({
    name,
    from,
    intent,
    options: { ...more.options, idempotencyKey: `order-${name}` },
    ends: more.ends ?? ["success"],
    mark,
  });
  return {
    transfer: (name, from, value, more) => {
      const to = addressOf(place, name);
      return order(name, from, { transfer: { to, value } }, { to: to.toLowerCase(), value, input: undefined }, more);
    },
    unkeyed: (name, from, value) => {
      const to = addressOf(place, name);
      const mark = { to: to.toLowerCase(), value, input: undefined };
      return { name, from, intent: { transfer: { to, value } }, options: {}, ends: ["success", "untold"], mark };
    },
    token: (name, from, more) => {
      const to = addressOf(place, name);
      const intent = { token: { contract: ledger.address, to, amount: 3n } };
      return order(name, from, intent, atLedger(to), more);
    },
    call: (name, from, more) => {
      const to = addressOf(place, name);
      const intent = { call: { to: ledger.address, abi: ledgerAbi, function: "add", args: [to, 5n] } };
      return order(name, from, intent, atLedger(to), more);
    },
    deploy: (name, from, more) => {
      const bytecode = deployable(place, name);
      return order(name, from, { deploy: { bytecode } }, { to: null, value: 0n, input: bytecode }, more);
    },
    revert: (name, from, more) => {
      const data: Hex = `0x${bytesOf(place, name).toString("hex")}`;
      const mark = { to: refuser.address.toLowerCase(), value: 0n, input: data };
      return order(name, from, { data: { to: refuser.address, data } }, mark, more);
    },
  };
}

function atLedger(to: string): Order["mark"] {
  return { to: ledger.address.toLowerCase(), value: 0n, input: to.slice(2).toLowerCase() };
}
