import { isRecord } from "../../units/is-record.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { isHex } from "../../units/bytes.ts";
import { mostCalls, type SimulatedCall } from "./simulator.ts";

const addressPattern = /^0x[0-9a-f]{40}$/i;
// EIP-170's bound on code, with room for chains that allow more.
const longestCode = 128 * 1024;
const mostGas = 2n ** 40n;
// Precompiled contracts lie there (Ethereum's from 1, Kaia's up to 0x3ff, rollups' beyond): a node runs them, whatever code is put there.
const lastReserved = 0xffffn;

/** Checks what a simulator of either method is given. @throws `ERR_CONFIG_INVALID`. */
export function requireCalls(calls: readonly SimulatedCall[], code: Readonly<Record<string, string>>): void {
  // Told apart from the test, which would take the array's type away.
  const isList: boolean = Array.isArray(calls);
  if (!isList || calls.length > mostCalls) throw invalid(`takes an array of at most ${String(mostCalls)} calls`);
  calls.forEach(requireCall);
  if (!isRecord(code)) throw invalid("takes code as an object by address");
  const callers = new Set(calls.map(({ from }) => from.toLowerCase()));
  for (const [address, bytes] of Object.entries(code)) {
    if (!isAddress(address)) throw invalid("takes code by address, 0x and 40 hexadecimal digits");
    if (!isHex(bytes) || bytes.length > 2 + 2 * longestCode) throw invalid("takes code as 0x and whole bytes");
    if (callers.has(address.toLowerCase())) throw invalid("cannot place code at an address that calls");
  }
  // Its own code would be gone: nothing that it answers then says anything of it.
  if (calls.some(({ to }) => callers.has(to.toLowerCase()))) {
    throw invalid("cannot have an address call that is called too");
  }
}

function requireCall({ from, to, data, gas = 0n }: SimulatedCall): void {
  if (!isAddress(from) || !isAddress(to)) throw invalid("takes addresses of 0x and 40 hexadecimal digits");
  if (!canCall(from)) throw invalid("cannot have a precompiled contract call, or the zero address");
  if (!isHex(data)) throw invalid("takes data of 0x and whole bytes in hexadecimal");
  if (typeof gas !== "bigint" || gas < 0n || gas > mostGas) throw invalid("takes gas as a bigint, at most 2^40");
}

/** Whether a simulation can act as this address. */
export function canCall(address: string): boolean {
  return BigInt(address) > lastReserved;
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && addressPattern.test(value);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `A simulation ${what}. Nothing was sent.`);
}
