import type { Evm } from "./evm.ts";
import { opcodeCosts, precompileCost } from "./opcode-costs.ts";

export const computationCostLimit = 150_000_000;

/** No sequence of opcodes reaches the limit with less: the dearest are below 200 a unit of gas. */
export const gasThatMayReachLimit = 500_000n;

/** A call as `debug_traceCall` takes it; gas in full. */
export interface TracedCall extends Readonly<Record<string, unknown>> {
  readonly gas: bigint;
}

/**
 * What a call would cost on top of the latest state. A trace holds every step, so a call with much gas is traced with little first: up to
 * where gas ran out it did the same.
 *
 * @param limit - Counting may stop above it.
 */
export async function computationCost(evm: Evm, call: TracedCall, limit = Number.MAX_SAFE_INTEGER): Promise<number> {
  for (let gas = 5_000_000n; ;) {
    const whole = gas >= call.gas;
    const part = { ...call, gas: whole ? call.gas : gas };
    const { cost, ranOut, callsPrecompile } = await traceSteps(evm, part, whole);
    if (cost > limit) return cost;
    const total = cost + (callsPrecompile ? await precompileCosts(evm, part) : 0);
    if (whole || !ranOut || total > limit) return total;
    // As far as the limit, if it goes on as it began.
    const further = Math.min(Math.max((1.2 * computationCostLimit) / Math.max(total, 1), 1.2), 30);
    gas = BigInt(Math.ceil(Number(gas) * further));
  }
}

interface Steps {
  /** Of all steps, or of those before the first that ran out of gas. */
  readonly cost: number;
  readonly ranOut: boolean;
  /** Or an account without code: a step's trace does not tell. */
  readonly callsPrecompile: boolean;
}

const step = /"op":"([^"]+)","gas":\d+,"gasCost":\d+,"depth":(\d+)(,"error":"[^"]*(?:OutOfGas|OOG))?/g;
const callOpcodes = new Set(["CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"]);

/** Reads a trace as it arrives: as JSON it would be too large. */
async function traceSteps(evm: Evm, call: TracedCall, whole: boolean): Promise<Steps> {
  const options = { disableStack: true, disableStorage: true, disableMemory: true };
  const params = [{ ...call, gas: `0x${call.gas.toString(16)}` }, "latest", options];
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "debug_traceCall", params });
  const response = await fetch(evm.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (response.body === null) throw new Error("debug_traceCall: no answer");

  let cost = 0;
  let ranOut = false;
  let callsPrecompile = false;
  let last = { op: "", depth: 0 };
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const text = rest + chunk;
    const complete = text.lastIndexOf("}") + 1;
    rest = text.slice(complete);
    for (const [, op = "", depthText, outOfGas] of text.slice(0, complete).matchAll(step)) {
      const depth = Number(depthText);
      if (callOpcodes.has(last.op) && depth === last.depth) callsPrecompile = true;
      last = { op, depth };
      if (outOfGas !== undefined) ranOut = true;
      if (whole || !ranOut) cost += opcodeCosts.get(op) ?? 0;
    }
  }
  return { cost, ranOut, callsPrecompile };
}

/** Sums up the calls of precompiles, which traces of steps do not show. */
async function precompileCosts(evm: Evm, call: TracedCall): Promise<number> {
  const tracer = `{
    calls: [],
    enter: function (frame) {
      var to = toHex(frame.getTo());
      if (to.indexOf("0x000000000000000000000000000000000000") === 0) this.calls.push([to, frame.getInput().length]);
    },
    exit: function () {},
    fault: function () {},
    result: function () { return this.calls }
  }`;
  const gas = `0x${call.gas.toString(16)}`;
  const calls = await evm.request("debug_traceCall", { ...call, gas }, "latest", { tracer });
  const list: readonly unknown[] = Array.isArray(calls) ? calls : [];
  return list.reduce<number>((sum, each) => {
    const pair: readonly unknown[] = Array.isArray(each) ? each : [];
    const [to, length] = pair;
    return typeof to === "string" && typeof length === "number" ? sum + precompileCost(BigInt(to), length) : sum;
  }, 0);
}
