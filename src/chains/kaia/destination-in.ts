import { isHex } from "../../units/bytes.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { attempt, invalidIntent } from "../ethereum/invalid-intent.ts";
import type { KaiaAction } from "./action.ts";

const typeByte: Readonly<Record<KaiaAction["kind"], number>> = {
  valueTransfer: 0x08,
  valueTransferMemo: 0x10,
  smartContractDeploy: 0x28,
  smartContractExecution: 0x30,
  cancel: 0x38,
};

const different = "was written as another transaction than it is";

/**
 * Reads, without caver, where the bytes that the sender signs go: rlp([rlp([type, nonce, gasPrice, gas, to, ...]), chainId, 0, 0]).
 *
 * @returns the destination; null where there is none.
 * @throws `ERR_CHAIN_INTENT_INVALID` they are of another type.
 */
export function destinationIn(ethers: Ethers, forSignature: string, kind: KaiaAction["kind"]): string | null {
  const [type, , , , to] = attempt(different, () => {
    const outer = ethers.decodeRlp(forSignature);
    const [encoded] = typeof outer === "string" ? [] : outer;
    const inner = typeof encoded === "string" ? ethers.decodeRlp(encoded) : "";
    return typeof inner === "string" ? [] : inner;
  });
  // The delegated forms follow their type: +1, and +2 with a ratio.
  const form = isHex(type) ? Number(type) - typeByte[kind] : Number.NaN;
  if (form !== 0 && form !== 1 && form !== 2) throw differs();
  if (kind === "cancel" || kind === "smartContractDeploy") return null;
  if (typeof to !== "string" || !ethers.isAddress(to)) throw differs();
  return ethers.getAddress(to);
}

function differs(): Error {
  return invalidIntent(different);
}
