/**
 * Code of a contract that makes calls to one other contract, one after the other, and reverts with the first that does. Its calldata is
 * a word with the other's address, then for each call a word with its length and its bytes. It obeys anybody: for test nodes alone.
 *
 *     00  60 20        p, where the next call begins: 32
 *     02  5b           while
 *     03  36 81 10     p < calldatasize (otherwise to 2a)
 *     06  15 60 2a 57
 *     0a  80 35        length, the word at p
 *     0c  90 60 20 01  p + 32
 *     10  81 81 5f 37  calldatacopy(0, p + 32, length)
 *     14  81 01 90     p + 32 + length is the next p
 *     17  5f 5f 91     call(gas, calldataload(0), 0, 0, length, 0, 0)
 *     1a  5f 5f 5f 35
 *     1e  5a f1
 *     20  60 02 57     succeeded: on
 *     23  3d 5f 5f 3e  otherwise revert with what was returned
 *     27  3d 5f fd
 *     2a  5b 00        stop
 */
export const callerCode =
  "0x60205b36811015602a57803590602001" + "81815f378101905f5f915f5f5f355af1" + "6002573d5f5f3e3d5ffd5b00";

/** What `callerCode` takes. */
export function callsOf(target: string, calls: readonly string[]): string {
  const word = (digits: string): string => digits.padStart(64, "0");
  const each = calls.map((call) => `${word(((call.length - 2) / 2).toString(16))}${call.slice(2)}`);
  return `0x${word(target.slice(2))}${each.join("")}`;
}
