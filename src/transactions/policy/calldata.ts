import type { Hex } from "../../units/brands.ts";
import { keccak } from "../../units/keccak.ts";

/** Tokens that a call moves, or lets somebody move. Addresses in lower case. */
export interface TokenMovement {
  /** The token's contract. */
  readonly asset: string;
  /** In the token's smallest unit. Null: all of it, or as much as cannot be told. */
  readonly amount: bigint | null;
  /** Who gets the tokens or may spend them; null where they are burned. */
  readonly party: string | null;
  readonly isApproval: boolean;
}

/** Where a function's arguments have what counts. Left out: the token is the called contract; nobody gets it; all of it. */
interface Layout {
  readonly token?: number;
  readonly party?: number;
  readonly amount?: number;
  readonly isApproval?: boolean;
  /** A boolean argument; where it is false nothing is granted. */
  readonly onlyIf?: number;
}

// ERC-20, ERC-2612, DAI's permit, ERC-777, ERC-1363, KIP-7, KIP-17 and ERC-721 (an id counts as an amount), ERC-1155, Permit2.
const layouts: Readonly<Record<string, Layout>> = {
  "transfer(address,uint256)": { party: 0, amount: 1 },
  "transferFrom(address,address,uint256)": { party: 1, amount: 2 },
  "transferAndCall(address,uint256)": { party: 0, amount: 1 },
  "transferAndCall(address,uint256,bytes)": { party: 0, amount: 1 },
  "transferFromAndCall(address,address,uint256)": { party: 1, amount: 2 },
  "transferFromAndCall(address,address,uint256,bytes)": { party: 1, amount: 2 },
  "safeTransfer(address,uint256)": { party: 0, amount: 1 },
  "safeTransfer(address,uint256,bytes)": { party: 0, amount: 1 },
  "safeTransferFrom(address,address,uint256)": { party: 1, amount: 2 },
  "safeTransferFrom(address,address,uint256,bytes)": { party: 1, amount: 2 },
  "safeTransferFrom(address,address,uint256,uint256,bytes)": { party: 1, amount: 3 },
  "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)": { party: 1 },
  "send(address,uint256,bytes)": { party: 0, amount: 1 },
  "operatorSend(address,address,uint256,bytes,bytes)": { party: 1, amount: 2 },
  "burn(uint256)": { amount: 0 },
  "burn(uint256,bytes)": { amount: 0 },
  "burn(address,uint256)": { amount: 1 },
  "burnFrom(address,uint256)": { amount: 1 },
  "approve(address,uint256)": { party: 0, amount: 1, isApproval: true },
  "approveAndCall(address,uint256)": { party: 0, amount: 1, isApproval: true },
  "approveAndCall(address,uint256,bytes)": { party: 0, amount: 1, isApproval: true },
  "increaseAllowance(address,uint256)": { party: 0, amount: 1, isApproval: true },
  "increaseApproval(address,uint256)": { party: 0, amount: 1, isApproval: true },
  "setApprovalForAll(address,bool)": { party: 0, onlyIf: 1, isApproval: true },
  "authorizeOperator(address)": { party: 0, isApproval: true },
  "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": { party: 1, amount: 2, isApproval: true },
  "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)": { party: 1, onlyIf: 4, isApproval: true },
  "approve(address,address,uint160,uint48)": { token: 0, party: 1, amount: 2, isApproval: true },
  "transferFrom(address,address,uint160,address)": { token: 3, party: 1, amount: 2 },
};

interface KnownFunction {
  readonly signature: string;
  readonly layout: Layout;
}

const known: ReadonlyMap<string, KnownFunction> = new Map(
  Object.entries(layouts).map(([signature, layout]) => [selectorOfSignature(signature), { signature, layout }]),
);

/** The first four bytes of the Keccak-256 of a signature such as `transfer(address,uint256)`, as 0x and eight digits. */
export function selectorOfSignature(signature: string): string {
  return `0x${Buffer.from(keccak(Buffer.from(signature, "utf8")).subarray(0, 4)).toString("hex")}`;
}

/** What function calldata asks for: null where it has fewer than four bytes. */
export function selectorOf(data: Hex): string | null {
  return data.length < 10 ? null : data.slice(0, 10).toLowerCase();
}

/** The signature of a function that is known here. */
export function knownSignature(data: Hex): string | null {
  const selector = selectorOf(data);
  return selector === null ? null : (known.get(selector)?.signature ?? null);
}

/**
 * The tokens that a call of a known function moves; undefined for another function's. Arguments that are cut short are read as contracts
 * of old do: with zeros in their place.
 *
 * @param to - the called contract.
 */
export function tokenMovementOf(to: string, data: Hex): TokenMovement | undefined {
  const selector = selectorOf(data);
  const layout = selector === null ? undefined : known.get(selector)?.layout;
  if (layout === undefined) return undefined;
  const { token, party, amount, onlyIf, isApproval = false } = layout;
  if (onlyIf !== undefined && wordAt(data, onlyIf) === 0n) return undefined;
  return {
    asset: token === undefined ? to.toLowerCase() : addressAt(data, token),
    amount: amount === undefined ? null : wordAt(data, amount),
    party: party === undefined ? null : addressAt(data, party),
    isApproval,
  };
}

function hexAt(data: Hex, index: number): string {
  const begin = 10 + 64 * index;
  return data.slice(begin, begin + 64).padEnd(64, "0");
}

function wordAt(data: Hex, index: number): bigint {
  return BigInt(`0x${hexAt(data, index)}`);
}

function addressAt(data: Hex, index: number): string {
  return `0x${hexAt(data, index).slice(24).toLowerCase()}`;
}
