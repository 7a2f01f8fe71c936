import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kaia } from "../../src/chains/kaia/index.ts";
import { localRootKey, openLatchkey, sqlite, type Transport } from "../../src/index.ts";
import { guestBook } from "../../examples/contracts/guest-book.ts";
import { meanMs, sideBySide } from "../measure.ts";

const rounds = 7;
const perRound = 200;
const contract = "0x000000000000000000000000000000000000c0de";
const chainId = 8217;
const gasPrice = 27_500_000_000n;
const call = { to: contract, abi: guestBook.abi, function: "sign", args: ["a ticket for tonight"] };

/** A node that knows everything at once, so that what is measured is the work done here. */
const answers: Readonly<Record<string, unknown>> = {
  kaia_chainID: `0x${chainId.toString(16)}`,
  kaia_getTransactionCount: "0x7",
  kaia_getBalance: "0xffffffffffffffff",
  kaia_getCode: "0x6001",
  kaia_estimateGas: "0x15f90",
  kaia_gasPrice: `0x${gasPrice.toString(16)}`,
  kaia_getHeaderByNumber: { baseFeePerGas: "0x5d21dba00" },
};
const node: Transport = {
  origin: "http://bench.invalid",
  request: ({ method }) => Promise.resolve(answers[method]),
  close: () => Promise.resolve(),
};

/** What is used of caver-js here; the types that it declares do not fit how it is loaded. */
interface Caver {
  readonly abi: { encodeFunctionCall(entry: unknown, args: readonly unknown[]): string };
  readonly wallet: { readonly keyring: { createFromPrivateKey(key: string): { readonly address: string } } };
  readonly transaction: {
    readonly feeDelegatedSmartContractExecution: {
      create(fields: Readonly<Record<string, string>>): {
        sign(keyring: object): Promise<unknown>;
        signAsFeePayer(keyring: object): Promise<unknown>;
        getRLPEncoding(): string;
      };
    };
  };
}

function isCaver(value: unknown): value is new () => Caver {
  return typeof value === "function";
}

/**
 * A fee-delegated contract call, from the intent to the bytes that a node takes, with both signatures: ours, which opens two
 * envelopes, beside caver-js with two keys in the clear.
 */
export async function measureFeeDelegated(): Promise<{ feeDelegatedMs: number; caverFeeDelegatedMs: number }> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const chain = kaia({ name: "kaia", chainId, transport: node });
  const latchkey = await openLatchkey({
    wrappingKey: localRootKey(join(directory, "root.key")),
    store: sqlite(join(directory, "wallets.db")),
    chains: [chain],
  });
  try {
    const [sender, payer] = await Promise.all([latchkey.login("sender"), latchkey.login("payer")]);
    const account = sender.accounts.kaia;
    const feePayer = payer.accounts.kaia.signer;
    const ours = async (): Promise<string> => {
      const prepared = await chain.prepare({ call }, account.address, { feePayer });
      const [own, theirs] = await Promise.all([
        account.signer.signDigest(prepared.digest),
        feePayer.signDigest(prepared.feePayer?.digest ?? new Uint8Array(0)),
      ]);
      return prepared.assemble(own, theirs).raw;
    };

    const { default: loaded }: { readonly default: unknown } = await import("caver-js");
    if (!isCaver(loaded)) throw new Error("caver-js exports no class");
    const caver = new loaded();
    const keyring = () => caver.wallet.keyring.createFromPrivateKey(`0x${randomBytes(32).toString("hex")}`);
    const [own, theirs] = [keyring(), keyring()];
    const entry = guestBook.abi.find((each) => each.type === "function" && each.name === "sign");
    const caverRaw = async (): Promise<string> => {
      const transaction = caver.transaction.feeDelegatedSmartContractExecution.create({
        from: own.address,
        feePayer: theirs.address,
        to: contract,
        value: "0x0",
        input: caver.abi.encodeFunctionCall(entry, call.args),
        gas: "0x1d8a8",
        gasPrice: `0x${gasPrice.toString(16)}`,
        nonce: "0x7",
        chainId: `0x${chainId.toString(16)}`,
      });
      await transaction.sign(own);
      await transaction.signAsFeePayer(theirs);
      return transaction.getRLPEncoding();
    };

    for (const raw of [await ours(), await caverRaw()]) {
      if (!raw.startsWith("0x31")) throw new Error("not a fee-delegated contract call");
    }
    const ms = await sideBySide(rounds, {
      feeDelegatedMs: () => meanMs(perRound, ours),
      caverFeeDelegatedMs: () => meanMs(perRound, caverRaw),
    });
    return { feeDelegatedMs: ms("feeDelegatedMs"), caverFeeDelegatedMs: ms("caverFeeDelegatedMs") };
  } finally {
    await latchkey.close();
    await rm(directory, { recursive: true, force: true });
  }
}
