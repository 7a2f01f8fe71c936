import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature, Signer } from "../../ports/signer.ts";
import { loadEthers } from "../ethereum/ethers.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { signatureFields } from "./signature-fields.ts";

/** A transaction of caver's: what it is asked for here. */
interface CaverTransaction {
  readonly chainId?: string | undefined;
  fillTransaction(): Promise<void>;
  getRLPEncodingForSignature(): string;
  appendSignatures(signature: readonly string[]): void;
  getRLPEncodingForFeePayerSignature?(): string;
  appendFeePayerSignatures?(signature: readonly string[]): void;
}

/** The wallet that caver's contract wrappers sign with, as KIP-34 has it: `kip17.setWallet(wallet)`. */
export interface CaverWallet {
  isExisted(address: string): Promise<boolean>;
  sign<T extends CaverTransaction>(address: string, transaction: T): Promise<T>;
  signAsFeePayer<T extends CaverTransaction>(address: string, transaction: T): Promise<T>;
}

/**
 * Lets caver's wrappers (`caver.kct.kip7`, `caver.kct.kip17`, `caver.contract`) sign by Latchkey's signers. caver gets
 * signatures, and never a key.
 *
 * @param signers - `kmsSigner()`s and accounts' `signer`s.
 * @throws `ERR_CHAIN_ADDRESS_INVALID`. The wallet's methods: `ERR_CONFIG_INVALID` no signer of that address; the signer's errors.
 */
export function caverWallet(signers: readonly Signer[]): CaverWallet {
  const byAddress = new Map(signers.map((signer) => [parseAddress(signer.address), signer]));
  const signerOf = (address: string): Signer => {
    const signer = byAddress.get(parseAddress(address));
    if (signer !== undefined) return signer;
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      "caverWallet was given no signer of this address. Nothing was signed.",
    );
  };
  return {
    isExisted: (address) => Promise.resolve(byAddress.has(parseAddress(address))),
    sign: async (address, transaction) => {
      const signer = signerOf(address);
      await transaction.fillTransaction();
      const signature = await signEncoded(signer, transaction.getRLPEncodingForSignature());
      transaction.appendSignatures(fieldsOf(signature, transaction));
      return transaction;
    },
    signAsFeePayer: async (address, transaction) => {
      const signer = signerOf(address);
      const { getRLPEncodingForFeePayerSignature: encode, appendFeePayerSignatures: append } = transaction;
      if (encode === undefined || append === undefined) {
        throw new LatchkeyError(
          "ERR_CHAIN_INTENT_INVALID",
          "This transaction's type has no fee payer. Nothing was signed; use a fee-delegated type.",
        );
      }
      await transaction.fillTransaction();
      const signature = await signEncoded(signer, encode.call(transaction));
      append.call(transaction, fieldsOf(signature, transaction));
      return transaction;
    },
  };
}

async function signEncoded(signer: Signer, encoded: string): Promise<RecoverableSignature> {
  const ethers = await loadEthers();
  return await signer.signDigest(ethers.getBytes(ethers.keccak256(encoded)));
}

function fieldsOf(signature: RecoverableSignature, { chainId }: CaverTransaction): string[] {
  return signatureFields(signature, Number(chainId));
}
