import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature, Signer } from "../../ports/signer.ts";
import type { SigningRequest } from "../../ports/signing-request.ts";
import { type Ethers, loadEthers } from "../ethereum/ethers.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { payerRequest, senderRequest } from "./caver-request.ts";
import { encodedByCaver, unwritable } from "./caver.ts";
import { signatureCheck } from "./own-signature.ts";
import { isSigner } from "./payment.ts";
import { parityFields, signatureFields } from "./signature-fields.ts";

/** A transaction of caver's: what it is asked for here. */
interface CaverTransaction {
  /** Such as `TxTypeSmartContractExecution`. */
  readonly type?: string;
  readonly chainId?: string | undefined;
  from?: string;
  feePayer?: string;
  fillTransaction(): Promise<void>;
  getRLPEncodingForSignature(): string;
  appendSignatures(signature: string[]): void;
  getRLPEncodingForFeePayerSignature?(): string;
  appendFeePayerSignatures?(signature: string[]): void;
}

/** The wallet that caver's contract wrappers sign with, as KIP-34 has it: `kip17.setWallet(wallet)`. */
export interface CaverWallet {
  isExisted(address: string): boolean;
  sign<T extends CaverTransaction>(address: string, transaction: T): Promise<T>;
  signAsFeePayer<T extends CaverTransaction>(address: string, transaction: T): Promise<T>;
  /** Forgets a signer; the account is not touched. False where there is none. */
  remove(address: string): boolean;
  /** Throws `ERR_CONFIG_INVALID`: no key is made here. */
  generate(count: number): string[];
}

/**
 * Lets caver's wrappers (`caver.kct.kip7`, `caver.kct.kip17`, `caver.contract`) sign by Latchkey's signers. caver gets
 * signatures, and never a key. An account's signer asks the policy: for what a sender's transaction does, for the most that a fee payer's
 * can cost.
 *
 * @param signers - `kmsSigner()`s and accounts' `signer`s.
 * @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`. The wallet's methods: `ERR_CONFIG_INVALID` no signer of that address;
 *   `ERR_CHAIN_INTENT_INVALID` another account's transaction, or one that cannot be written; `ERR_VAULT_SIGN_FAILED` the signature
 *   is another's; `ERR_RPC_*`; the signer's errors.
 */
export function caverWallet(signers: readonly Signer[]): CaverWallet {
  if (!isListOfSigners(signers)) throw noSigners();
  const byAddress = new Map(signers.map((signer) => [parseAddress(signer.address), signer]));
  const signatures = signatureCheck();

  function signerOf(address: string): Signer {
    const signer = byAddress.get(parseAddress(address));
    if (signer !== undefined) return signer;
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      "caverWallet was given no signer of this address. Nothing was signed.",
    );
  }

  /** Asks the signer of `address`, for the hash of what caver encodes, and says what that is. */
  async function sign(
    signer: Signer,
    address: string,
    encode: () => string,
    requestOf: (ethers: Ethers, encoded: Uint8Array) => SigningRequest,
  ): Promise<RecoverableSignature> {
    const ethers = await loadEthers();
    // Once: what the policy reads is what gets hashed.
    const encoded = encodedByCaver(() => ethers.getBytes(encode()));
    const digest = ethers.getBytes(ethers.keccak256(encoded));
    const signature = await signer.signDigest(Uint8Array.from(digest), requestOf(ethers, encoded));
    return signatures.own(ethers, parseAddress(address), digest, signature);
  }

  return {
    isExisted: (address) => byAddress.has(parseAddress(address)),
    remove: (address) => byAddress.delete(parseAddress(address)),
    generate: () => {
      throw new LatchkeyError(
        "ERR_CONFIG_INVALID",
        "caverWallet makes no keys: accounts come from login(), and their signers are handed in.",
      );
    },
    sign: async (address, transaction) => {
      const signer = signerOf(address);
      claim(transaction, "from", address);
      await fill(transaction);
      const signature = await sign(signer, address, () => transaction.getRLPEncodingForSignature(), senderRequest);
      encodedByCaver(() => {
        transaction.appendSignatures(fieldsOf(signature, transaction));
      });
      return transaction;
    },
    signAsFeePayer: async (address, transaction) => {
      const signer = signerOf(address);
      const { getRLPEncodingForFeePayerSignature: encode, appendFeePayerSignatures: append } = transaction;
      if (encode === undefined || append === undefined)
        throw invalidIntent("is of a type without a fee payer; use a fee-delegated one");
      claim(transaction, "feePayer", address);
      await fill(transaction);
      const signature = await sign(
        signer,
        address,
        () => encode.call(transaction),
        (_, encoded) => payerRequest(encoded),
      );
      encodedByCaver(() => {
        append.call(transaction, fieldsOf(signature, transaction));
      });
      return transaction;
    },
  };
}

/** Makes the transaction this account's where it is nobody's yet, as caver's own wallet does. */
function claim(transaction: CaverTransaction, role: "from" | "feePayer", address: string): void {
  const there = transaction[role];
  if (there === undefined || /^0x0*$/.test(there)) {
    encodedByCaver(() => {
      transaction[role] = address;
    });
  } else if (there.toLowerCase() !== address.toLowerCase()) {
    throw invalidIntent(`has another ${role === "from" ? "sender" : "fee payer"} than the account that is to sign it`);
  }
}

/** Lets caver ask its node for what the transaction lacks. */
async function fill(transaction: CaverTransaction): Promise<void> {
  try {
    await transaction.fillTransaction();
  } catch (error) {
    if (isLatchkeyError(error)) throw error;
    // Whatever caver says beside it, for its messages quote what they were given.
    throw new LatchkeyError(
      "ERR_RPC_REJECTED",
      "caver could not ask its node for the nonce, gas price or chain id that the transaction lacks. Nothing was signed; give caver a caverProvider(), or fill them in.",
    );
  }
}

/** V as the type wants it: Ethereum's typed transactions have the parity alone. */
function fieldsOf(signature: RecoverableSignature, { type, chainId }: CaverTransaction): string[] {
  if (type?.startsWith("TxTypeEthereum") === true) return parityFields(signature);
  const id = Number(chainId);
  if (!Number.isSafeInteger(id)) throw unwritable();
  return signatureFields(signature, id);
}

function isListOfSigners(signers: unknown): boolean {
  return Array.isArray(signers) && signers.every(isSigner);
}

function noSigners(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "caverWallet takes an array of signers, such as kmsSigner()s and accounts' signer. Nothing was signed.",
  );
}
