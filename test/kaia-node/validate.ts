import { dataLength } from "ethers";
import { type AccountKey, checkInstallable, decodeAccountKey } from "./account-keys.ts";
import { authenticateFeePayer, authenticateSender, authoritiesOf } from "./authenticate.ts";
import { refusals, refused } from "./errors.ts";
import { intrinsicGas, maxInitCodeSize, transactionFloorGas, upperGasLimit } from "./gas.ts";
import type { Pool } from "./pool.ts";
import { splitFee } from "./price.ts";
import type { Transaction } from "./types.ts";

const maxSize = 131_072;

/** The state that a transaction is judged by. */
export interface Judge {
  readonly chainId: bigint;
  readonly baseFee: bigint;
  readonly allowAnchoring: boolean;
  readonly pool: Pool;
  keyOf(address: string): Promise<AccountKey>;
  balance(address: string): Promise<bigint>;
  nonce(address: string): Promise<bigint>;
  code(address: string): Promise<string>;
}

/** A transaction that the pool may take. */
export interface Admitted {
  readonly sender: string;
  /** Gas for signatures beyond the first, of sender and fee payer. */
  readonly signatureGas: bigint;
}

/**
 * The pool's checks in the node's order: where several fail, the client hears of the first.
 *
 * @throws `RpcError` -32000 with the node's text.
 */
export async function admit(transaction: Transaction, judge: Judge): Promise<Admitted> {
  const { chainId } = judge;
  if (transaction.kind.action === "chainDataAnchoring" && !judge.allowAnchoring) throw refused(refusals.anchoring);
  checkForm(transaction, judge);
  const sender = await authenticateSender(transaction, chainId, judge.keyOf);
  if ((await judge.nonce(sender.address)) > transaction.nonce) throw refused(refusals.nonceTooLow);
  const feePayer =
    transaction.kind.delegation === "none"
      ? { address: sender.address, gas: 0n }
      : await authenticateFeePayer(transaction, chainId, judge.keyOf);
  await checkFunds(transaction, sender.address, feePayer.address, judge);
  const signatureGas = sender.gas + feePayer.gas;
  checkGas(transaction, signatureGas);
  if (transaction.authorizationList?.length === 0) throw refused(refusals.emptyAuthorizations);
  await checkDelegated(transaction, sender.address, judge);
  await checkAction(transaction, sender.address, judge);
  return { sender: sender.address, signatureGas };
}

function checkForm(transaction: Transaction, { chainId, baseFee }: Judge): void {
  const { kind, gas, gasPrice, maxPriorityFeePerGas } = transaction;
  const codeSize = dataLength(transaction.input);
  if (transaction.to === null && codeSize > maxInitCodeSize) {
    throw refused(`max initcode size exceeded: code size ${codeSize}, limit ${maxInitCodeSize}`);
  }
  if (gas > upperGasLimit) throw refused(`tx gas limit exceeds the upper limit: gas ${gas}, limit ${upperGasLimit}`);
  if (transaction.chainId !== undefined && transaction.chainId !== chainId) throw refused(refusals.chainId);
  if (maxPriorityFeePerGas !== undefined) {
    if (gasPrice < maxPriorityFeePerGas) throw refused(refusals.tipAboveCap);
    if (gasPrice < baseFee) throw refused(refusals.feeCapBelowBaseFee);
  } else if (gasPrice < baseFee) {
    throw refused(refusals.gasPriceBelowBaseFee);
  }
  // The envelope's byte counts.
  if (dataLength(transaction.raw) + (kind.typeInt > 0xff ? 1 : 0) > maxSize) throw refused(refusals.oversized);
}

/** Each transaction on its own: the pool does not add up what several of one sender will cost. */
async function checkFunds(transaction: Transaction, sender: string, feePayer: string, judge: Judge): Promise<void> {
  const { kind, value, gas, gasPrice, feeRatio } = transaction;
  const fee = gas * gasPrice;
  const balance = await judge.balance(sender);
  if (kind.delegation === "ratio" && (feeRatio === undefined || feeRatio < 1 || feeRatio > 99)) {
    throw refused(refusals.feeRatio);
  }
  const share = splitFee(fee, transaction);
  if (balance < value + share.sender) throw refused(refusals.senderFunds);
  if (kind.delegation === "none") return;
  if ((await judge.balance(feePayer)) < share.feePayer) throw refused(refusals.feePayerFunds);
  if (sender === feePayer && balance < value + fee) throw refused(refusals.senderFunds);
}

function checkGas(transaction: Transaction, signatureGas: bigint): void {
  const { gas } = transaction;
  if (gas < intrinsicGas(transaction) + signatureGas) throw refused(refusals.intrinsicGas);
  const floor = transactionFloorGas(transaction, signatureGas);
  if (gas < floor) {
    throw refused(`insufficient gas for floor data gas cost: gas ${gas}, minimum needed ${floor}`);
  }
}

/** A delegated account, in the state or by an authorization still in the pool, has one transaction in flight and no gap. */
async function checkDelegated(transaction: Transaction, sender: string, { pool, code, nonce }: Judge): Promise<void> {
  const authorizing = pool.all().some((each) => authoritiesOf(each.transaction).includes(sender));
  if (authorizing || (await code(sender)) !== "0x") {
    const inFlight = pool.of(sender);
    const stateNonce = await nonce(sender);
    const executable = inFlight.some((each) => each.transaction.nonce === stateNonce);
    if (!executable && transaction.nonce !== stateNonce) throw refused(refusals.delegatedGap);
    if (executable && !inFlight.some((each) => each.transaction.nonce === transaction.nonce)) {
      throw refused(refusals.delegatedInFlight);
    }
  }
  for (const authority of authoritiesOf(transaction)) {
    if (pool.of(authority).length > 1) throw refused(refusals.authorityReserved);
  }
}

/** What each type asks of the accounts it touches. */
async function checkAction(transaction: Transaction, sender: string, judge: Judge): Promise<void> {
  const { kind, to, key } = transaction;
  switch (kind.action) {
    case "valueTransfer":
    case "valueTransferMemo":
      if ((await judge.code(to ?? "")) !== "0x") throw refused(refusals.recipientWithCode);
      return;
    case "smartContractExecution":
      if ((await judge.code(to ?? "")) === "0x") throw refused(refusals.recipientWithoutCode);
      return;
    case "smartContractDeploy":
      if (to !== null) throw refused("contract deploy transaction can't have a recipient address");
      if (transaction.humanReadable === true) throw refused(refusals.humanReadable);
      if (transaction.codeFormat !== 0n) throw refused(refusals.codeFormat);
      return;
    case "accountUpdate":
      checkInstallable(decodeAccountKey(key ?? "0x"), await judge.keyOf(sender));
      if ((await judge.code(sender)) !== "0x") throw refused(refusals.senderWithCode);
      return;
    case "legacy":
    case "accessList":
    case "dynamicFee":
    case "setCode":
    case "cancel":
    case "chainDataAnchoring":
      return;
  }
}
