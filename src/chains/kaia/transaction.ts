import type { RecoverableSignature } from "../../ports/signer.ts";
import type { Hex } from "../../units/brands.ts";
import { bytesToHex, isHex } from "../../units/bytes.ts";
import { keccakOfHex } from "../../units/keccak.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import type { KaiaAction } from "./action.ts";
import { type Caver, encodedByCaver, unwritable } from "./caver.ts";
import { destinationIn, dynamicFeeDestinationIn } from "./destination-in.ts";
import { parityFields, signatureFields } from "./signature-fields.ts";

/** What every type has. Amounts in kei. */
export interface Common {
  readonly from: string;
  readonly chainId: number;
  readonly nonce: number;
  readonly gas: bigint;
}

/** Who pays for a fee-delegated transaction: all, or `ratio` percent, 1 to 99. */
export interface Payer {
  readonly address: string;
  readonly ratio: number | undefined;
}

/** A transaction without its signatures. */
export interface Unsigned {
  /** What the sender signs, 32 bytes. */
  readonly digest: Uint8Array;
  /** What the fee payer signs, where there is one. */
  readonly feePayerDigest: Uint8Array | undefined;
  /** The destination as the bytes to sign say it: of a cancel its sender, of a deployment null. */
  readonly to: string | null;
  /** Of Ethereum's types, the bytes to sign: EIP-2718. */
  readonly unsigned: Hex | undefined;
  /** @throws `ERR_CHAIN_INTENT_INVALID` the fee payer's signature is missing, or not asked for. */
  assemble(signature: RecoverableSignature, feePayerSignature?: RecoverableSignature): { raw: Hex; hash: Hex };
}

export interface Tools {
  readonly ethers: Ethers;
  readonly caver: Caver;
}

type Fields = Readonly<Record<string, unknown>>;

/** A transaction of Kaia's own types. Spec: https://docs.kaia.io/learn/transactions/ */
export function kaiaTransaction(
  { caver }: Pick<Tools, "caver">,
  common: Common & { readonly gasPrice: bigint },
  { kind, ...does }: KaiaAction,
  payer?: Payer,
): Unsigned {
  const type =
    payer === undefined ? kind : `feeDelegated${capital(kind)}${payer.ratio === undefined ? "" : "WithRatio"}`;
  const fields: Fields = {
    ...hexFields({ ...common, ...does }),
    ...(kind === "smartContractDeploy" ? { to: "0x", humanReadable: false, codeFormat: "0x0" } : {}),
    ...(payer === undefined ? {} : { feePayer: payer.address.toLowerCase() }),
    ...(payer?.ratio === undefined ? {} : { feeRatio: payer.ratio }),
  };
  const transaction = make(caver, type, fields);
  const forSender = encodedByCaver(() => transaction.getRLPEncodingForSignature());
  const forPayer = encodedByCaver(() => transaction.getRLPEncodingForFeePayerSignature?.());
  return {
    digest: digestOf(forSender),
    feePayerDigest: forPayer === undefined ? undefined : digestOf(forPayer),
    to: destinationIn(forSender, kind, "to" in does ? does.to : common.from),
    unsigned: undefined,
    assemble: (signature, feePayerSignature) => {
      if ((feePayerSignature === undefined) !== (payer === undefined))
        throw invalidIntent("does not have the signatures that its type asks for");
      return rawAndHash(
        encodedByCaver(() => {
          // Set, not appended: however often it is assembled, each time has these signatures alone.
          transaction.signatures = [signatureFields(signature, common.chainId)];
          if (feePayerSignature !== undefined)
            transaction.feePayerSignatures = [signatureFields(feePayerSignature, common.chainId)];
          return transaction.getRLPEncoding();
        }),
      );
    },
  };
}

/** Ethereum's type 2 as Kaia takes it, in an envelope of its own (0x78). The sender pays the base fee and the tip alone. */
export function ethereumTransaction(
  { caver }: Pick<Tools, "caver">,
  common: Common & { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint },
  does: { readonly to: string | null; readonly value: bigint; readonly input: Hex },
): Unsigned {
  const fields: Fields = { ...hexFields({ ...common, ...does, to: does.to ?? "0x" }), accessList: [] };
  const transaction = make(caver, "ethereumDynamicFee", fields);
  const unsigned = encodedByCaver(() => transaction.getRLPEncodingForSignature());
  if (!isHex(unsigned)) throw unwritable();
  return {
    digest: keccakOfHex(unsigned),
    feePayerDigest: undefined,
    to: dynamicFeeDestinationIn(unsigned, does.to),
    unsigned,
    assemble: (signature, feePayerSignature) => {
      if (feePayerSignature !== undefined) throw invalidIntent("has a fee payer, which Ethereum's types do not know");
      return rawAndHash(
        encodedByCaver(() => {
          transaction.signatures = [parityFields(signature)];
          return transaction.getRLPEncoding();
        }),
      );
    },
  };
}

function make(caver: Caver, type: string, fields: Fields) {
  const maker = caver.transaction[type];
  if (maker === undefined) throw unwritable();
  return encodedByCaver(() => maker.create({ ...fields }));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Numbers as caver wants them; addresses in the one case that has no checksum. It was looked at before, and caver would compute it anew
 * each time it sees one.
 */
function hexFields(fields: Readonly<Record<string, string | number | bigint>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? value.toLowerCase() : `0x${value.toString(16)}`,
    ]),
  );
}

function digestOf(encoded: string): Uint8Array {
  if (!isHex(encoded)) throw unwritable();
  return keccakOfHex(encoded);
}

function rawAndHash(raw: string): { raw: Hex; hash: Hex } {
  if (!isHex(raw)) throw unwritable();
  // The envelope of Ethereum's types is not hashed.
  return { raw, hash: bytesToHex(keccakOfHex(raw.startsWith("0x78") ? `0x${raw.slice(4)}` : raw)) };
}
