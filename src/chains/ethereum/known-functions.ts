import type { DecodedArgument } from "../../ports/intent.ts";
import { type Interface, parseAbi } from "./abi.ts";
import { decodedArguments } from "./decoded-arguments.ts";
import type { Ethers } from "./ethers.ts";

// ERC-20, ERC-721 and KIP-7, KIP-17 (ids and amounts have one selector); ERC-2612, and DAI's permit, which is older.
const abi = [
  "function transfer(address to, uint256 value)",
  "function transferFrom(address from, address to, uint256 value)",
  "function approve(address spender, uint256 value)",
  "function increaseAllowance(address spender, uint256 addedValue)",
  "function decreaseAllowance(address spender, uint256 subtractedValue)",
  "function safeTransfer(address to, uint256 value)",
  "function safeTransferFrom(address from, address to, uint256 value)",
  "function safeTransferFrom(address from, address to, uint256 value, bytes data)",
  "function setApprovalForAll(address operator, bool approved)",
  "function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
  "function permit(address holder, address spender, uint256 nonce, uint256 expiry, bool allowed, uint8 v, bytes32 r, bytes32 s)",
] as const;

/** Gives tokens away, or the right to them: what a reader of bare calldata should see by name. */
export interface KnownCall {
  readonly function: string;
  readonly args: readonly DecodedArgument[];
}

/**
 * Names what calldata asks of a token, by its selector.
 *
 * @returns with no arguments where they cannot be read, since older contracts run it all the same; undefined for other selectors.
 */
export function knownCall(ethers: Ethers, data: string): KnownCall | undefined {
  if (data.length < 10) return undefined;
  const known = fragmentOf(parseAbi(ethers, abi), data.slice(0, 10).toLowerCase());
  if (known === null) return undefined;
  return { function: known.format(), args: decodedArguments(ethers, known.inputs, `0x${data.slice(10)}`) ?? [] };
}

function fragmentOf(contract: Interface, selector: string) {
  return contract.getFunction(selector);
}
