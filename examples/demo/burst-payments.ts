/** Who pays, in both processes. */
export const burstUsers = ["alice", "bob"];
export const payee = "0x00000000000000000000000000000000000beef5";
export const processNames = ["one", "two"];

/** Fifty for each process, each with a key and an amount (wei) of its own, by which it is known again on the chain. */
export function payments(processName: string): readonly { readonly key: string; readonly value: bigint }[] {
  const first = 1_000 * (1 + processNames.indexOf(processName));
  return Array.from({ length: 50 }, (_, index) => ({
    key: `burst ${processName} ${String(index)}`,
    value: BigInt(first + index),
  }));
}
