import { createHash } from "node:crypto";
import { encodeCancel, encodeIntent, isCancel, isEncoded } from "../../src/chains/ethereum/encode.ts";
import { loadEthers } from "../../src/chains/ethereum/ethers.ts";
import { bumped } from "../../src/chains/ethereum/fees.ts";
import { evmKeyScheme, evmScheme } from "../../src/chains/evm/index.ts";
import type {
  ChainAdapter,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
} from "../../src/ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../src/ports/intent.ts";
import type { KeyScheme } from "../../src/ports/key-scheme.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { anvil } from "../../src/profiles/profiles.ts";
import type { Hex } from "../../src/units/brands.ts";
import { bytesToHex } from "../../src/units/bytes.ts";

export interface OfflineChain<Name extends string> extends ChainAdapter<Name> {
  /** What was sent, in order: each is mined at once, in a block of its own. */
  readonly sent: readonly SignedTransaction[];
}

/** Leads nowhere. */
export const noTransport: Transport = {
  origin: "http://offline.invalid",
  request: ({ method }) => Promise.reject(new Error(`${method} was asked of a chain without a node`)),
  close: () => Promise.resolve(),
};

const richness = 10n ** 24n;
const offer = { perGas: 2n, tip: 1n };

/** A chain without a node: for tests of login and the vault, where a transaction is only a digest to sign. */
export function offlineChain<const Name extends string>(
  name: Name,
  scheme: KeyScheme = evmKeyScheme,
): OfflineChain<Name> {
  const sent: SignedTransaction[] = [];
  const sentBy = (address: string): SignedTransaction[] =>
    sent.filter(({ from }) => from.toLowerCase() === address.toLowerCase());
  const receiptOf = (hash: Hex): TransactionReceipt | undefined => {
    const index = sent.findIndex((each) => each.hash === hash);
    return index < 0 ? undefined : receiptIn(hash, BigInt(index + 1));
  };
  const chain: OfflineChain<Name> = {
    name,
    chainId: 1,
    scheme,
    profile: anvil,
    transport: noTransport,
    sent,
    getBalance: () => Promise.resolve(richness),
    read: () => Promise.resolve(undefined),
    encode: async (intent) => encodeIntent(await loadEthers(), intent),
    prepare: async (intent, from, options = {}) => {
      const { encoded, nonce } = await encodedOf(intent, from, options);
      return preparedAs(encoded, from, nonce ?? sentBy(from).length, options);
    },
    suggestFee: () => Promise.resolve(offer),
    replacementFee: (previous, current) => bumped(previous, current, anvil.replacement),
    accountState: (address) => {
      const nonce = sentBy(address).length;
      return Promise.resolve({ nonce, pendingNonce: nonce, balance: richness, isDelegated: false });
    },
    nonces: (addresses, block = BigInt(sent.length)) => {
      const until = sent.slice(0, Number(block));
      return Promise.resolve(addresses.map((address) => until.filter(({ from }) => from === address).length));
    },
    head: () => {
      const number = BigInt(sent.length);
      return Promise.resolve({ number, hash: hashOf(number), finalized: number });
    },
    blockHash: (number) => Promise.resolve(number > BigInt(sent.length) ? undefined : hashOf(number)),
    sentIn: (number, address) => {
      const mined = sent[Number(number) - 1];
      return Promise.resolve(mined?.from.toLowerCase() === address.toLowerCase() ? [mined] : []);
    },
    receipts: (hashes) => Promise.resolve(hashes.map(receiptOf)),
    revertReason: () => Promise.resolve(undefined),
    broadcast: (transaction) => {
      if (receiptOf(transaction.hash) === undefined) sent.push(transaction);
      return Promise.resolve();
    },
    broadcastAll: async (transactions) => {
      for (const transaction of transactions) await chain.broadcast(transaction);
      return transactions.map(() => ({ kind: "accepted" }));
    },
    waitForReceipt: (hash) => Promise.resolve(receiptOf(hash) ?? receiptIn(hash, 1n)),
    close: () => Promise.resolve(),
  };
  return chain;
}

/** An intent in any of its forms, encoded, with the nonce that it or the options say. */
export async function encodedOf(
  intent: Intent | EncodedIntent | CancelIntent,
  from: string,
  { nonce }: PrepareOptions,
): Promise<{ readonly encoded: EncodedIntent; readonly nonce: number | undefined }> {
  if (isEncoded(intent)) return { encoded: intent, nonce };
  if (isCancel(intent)) return encodeCancel(intent, from);
  return { encoded: encodeIntent(await loadEthers(), intent), nonce };
}

/** A transaction that is no more than a digest; its bytes are the signature, its hash is the digest of the bytes. */
function preparedAs(
  { to, value, data }: EncodedIntent,
  from: string,
  nonce: number,
  { gasLimit = 21_000n, fee = offer }: PrepareOptions,
): PreparedTransaction {
  const said = [from, to ?? "", value, data, nonce, gasLimit, fee.perGas, fee.tip];
  return {
    nonce,
    digest: createHash("sha256").update(said.join(" ")).digest(),
    to,
    gasLimit,
    fee,
    maxFee: gasLimit * fee.perGas,
    assemble: ({ r, s, yParity }) => {
      const raw = bytesToHex(Buffer.concat([r, s, Buffer.from([yParity])]));
      return { raw, hash: bytesToHex(createHash("sha256").update(raw).digest()), from, nonce };
    },
  };
}

/** The hash of a block that there is one of at each height. */
export function hashOf(number: bigint): Hex {
  return bytesToHex(
    createHash("sha256")
      .update(`block ${String(number)}`)
      .digest(),
  );
}

export function receiptIn(hash: Hex, blockNumber: bigint): TransactionReceipt {
  return {
    hash,
    status: "success",
    blockNumber,
    blockHash: hashOf(blockNumber),
    gasUsed: 21_000n,
    fee: 42_000n,
    contractAddress: null,
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
