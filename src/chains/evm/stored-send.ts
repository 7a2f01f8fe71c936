import type { JsonRpcApiProvider, TransactionResponse } from "ethers";
import { isLatchkeyError, type LatchkeyError } from "../../errors/latchkey-error.ts";
import { isHex } from "../../units/bytes.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { failureOf, withCause } from "./ethers-errors.ts";
import type { SigningAccount, StoredSend } from "./signing-account.ts";
import type { StoredRequest } from "./stored-request.ts";

/** Where a stored send goes. */
export interface StoredChain {
  readonly chainId: number;
  readonly provider: JsonRpcApiProvider;
  /** From now on the provider finds the send's receipt by this hash, whichever attempt is mined. */
  follow(hash: string, send: StoredSend): void;
}

/**
 * Sends by the outbox, and waits until a node has the bytes.
 *
 * @throws ethers' errors where its Wallet's would be: `CALL_EXCEPTION`, `INSUFFICIENT_FUNDS`, `TIMEOUT` (it is stored and goes on:
 *   `info.transactionId` says which), `UNSUPPORTED_OPERATION` once Latchkey is closed, each with the Latchkey error as `cause`; the
 *   policy's and the outbox's errors as they are.
 */
export async function sendStored(
  ethers: Ethers,
  send: NonNullable<SigningAccount["send"]>,
  chain: StoredChain,
  request: StoredRequest,
): Promise<TransactionResponse> {
  let stored: StoredSend | undefined;
  try {
    stored = await send(request.intent, request.options);
    const { hash } = await stored.wait("broadcast");
    chain.follow(hash, stored);
    return (await seen(chain.provider, hash)) ?? (await written(ethers, chain, request, stored, hash));
  } catch (error) {
    throw isLatchkeyError(error) ? sendFailure(ethers, error, request, stored?.id) : error;
  }
}

/** Null also where the node has no answer: it is not needed for what follows. */
async function seen(provider: JsonRpcApiProvider, hash: string): Promise<TransactionResponse | null> {
  try {
    return await provider.getTransaction(hash);
  } catch {
    return null;
  }
}

/** As the outbox has it, where the node that was asked does not show it yet. The signature is left empty. */
async function written(
  ethers: Ethers,
  { chainId, provider }: StoredChain,
  { call: { to, from, data } }: StoredRequest,
  stored: StoredSend,
  hash: string,
): Promise<TransactionResponse> {
  const { attempts, intent } = await stored.status();
  const attempt = attempts.find((each) => each.hash === hash) ?? attempts.at(-1);
  const perGas = attempt?.maxFeePerGas ?? 0n;
  return new ethers.TransactionResponse(
    {
      hash,
      blockNumber: null,
      blockHash: null,
      index: 0,
      type: 2,
      to,
      from,
      data,
      value: intent.value,
      nonce: attempt?.nonce ?? 0,
      gasLimit: attempt?.gasLimit ?? 0n,
      gasPrice: perGas,
      maxFeePerGas: perGas,
      maxPriorityFeePerGas: attempt?.maxPriorityFeePerGas ?? 0n,
      chainId: BigInt(chainId),
      signature: ethers.Signature.from(),
      accessList: [],
      authorizationList: null,
    },
    provider,
  );
}

function sendFailure(
  ethers: Ethers,
  error: LatchkeyError,
  { call }: StoredRequest,
  transactionId: string | undefined,
): unknown {
  const { rpcData } = error.context;
  if (error.code === "ERR_CHAIN_REVERTED") {
    const data = isHex(rpcData) ? rpcData : null;
    return withCause(ethers.AbiCoder.getBuiltinCallException("estimateGas", call, data), error);
  }
  const info = { transactionId };
  if (error.code === "ERR_CHAIN_INSUFFICIENT_FUNDS") {
    const what = "insufficient funds for intrinsic transaction cost";
    return withCause(ethers.makeError(what, "INSUFFICIENT_FUNDS", { transaction: call, info }), error);
  }
  if (error.code === "ERR_TRANSACTION_WAIT_TIMEOUT") {
    const about = { operation: "sendTransaction", reason: "timeout", info };
    return withCause(ethers.makeError(error.message, "TIMEOUT", about), error);
  }
  return failureOf(ethers, error, { method: "sendTransaction", params: [] });
}
