import type { ForeignSigner, ForeignTransaction } from "../../chains/ethereum/foreign-signer.ts";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { isHex } from "../../units/bytes.ts";
import { isRecord } from "../../units/is-record.ts";

const gasOfTransfer = 21_000n;

/**
 * A signer over whoever answers `eth_signTransaction` for the address: a plugin's accounts, or a node that keeps its key. What is signed is
 * stored before it is sent; with a node that signs and sends in one go nobody could tell after a crash what was sent.
 *
 * @throws `ERR_CONFIG_INVALID` nobody does.
 */
export async function nodeSigner(transport: Transport, address: string, chainId: number): Promise<ForeignSigner> {
  const sign = async (transaction: ForeignTransaction): Promise<string> =>
    rawIn(await transport.request({ method: "eth_signTransaction", params: [memberOf(transaction, address)] }));
  try {
    // Does nothing wherever it would be sent: it offers nothing for its gas.
    await sign({ type: 0, chainId: BigInt(chainId), nonce: 0, to: address, data: "0x", value: 0n, ...free });
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    if (error.code === "ERR_RPC_UNREACHABLE" || error.code === "ERR_RPC_TIMEOUT") throw error;
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      `Nobody signs for ${address}: it is none of the network's configured accounts, and the node does not answer eth_signTransaction for it. ` +
        "Nothing was sent; configure its key (configVariable keeps it in Hardhat's keystore), or add latchkeyAccounts with kmsSigner.",
      { cause: error },
    );
  }
  return { getAddress: () => Promise.resolve(address), signTransaction: sign };
}

const free = { gasLimit: gasOfTransfer, gasPrice: 0n };

function memberOf(transaction: ForeignTransaction, from: string): Record<string, unknown> {
  const { type, chainId, nonce, to, data, value, gasLimit, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const hex = (number: bigint | number): string => `0x${number.toString(16)}`;
  return {
    from,
    type: hex(type),
    chainId: hex(chainId),
    nonce: hex(nonce),
    gas: hex(gasLimit),
    value: hex(value),
    data,
    ...(to === undefined || to === null ? {} : { to }),
    ...(gasPrice === undefined ? {} : { gasPrice: hex(gasPrice) }),
    ...(maxFeePerGas === undefined ? {} : { maxFeePerGas: hex(maxFeePerGas) }),
    ...(maxPriorityFeePerGas === undefined ? {} : { maxPriorityFeePerGas: hex(maxPriorityFeePerGas) }),
  };
}

/** Anvil answers with the bytes, geth with an object that has them. */
function rawIn(answer: unknown): string {
  const raw = isRecord(answer) ? answer["raw"] : answer;
  if (isHex(raw)) return raw;
  throw new LatchkeyError(
    "ERR_RPC_BAD_RESPONSE",
    "The node's answer to eth_signTransaction is not a signed transaction.",
  );
}
