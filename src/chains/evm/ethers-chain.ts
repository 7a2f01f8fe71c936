import type { Transport } from "../../ports/transport.ts";

/** What a provider needs of a chain. */
export interface EthersChain {
  /** EIP-155. */
  readonly chainId: number;
  readonly transport: Transport;
}
