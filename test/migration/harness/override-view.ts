import type { Anvil } from "../../harness/anvil.ts";

/** What a view does instead of what it did: EVM code that ends the call. */
export interface Behaviour {
  readonly code: (at: number) => string;
}

/** Where the contract's own code goes: nothing else is here on a test's node. */
const aside = "0x0000000000000000000000000000000000c0de00";
const selectorWidth = 8;

/**
 * Has a contract on anvil answer one view of one word, of one argument, in another way. All else, and its storage, stays.
 *
 * @param selector - with 0x in front.
 * @returns what puts the contract's own code back.
 */
export async function overrideView(
  anvil: Anvil,
  address: string,
  {
    selector,
    argument,
    behaviour,
  }: { readonly selector: string; readonly argument: bigint; readonly behaviour: Behaviour },
): Promise<() => Promise<void>> {
  const own = await anvil.request("eth_getCode", address, "latest");
  await anvil.request("anvil_setCode", aside, own);
  // Whether selector and argument are those meant: shr(224, calldataload(0)) and calldataload(4).
  const meant = `5f3560e01c63${selector.slice(2).padStart(selectorWidth, "0")}146004357f${word(argument)}1416`;
  // calldatacopy(0, 0, calldatasize); delegatecall(gas, aside, 0, calldatasize, 0, 0); returndatacopy(0, 0, returndatasize)
  const pass = `365f5f375f5f365f73${aside.slice(2)}5af43d5f5f3e`;
  const head = (after: string, behaves: string): string => `${meant}61${after}57${pass}61${behaves}573d5ffd5b3d5ff35b`;
  const place = (offset: number): string => offset.toString(16).padStart(4, "0");
  const size = head("0000", "0000").length / 2;
  const returns = size - 5;
  const start = size - 1;
  const code = `0x${head(place(start), place(returns))}${behaviour.code(size)}`;
  await anvil.request("anvil_setCode", address, code);
  return async () => {
    await anvil.request("anvil_setCode", address, own);
  };
}

/** Answers these bytes, a multiple of words. */
export function answering(...words: readonly string[]): Behaviour {
  const data = words.join("");
  const length = (data.length / 2).toString(16).padStart(4, "0");
  // codecopy(0, behind this code, length); return(0, length)
  return { code: (at) => `61${length}8061${(at + 11).toString(16).padStart(4, "0")}5f395ff3${data}` };
}

/** Answers a text of so many zero bytes. */
export function answeringZeros(bytes: number): Behaviour {
  return { code: () => `60205f5262${hex3(bytes)}60205262${hex3(bytes + 64)}5ff3` };
}

/** Runs until there is no gas left. */
export const endless: Behaviour = { code: (at) => `5b61${at.toString(16).padStart(4, "0")}56` };

export const reverting: Behaviour = { code: () => "5f5ffd" };

export function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

/** A text as a view answers it. */
export function textWords(bytes: Uint8Array): string {
  const data = Buffer.from(bytes).toString("hex");
  const padded = data.padEnd(Math.ceil(data.length / 64) * 64, "0");
  return `${word(32n)}${word(BigInt(bytes.length))}${padded}`;
}

function hex3(value: number): string {
  return value.toString(16).padStart(6, "0");
}
