/** One call in a sequence: `from` is any address; state changes of earlier calls are seen by later ones. */
export interface SimulatedCall {
  readonly from: string;
  readonly to: string;
  /** 0x and hexadecimal digits. */
  readonly data: string;
  /** What the called contract may use; 1,000,000 unless told. */
  readonly gas?: bigint;
}

export interface SimulatedLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export interface SimulatedResult {
  readonly succeeded: boolean;
  /** What the contract returned or reverted with; of a long answer the beginning. */
  readonly data: string;
  /** Whether the answer was longer than `data`. */
  readonly isCut?: boolean;
  /** By `eth_call`: of the call alone, with at most 3,000 for reaching the contract. A replica may add what a transaction costs. */
  readonly gasUsed: bigint;
  /** Absent where the method cannot see logs. */
  readonly logs?: readonly SimulatedLog[];
}

export type SimulationMethod = "eth_call with code overrides" | "local replica";

export interface Simulator {
  /** How the answers come about; printed in every report. */
  readonly method: SimulationMethod;
  /**
   * Runs the calls one after the other at the pinned block; nothing is sent. Each address that calls counts as a contract meanwhile, and
   * takes tokens of either standard when asked: to see how a token treats a recipient, send to an address that does not call.
   *
   * Nobody can call as the zero address, or as one of the first 65,535: precompiled contracts lie there.
   *
   * @param code - runtime code by address, placed before the first call. An address that calls cannot have one.
   * @returns one result a call, in order.
   * @throws `ERR_CONFIG_INVALID` a malformed call, or more than 200; `ERR_CHAIN_NODE_UNSUITABLE` the node could not play all calls; `ERR_RPC_*`.
   */
  run(calls: readonly SimulatedCall[], code?: Readonly<Record<string, string>>): Promise<readonly SimulatedResult[]>;
}

export const defaultGas = 1_000_000n;
export const mostCalls = 200;
