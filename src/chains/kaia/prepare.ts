import type { PreparedTransaction, PrepareOptions } from "../../ports/chain-adapter.ts";
import type { Intent } from "../../ports/intent.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { refusal } from "../ethereum/node-errors.ts";
import { badResponse } from "../ethereum/quantity.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { gasWorthAsking, kaiaGas, requireAffordable, requireComputable, requireFunds, shares } from "./fees.ts";
import { actionOf, encodeKaiaIntent, type KaiaIntent } from "./intent.ts";
import type { KaiaNode } from "./node.ts";
import { requireWellFormed } from "./own-signature.ts";
import type { FeePayer, Payment } from "./payment.ts";
import type { KaiaAction } from "./action.ts";
import { ethereumTransaction, kaiaTransaction, type Tools, type Unsigned } from "./transaction.ts";

export interface PrepareParts extends Tools {
  readonly node: KaiaNode;
  readonly chainId: number;
  /** Kei a unit of gas. */
  readonly maxFeePerGas: bigint;
}

/** An intent that was checked, and who pays. No node was asked for it. */
export interface CheckedIntent {
  readonly intent: KaiaIntent;
  readonly from: string;
  readonly payment: Payment;
}

/** @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`. */
export function checkIntent({ ethers }: Tools, intent: Intent, from: string, payment: Payment): CheckedIntent {
  const encoded = encodeKaiaIntent(ethers, intent);
  if (encoded.kind === "cancel" && payment.format === "ethereum")
    throw invalidIntent("cancels, which Ethereum's types do not know; leave format out");
  return { intent: encoded, from: parseAddress(from), payment };
}

/** Asks the node for nonce, gas, fee and balances, and builds the transaction to sign. */
export async function prepareTransaction(
  parts: PrepareParts,
  { intent, from, payment }: CheckedIntent,
  leastNonce: PrepareOptions["leastNonce"] = 0,
): Promise<PreparedTransaction> {
  const { node, maxFeePerGas } = parts;
  const { feePayer: payer } = payment;
  const to = intent.kind === "cancel" ? null : intent.encoded.to;
  const [count, balance, payerBalance, isContract] = await Promise.all([
    node.nonceOf(from),
    node.balanceOf(from),
    payer === undefined ? 0n : node.balanceOf(payer.address),
    to === null ? false : node.isContract(to),
  ]);
  const value = intent.kind === "cancel" ? 0n : intent.encoded.value;
  requireFunds("account", balance, value);
  const nonce = intent.kind === "cancel" ? intent.nonce : Math.max(count, leastNonce);
  if (!Number.isSafeInteger(nonce)) throw badResponse("transaction count");
  const action: KaiaAction = intent.kind === "cancel" ? { kind: "cancel" } : actionOf(intent, isContract);
  const estimate = await estimateGas(parts, intent, from);

  const isKaiaTyped = payer !== undefined || payment.format === "kaia" || action.kind === "cancel";
  const form = payer === undefined ? "plain" : payer.ratio === undefined ? "delegated" : "ratio";
  const common = { from, chainId: parts.chainId, nonce, gas: kaiaGas(estimate, form) };
  const offer = isKaiaTyped ? await offerAll(node) : await offerCap(node);
  requireAffordable(offer.perGas, maxFeePerGas);
  // Who pays for itself pays both parts.
  const maxFee = shares(common.gas * offer.perGas, payer?.address === from ? undefined : payer);
  requireFunds("account", balance, value + maxFee.sender);
  if (payer !== undefined) requireFunds("fee payer", payerBalance, maxFee.payer);

  const unsigned = isKaiaTyped
    ? kaiaTransaction(parts, { ...common, gasPrice: offer.perGas }, action, payer)
    : ethereumTransaction(
        parts,
        { ...common, maxFeePerGas: offer.perGas, maxPriorityFeePerGas: offer.tip },
        { to, value, input: intent.kind === "cancel" ? "0x" : intent.encoded.data },
      );
  return prepared(unsigned, { from, nonce, maxFee: maxFee.sender, payer });
}

/** Kaia's own types pay all that they offer: the node's suggestion, a tenth above the base fee, lasts two blocks of full growth. */
async function offerAll(node: KaiaNode): Promise<{ perGas: bigint; tip: bigint }> {
  const [perGas, baseFee] = await Promise.all([node.gasPrice(), node.baseFee()]);
  // A node that suggests less than it takes would only refuse.
  return { perGas: perGas > baseFee ? perGas : baseFee, tip: 0n };
}

/** Type 2 pays base fee and tip, however high its cap: twice the base fee, which grows by a twentieth a block at most. */
async function offerCap(node: KaiaNode): Promise<{ perGas: bigint; tip: bigint }> {
  const [baseFee, tip] = await Promise.all([node.baseFee(), node.tip()]);
  return { perGas: 2n * baseFee + tip, tip };
}

async function estimateGas({ node, ethers }: PrepareParts, intent: KaiaIntent, from: string): Promise<bigint> {
  if (intent.kind === "cancel") return 21_000n;
  const { to, data, value, contract } = intent.encoded;
  const call = { from, ...(to === null ? {} : { to }), data, value: ethers.toQuantity(value) };
  try {
    const estimate = await node.estimateGas(call);
    if (estimate >= gasWorthAsking) requireComputable((await node.computationCost(call)) ?? 0n);
    return estimate;
  } catch (error) {
    throw refusal(ethers, error, contract);
  }
}

function prepared(
  unsigned: Unsigned,
  facts: {
    readonly from: string;
    readonly nonce: number;
    readonly maxFee: bigint;
    readonly payer: FeePayer | undefined;
  },
): PreparedTransaction {
  const { from, nonce, maxFee, payer } = facts;
  const { digest, feePayerDigest, to } = unsigned;
  return {
    nonce,
    digest,
    to,
    maxFee,
    ...(payer === undefined || feePayerDigest === undefined
      ? {}
      : { feePayer: { signer: payer.signer, digest: feePayerDigest } }),
    // Whose the signatures are is looked at when they are sent: Latchkey's own signers have made sure of it before.
    assemble: (signature, feePayerSignature) => {
      const ofSender = requireWellFormed(from, signature);
      const ofPayer =
        payer === undefined || feePayerSignature === undefined
          ? feePayerSignature
          : requireWellFormed(payer.address, feePayerSignature);
      return { ...unsigned.assemble(ofSender, ofPayer), from, nonce };
    },
  };
}
