import type { ChainProfile } from "../ports/chain-profile.ts";

// geth guarantees 16 executable slots an account when its pool is full (AccountSlots), and takes a replacement that offers a tenth more
// (PriceBump): core/txpool/legacypool/legacypool.go. Erigon has the same numbers (txnprovider/txpool/txpoolcfg/txpoolcfg.go), and reth.
const geth = { inFlight: 16, inFlightWhenFull: 16, replacement: { kind: "percent", percent: 10 } } as const;

/** Slots of 12 s, and final after two epochs (https://ethereum.org/developers/docs/consensus-mechanisms/pos/); its test networks too. */
export const ethereum: ChainProfile = {
  name: "ethereum",
  blockTimeMs: 12_000,
  finality: { kind: "tag" },
  ...geth,
  stuckAfterMs: 60_000,
  rebroadcastMs: 60_000,
  pollMs: 3_000,
};

/**
 * Kaia's blocks are final at once (https://docs.kaia.io/learn/consensus-mechanism/). Its nodes take thousands of a sender that come by RPC,
 * guarantee 16 when full, and let a replacement in for one kei more (blockchain/tx_list.go). What waits in a queue is dropped after five
 * minutes without a word.
 */
export const kaia: ChainProfile = {
  name: "kaia",
  blockTimeMs: 1_000,
  finality: { kind: "instant" },
  inFlight: 64,
  inFlightWhenFull: 16,
  stuckAfterMs: 10_000,
  rebroadcastMs: 15_000,
  pollMs: 500,
  replacement: { kind: "unit" },
};

/** Kaia's test network. */
export const kairos: ChainProfile = { ...kaia, name: "kairos" };

/**
 * Blocks of 2 s. Bor answers `finalized` with the last milestone, which Heimdall agrees on within seconds: PIP-11,
 * https://github.com/maticnetwork/Polygon-Improvement-Proposals/blob/main/PIPs/PIP-11.md, "Finality Tag".
 */
export const polygon: ChainProfile = {
  name: "polygon",
  blockTimeMs: 2_000,
  finality: { kind: "tag" },
  ...geth,
  stuckAfterMs: 20_000,
  rebroadcastMs: 20_000,
  pollMs: 1_000,
};

/**
 * Blocks of 0.45 s since the Fermi fork (BEP-619, https://github.com/bnb-chain/BEPs), final two blocks later as the tag `finalized` tells
 * (BEP-126, https://docs.bnbchain.org/bnb-smart-chain/developers/json_rpc/bsc-api-list/).
 */
export const bsc: ChainProfile = {
  name: "bsc",
  blockTimeMs: 450,
  finality: { kind: "tag" },
  ...geth,
  stuckAfterMs: 10_000,
  rebroadcastMs: 15_000,
  pollMs: 500,
};

/** A node of one's own for development: mines what it takes at once, and nothing leaves its chain unless it is told so. */
export const anvil: ChainProfile = {
  name: "anvil",
  blockTimeMs: 0,
  finality: { kind: "instant" },
  inFlight: 64,
  inFlightWhenFull: 64,
  // It mines at once; what it has not mined by then it has lost track of, and looks at again when more is offered.
  stuckAfterMs: 3_000,
  rebroadcastMs: 2_000,
  pollMs: 50,
  // crates/anvil/src/eth/pool/transactions.rs takes whatever offers more for a unit of gas, by however little; a tenth is more.
  replacement: { kind: "percent", percent: 10 },
};

/** A chain of which nothing is known: as slow as Ethereum, and final at a depth that none of its kind has been seen to leave. */
export const evm: ChainProfile = {
  name: "evm",
  blockTimeMs: 12_000,
  finality: { kind: "depth", blocks: 32 },
  ...geth,
  stuckAfterMs: 60_000,
  rebroadcastMs: 60_000,
  pollMs: 2_000,
};
