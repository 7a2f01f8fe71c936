import type { Evm } from "./evm.ts";
import type { Job } from "./jobs.ts";

/** Spec: Kaia v2.2.1, blockchain/types/receipt.go. */
const txErrors = {
  other: 0x02,
  depth: 0x03,
  addressCollision: 0x04,
  codeSize: 0x06,
  outOfGas: 0x07,
  writeProtection: 0x08,
  reverted: 0x09,
  computationCost: 0x0a,
} as const;

/** Kaia's `txError` of a failed transaction, from the EVM's own words. */
export async function failureCode(evm: Evm, { overLimit }: Job, evmHash: string): Promise<number> {
  if (overLimit) return txErrors.computationCost;
  const trace = await evm.record("debug_traceTransaction", evmHash, {
    tracer: "callTracer",
    tracerConfig: { onlyTopCall: true },
  });
  switch (String(trace["error"])) {
    case "execution reverted":
      return txErrors.reverted;
    case "out of gas":
      return txErrors.outOfGas;
    case "CreateContractSizeLimit":
      return txErrors.codeSize;
    case "CreateCollision":
      return txErrors.addressCollision;
    case "write protection":
    case "StateChangeDuringStaticCall":
      return txErrors.writeProtection;
    case "CallTooDeep":
      return txErrors.depth;
    default:
      return txErrors.other;
  }
}
