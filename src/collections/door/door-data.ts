import { doorOwner } from "../../contracts/given-tokens.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { invalidCall } from "../errors.ts";

const abi = ["function door(address committed, string uri, bytes32[] proof)"] as const;
/** `0x` and the selector of the function, which is there for its arguments' sake alone. */
const selectorLength = 10;

/** What the door of `KIP17Migrated` reads: `abi.encode(address committed, string uri, bytes32[] proof)`. */
export async function doorData(
  chain: ChainAdapter,
  committed: string | undefined,
  uri: string,
  proof: readonly Hex[],
): Promise<Hex> {
  const owner = chain.scheme.parseAddress(committed ?? doorOwner);
  const { data } = await chain.encode({ call: { to: doorOwner, abi, function: "door", args: [owner, uri, proof] } });
  const encoded = `0x${data.slice(selectorLength)}`;
  if (isHex(encoded)) return encoded;
  throw invalidCall("walkDoor", "a proof cannot be written as bytes");
}
