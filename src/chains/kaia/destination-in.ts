import { bytesToHex } from "../../units/bytes.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { listIn, stringIn } from "../ethereum/rlp-fields.ts";
import type { RlpItem } from "../ethereum/rlp-items.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import type { KaiaAction } from "./action.ts";

const typeByte: Readonly<Record<KaiaAction["kind"], number>> = {
  valueTransfer: 0x08,
  valueTransferMemo: 0x10,
  smartContractDeploy: 0x28,
  smartContractExecution: 0x30,
  cancel: 0x38,
};

/**
 * Reads, without caver, where the bytes that the sender signs go: rlp([rlp([type, nonce, gasPrice, gas, to, ...]), chainId, 0, 0]).
 *
 * @param intended - where they should go.
 * @returns the destination, which of a cancel is its sender; null where it deploys.
 * @throws `ERR_CHAIN_INTENT_INVALID` they are of another type.
 */
export function destinationIn(forSignature: string, kind: KaiaAction["kind"], intended: string): string | null {
  const [encoded] = listIn(Buffer.from(forSignature.slice(2), "hex"));
  const [type, , , , to] = listIn(stringIn(encoded));
  const [byte = Number.NaN, ...more] = stringIn(type);
  // The delegated forms follow their type: +1, and +2 with a ratio.
  if (more.length > 0 || ![0, 1, 2].includes(byte - typeByte[kind])) throw differs();
  return kind === "smartContractDeploy" ? null : addressIn(to, intended);
}

/**
 * As `destinationIn`, of Ethereum's type 2: 0x02, and rlp([chainId, nonce, tip, cap, gas, to, ...]).
 *
 * @throws `ERR_CHAIN_INTENT_INVALID` they are of another type.
 */
export function dynamicFeeDestinationIn(unsigned: string, intended: string | null): string | null {
  if (!unsigned.startsWith("0x02")) throw differs();
  const [, , , , , to] = listIn(Buffer.from(unsigned.slice(4), "hex"));
  return to?.isList === false && to.bytes.length === 0 ? null : addressIn(to, intended);
}

/** @param intended - is returned where the bytes are the same, which spares the checksum. */
function addressIn(item: RlpItem | undefined, intended: string | null): string {
  const bytes = stringIn(item);
  if (bytes.length !== 20) throw differs();
  const address = bytesToHex(bytes);
  return address === intended?.toLowerCase() ? intended : parseAddress(address);
}

function differs(): Error {
  return invalidIntent("was written as another transaction than it is");
}
