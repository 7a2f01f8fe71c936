/** Instructions PUSH1 to PUSH32 carry as many bytes behind them. */
const push1 = 0x60;
const push4 = 0x63;
const push32 = 0x7f;

/**
 * The four-byte constants in runtime code: every function's selector is among them, since Solidity compares the call's selector with each.
 * Others may be among them too, such as the errors that it reverts with.
 *
 * @param code - 0x and hexadecimal digits.
 * @returns 0x and 8 lower-case digits each, without repetition, in the order of the code.
 */
export function selectorsIn(code: string): ReadonlySet<string> {
  const bytes = Buffer.from(code.slice(2), "hex");
  const found = new Set<string>();
  for (let at = 0; at < bytes.length; at += 1) {
    const instruction = bytes[at] ?? 0;
    if (instruction === push4) found.add(`0x${bytes.toString("hex", at + 1, at + 5).padEnd(8, "0")}`);
    // Selectors that begin with a zero byte are pushed in three.
    if (instruction === push4 - 1) found.add(`0x00${bytes.toString("hex", at + 1, at + 4).padEnd(6, "0")}`);
    if (instruction >= push1 && instruction <= push32) at += instruction - push1 + 1;
  }
  return found;
}
