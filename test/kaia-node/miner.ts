import { toQuantity } from "ethers";
import { isRecord } from "../../scripts/guards.ts";
import { decodeAccountKey, updatedKey } from "./account-keys.ts";
import type { Chain } from "./chain.ts";
import { createCharging } from "./charge.ts";
import type { Evm } from "./evm.ts";
import { failureCode } from "./failure.ts";
import { intrinsicGas, transactionFloorGas } from "./gas.ts";
import { type Job, isOverLimit, jobOf, submit } from "./jobs.ts";
import { mapLog } from "./logs.ts";
import type { Pooled } from "./pool.ts";
import { nextBaseFee } from "./price.ts";
import type { Mined } from "./receipts.ts";
import { skipsEvm } from "./types.ts";

/** Runs transactions, in this order and all of them, in one new block. */
export async function mineBlock(evm: Evm, chain: Chain, candidates: readonly Pooled[]): Promise<void> {
  const { baseFee } = chain;
  let jobs: Job[] = [];
  for (const { transaction, sender, signatureGas } of candidates) {
    const job = jobOf(transaction, sender, signatureGas, baseFee);
    jobs = [...jobs, { ...job, overLimit: await isOverLimit(evm, jobs, job) }];
  }

  // Counting costs may have mined and taken back a block, and with it the fee that was set for this one.
  await evm.request("anvil_setNextBlockBaseFeePerGas", toQuantity(baseFee));
  const charging = createCharging(evm, chain, jobs);
  await charging.prepay();
  const evmHashes: string[] = [];
  for (const job of jobs) evmHashes.push(await submit(evm, job));
  await evm.request("evm_mine");

  const number = chain.head.number + 1;
  const block = await evm.record("eth_getBlockByNumber", toQuantity(number), false);
  const hash = String(block["hash"]);
  const mined: Mined[] = [];
  const used: { kaia: bigint; evm: bigint }[] = [];
  let cumulativeGasUsed = 0n;
  for (const [index, job] of jobs.entries()) {
    const evmHash = evmHashes[index] ?? "";
    chain.linkHash(evmHash, job.transaction.hash);
    const receipt = await evm.record("eth_getTransactionReceipt", evmHash);
    const burnt = BigInt(String(receipt["gasUsed"]));
    const gasUsed = kaiaGas(job, burnt);
    const succeeded = receipt["status"] === "0x1";
    used.push({ kaia: gasUsed, evm: burnt });
    cumulativeGasUsed += gasUsed;
    if (succeeded) applyKey(job, chain, await chain.keyOf(job.sender));
    const logs: readonly unknown[] = Array.isArray(receipt["logs"]) ? receipt["logs"] : [];
    mined.push({
      transaction: job.transaction,
      sender: job.sender,
      place: { blockHash: hash, blockNumber: number, index, baseFee },
      outcome: {
        gasUsed,
        cumulativeGasUsed,
        succeeded,
        txError: succeeded ? 0 : await failureCode(evm, job, evmHash),
        logs: logs.filter(isRecord).map((log) => mapLog(log, chain)),
        logsBloom: String(receipt["logsBloom"]),
      },
    });
  }
  await charging.settle(used);
  chain.append({ number, hash, baseFee, gasUsed: cumulativeGasUsed, transactions: mined });
  chain.baseFee = nextBaseFee(baseFee, cumulativeGasUsed);
  await evm.request("anvil_setNextBlockBaseFeePerGas", toQuantity(chain.baseFee));
}

/** Kaia's gas for what the EVM used: further gas of the type and of signatures, and Kaia's own floor. */
function kaiaGas(job: Job, burnt: bigint): bigint {
  const { transaction, signatureGas, extraGas, overLimit } = job;
  if (overLimit) return transaction.gas;
  const used = skipsEvm(transaction.kind) ? intrinsicGas(transaction) + signatureGas : burnt + extraGas;
  const floor = transactionFloorGas(transaction, signatureGas);
  return used > floor ? used : floor;
}

function applyKey({ transaction, sender }: Job, chain: Chain, old: Awaited<ReturnType<Chain["keyOf"]>>): void {
  if (transaction.key !== undefined) chain.setKey(sender, updatedKey(old, decodeAccountKey(transaction.key)));
}
