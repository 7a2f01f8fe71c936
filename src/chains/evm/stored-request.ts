import type { TransactionLike, TransactionRequest } from "ethers";
import type { Intent } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import type { StoredSendOptions } from "./signing-account.ts";

/** A transaction in ethers' words, in the outbox's. */
export interface StoredRequest {
  readonly intent: Intent;
  readonly options: StoredSendOptions;
  /** As ethers' errors show it. */
  readonly call: { readonly to: string | null; readonly from: string; readonly data: Hex };
}

/**
 * What the outbox is to send for a request. Its nonce, type and tip are the outbox's; `maxFeePerGas`, or `gasPrice`, is the most that it
 * may offer, replacements included.
 *
 * @param request - as the caller gave it.
 * @param filled - the same with addresses in the place of names, from `populateCall`.
 * @throws `ERR_CHAIN_INTENT_INVALID` for what the outbox does not send; ethers' own errors for what a Wallet would refuse.
 */
export function storedRequest(
  ethers: Ethers,
  request: TransactionRequest,
  filled: TransactionLike,
  from: string,
  chainId: number,
): StoredRequest {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas, type, gasLimit } = filled;
  const hasFees = (maxFeePerGas ?? null) !== null || (maxPriorityFeePerGas ?? null) !== null;
  const id = filled.chainId ?? BigInt(chainId);
  ethers.assertArgument(ethers.getBigInt(id) === BigInt(chainId), "transaction chainId mismatch", "tx.chainId", id);
  ethers.assertArgument(
    (gasPrice ?? null) === null || !(hasFees || type === 2),
    "eip-1559 transaction do not support gasPrice",
    "tx",
    request,
  );
  ethers.assertArgument(
    type !== 0 || !hasFees,
    "pre-eip-1559 transaction do not support maxFeePerGas/maxPriorityFeePerGas",
    "tx",
    request,
  );
  const { to, value, data } = ethers.Transaction.from({
    to: filled.to ?? null,
    value: filled.value ?? 0n,
    data: filled.data ?? "0x",
    ...(gasLimit === undefined || gasLimit === null ? {} : { gasLimit }),
  });
  refuse(request, filled);
  if (!isHex(data)) throw invalidIntent("has data that is not 0x and whole bytes in hexadecimal");
  const limit = gasLimit ?? null;
  const ceiling = maxFeePerGas ?? gasPrice ?? null;
  return {
    intent: intentOf(to, value, data),
    options: {
      ...(limit === null ? {} : { gasLimit: ethers.getBigInt(limit) }),
      ...(ceiling === null ? {} : { feeCeiling: ethers.getBigInt(ceiling) }),
    },
    call: { to, from, data },
  };
}

function intentOf(to: string | null, value: bigint, data: Hex): Intent {
  if (to === null) return { deploy: { bytecode: data, value } };
  return data === "0x" ? { transfer: { to, value } } : { data: { to, data, value } };
}

const blobMembers = ["blobs", "blobVersionedHashes", "maxFeePerBlobGas", "kzg"] as const;

function refuse(request: TransactionRequest, { nonce, type, accessList, authorizationList }: TransactionLike): void {
  const elsewhere = "sign it with signTransaction, or connect the signer to another provider";
  if ((nonce ?? null) !== null)
    throw invalidIntent(
      "has a nonce of its own; leave it out, for the outbox gives nonces out, and needs no NonceManager before it",
    );
  if (type === 1 || (Array.isArray(accessList) && accessList.length > 0))
    throw invalidIntent(`has an access list, or the type of one, which the outbox does not send; ${elsewhere}`);
  if (type === 3 || blobMembers.some((name) => (request[name] ?? null) !== null))
    throw invalidIntent(`has blobs, or the type of them, which the outbox does not send; ${elsewhere}`);
  if (type === 4 || (authorizationList ?? null) !== null)
    throw invalidIntent(`has authorisations, or the type of them, which the outbox does not send; ${elsewhere}`);
  if (type !== undefined && type !== null && type !== 0 && type !== 2)
    throw invalidIntent("is of a type that the outbox does not know; leave type out");
  if ((request.customData ?? null) !== null)
    throw invalidIntent("has customData, which no transaction of this chain has; leave it out");
}
