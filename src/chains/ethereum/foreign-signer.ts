import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature, Signer } from "../../ports/signer.ts";
import { isHex } from "../../units/bytes.ts";
import { type Ethers, loadEthers } from "./ethers.ts";
import { isRecord } from "../../units/is-record.ts";
import { parseAddress } from "./scheme.ts";

/** What is used of a signer of ethers: it signs whole transactions, wherever it has its key. */
export interface ForeignSigner {
  getAddress(): Promise<string>;
  signTransaction(transaction: ForeignTransaction): Promise<string>;
}

/** A transaction as ethers' signers take it. */
export interface ForeignTransaction {
  type: number;
  chainId: bigint;
  nonce: number;
  to?: string | null;
  data: string;
  value: bigint;
  gasLimit: bigint;
  gasPrice?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
  accessList?: { address: string; storageKeys: string[] }[];
}

export function isForeignSigner(value: unknown): value is ForeignSigner {
  return isRecord(value) && typeof value["getAddress"] === "function" && typeof value["signTransaction"] === "function";
}

/**
 * A signer of ethers in the house's shape. It signs Ethereum's own transactions of types 0, 1 and 2 and nothing else; what comes back is
 * compared with what was to be signed.
 *
 * @throws `ERR_CHAIN_ADDRESS_INVALID`; `ERR_PEER_MISSING`; what the signer throws. Its methods: `ERR_VAULT_SIGN_FAILED`.
 */
export async function foreignSigner(signer: ForeignSigner): Promise<Signer> {
  const ethers = await loadEthers();
  const address = parseAddress(await signer.getAddress());
  return Object.freeze({
    address,
    signDigest: () => Promise.reject(notTransaction()),
    signTransaction: async (unsigned: string): Promise<RecoverableSignature> => {
      const asked = ethers.Transaction.from(unsigned);
      if ((asked.type ?? 0) > 2) throw notTransaction();
      const answer: unknown = await signer.signTransaction(wordsOf(asked));
      const signature = signatureIn(ethers, answer, unsigned, address);
      if (signature !== undefined) return signature;
      throw failed("A signer of ethers signed something else than it was asked to, or with another key", address);
    },
    toJSON: () => ({ address }),
  });
}

type Transaction = InstanceType<Ethers["Transaction"]>;

function wordsOf(asked: Transaction): ForeignTransaction {
  const { type, chainId, nonce, to, data, value, gasLimit, gasPrice, accessList } = asked;
  const { maxFeePerGas, maxPriorityFeePerGas } = asked;
  return {
    type: type ?? 0,
    chainId,
    nonce,
    to,
    data,
    value,
    gasLimit,
    ...(maxFeePerGas === null || maxPriorityFeePerGas === null
      ? { gasPrice: gasPrice ?? 0n }
      : { maxFeePerGas, maxPriorityFeePerGas }),
    ...(accessList === null || accessList.length === 0 ? {} : { accessList }),
  };
}

/** Undefined where the answer is not this transaction with a signature of that address. */
function signatureIn(
  ethers: Ethers,
  answer: unknown,
  unsigned: string,
  address: string,
): RecoverableSignature | undefined {
  // A node that signs may answer with the transaction beside its bytes, and ethers hands that on.
  const raw = isRecord(answer) ? answer["raw"] : answer;
  if (!isHex(raw)) return undefined;
  try {
    const { signature, from, unsignedSerialized } = ethers.Transaction.from(raw);
    if (signature === null || from !== address || unsignedSerialized !== unsigned.toLowerCase()) return undefined;
    return { r: ethers.getBytes(signature.r), s: ethers.getBytes(signature.s), yParity: signature.yParity };
  } catch {
    // No transaction, or a signature that no chain takes.
    return undefined;
  }
}

function notTransaction(): LatchkeyError {
  return new LatchkeyError(
    "ERR_VAULT_SIGN_FAILED",
    "A signer of ethers signs Ethereum's own transactions of types 0, 1 and 2 alone, and was asked for something else. Nothing was signed or sent.",
  );
}

function failed(what: string, address: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_VAULT_SIGN_FAILED",
    `${what}. Its signature was discarded, and nothing was sent; find out whose key it has.`,
    { context: { address } },
  );
}
