import { createHash } from "node:crypto";
import { evmKeyScheme, evmScheme } from "../../src/chains/evm/index.ts";
import type { ChainAdapter, SignedTransaction } from "../../src/ports/chain-adapter.ts";
import type { Transport } from "../../src/ports/transport.ts";
import type { KeyScheme } from "../../src/ports/key-scheme.ts";
import { bytesToHex } from "../../src/units/bytes.ts";

export interface OfflineChain<Name extends string> extends ChainAdapter<Name> {
  /** What was signed, in order. */
  readonly sent: readonly SignedTransaction[];
}

/** Leads nowhere. */
export const noTransport: Transport = {
  origin: "http://offline.invalid",
  request: ({ method }) => Promise.reject(new Error(`${method} was asked of a chain without a node`)),
  close: () => Promise.resolve(),
};

/** A chain without a node: for tests of login and the vault, where a transaction is only a digest to sign. */
export function offlineChain<const Name extends string>(
  name: Name,
  scheme: KeyScheme = evmKeyScheme,
): OfflineChain<Name> {
  const sent: SignedTransaction[] = [];
  return {
    name,
    chainId: 1,
    scheme,
    transport: noTransport,
    sent,
    getBalance: () => Promise.resolve(0n),
    read: () => Promise.resolve(undefined),
    prepare: (intent, from) => {
      const nonce = sent.length;
      const to = "transfer" in intent ? intent.transfer.to : null;
      const digest = createHash("sha256")
        .update(`${from} ${to ?? ""} ${String(nonce)}`)
        .digest();
      return Promise.resolve({
        nonce,
        digest,
        to,
        maxFee: 0n,
        assemble: ({ r, s, yParity }) => {
          const raw = bytesToHex(Buffer.concat([r, s, Buffer.from([yParity])]));
          return { raw, hash: bytesToHex(digest), from, nonce };
        },
      });
    },
    broadcast: (transaction) => {
      sent.push(transaction);
      return Promise.resolve();
    },
    waitForReceipt: (hash) =>
      Promise.resolve({
        hash,
        status: "success",
        blockNumber: 1n,
        blockHash: hash,
        gasUsed: 0n,
        fee: 0n,
        contractAddress: null,
      }),
    close: () => Promise.resolve(),
  };
}

/** An EVM path scheme beside the usual one, for wallets with two leaf keys. */
export const secondScheme = evmScheme({ id: "evm-second", path: "m/44'/60'/1'/0/0" });

/** One chain on the usual scheme. */
export function oneChain(): readonly ChainAdapter<"main">[] {
  return [offlineChain("main")];
}

/** Two chains that need two leaf keys. */
export function twoChains(): readonly ChainAdapter<"main" | "second">[] {
  return [offlineChain("main"), offlineChain("second", secondScheme)];
}

export const someTransfer = { transfer: { to: "0x000000000000000000000000000000000000dEaD", value: 1n } } as const;
