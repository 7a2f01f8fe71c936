import { bytesToHex } from "../../units/bytes.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import type { KaiaAction } from "./action.ts";
import { type RlpItem, rlpItems } from "./rlp.ts";

const typeByte: Readonly<Record<KaiaAction["kind"], number>> = {
  valueTransfer: 0x08,
  valueTransferMemo: 0x10,
  smartContractDeploy: 0x28,
  smartContractExecution: 0x30,
  cancel: 0x38,
};
const none = new Uint8Array(0);

/**
 * Reads, without caver, where the bytes that the sender signs go: rlp([rlp([type, nonce, gasPrice, gas, to, ...]), chainId, 0, 0]).
 *
 * @returns the destination; null where there is none.
 * @throws `ERR_CHAIN_INTENT_INVALID` they are of another type.
 */
export function destinationIn(forSignature: string, kind: KaiaAction["kind"]): string | null {
  const [encoded] = listIn(Buffer.from(forSignature.slice(2), "hex"));
  const [type, , , , to] = listIn(stringIn(encoded));
  const [byte = Number.NaN, ...more] = stringIn(type);
  // The delegated forms follow their type: +1, and +2 with a ratio.
  if (more.length > 0 || ![0, 1, 2].includes(byte - typeByte[kind])) throw differs();
  if (kind === "cancel" || kind === "smartContractDeploy") return null;
  const address = stringIn(to);
  if (address.length !== 20) throw differs();
  return parseAddress(bytesToHex(address));
}

/** The items of the one list that the bytes are; nothing where they are none. */
function listIn(bytes: Uint8Array): readonly RlpItem[] {
  const [list, ...more] = rlpItems(bytes) ?? [];
  return list?.isList === true && more.length === 0 ? (rlpItems(list.bytes) ?? []) : [];
}

function stringIn(item: RlpItem | undefined): Uint8Array {
  return item?.isList === false ? item.bytes : none;
}

function differs(): Error {
  return invalidIntent("was written as another transaction than it is");
}
