import { expect, it, vi } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import type { BroadcastOutcome, ChainAdapter, FeeOffer, SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import type { Signer } from "../../../src/ports/signer.ts";
import { anvil as anvilProfile } from "../../../src/profiles/profiles.ts";
import { http } from "../../../src/rpc/http.ts";
import { publicKeyOf } from "../../../src/vault/derivation/leaf-keys.ts";
import { startAnvil } from "../../harness/anvil.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { signDigest } from "../../harness/sign-digest.ts";
import { simulatedChain } from "../../harness/simulated-chain.ts";
import { SimulatedNode } from "../../harness/simulated-node.ts";
import { simulatedSigner } from "../../harness/simulated-transaction.ts";
import { receiver } from "./scenario.ts";

// The simulated node is held against a real one. Starts anvil. Budget of the file: 30 s.
vi.setConfig({ testTimeout: 60_000 });

/** anvil's first development account. */
const rich = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const richKey = Buffer.from("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "hex");
const gwei = 10n ** 9n;

/** A chain, whoever plays it, and what nodes are told out of band. */
interface Played {
  readonly chain: ChainAdapter;
  readonly signer: Signer;
  mine(): Promise<unknown>;
  drop(transaction: SignedTransaction): Promise<unknown>;
  reorganise(depth: number): Promise<unknown>;
}

/** One short story; what it returns has to be the same whoever plays it. */
async function story({ chain, signer, mine, drop, reorganise }: Played): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const { address } = signer;
  const begin = await chain.accountState(address);
  const make = async (nonce: number, fee: FeeOffer, value = 1n): Promise<SignedTransaction> => {
    const intent = { transfer: { to: receiver, value } };
    const options = { nonce: begin.nonce + nonce, gasLimit: 21_000n, fee };
    const prepared = await chain.prepare(intent, address, options);
    return prepared.assemble(await signer.signDigest(prepared.digest));
  };
  const send = async (...transactions: SignedTransaction[]): Promise<void> => {
    seen.push((await chain.broadcastAll(transactions)).map(said));
  };
  const look = async (...transactions: SignedTransaction[]): Promise<void> => {
    const { nonce, pendingNonce, isDelegated } = await chain.accountState(address);
    const receipts = await chain.receipts(transactions.map(({ hash }) => hash));
    seen.push({
      nonce: nonce - begin.nonce,
      pending: pendingNonce - begin.nonce,
      isDelegated,
      mined: receipts.map((receipt) => receipt?.status ?? null),
    });
  };
  const dear = { perGas: 100n * gwei, tip: 10n * gwei };
  const first = await make(0, dear);
  await send(first);
  await send(first);
  await look(first);
  // A replacement offers more, or is refused. (anvil asks for any more, the simulated node for its profile's tenth.)
  await send(await make(0, dear, 2n));
  const replacement = await make(0, { perGas: 120n * gwei, tip: 12n * gwei }, 3n);
  await send(replacement);
  // A gap waits.
  const gapped = await make(2, dear);
  await send(gapped);
  await look(first, replacement, gapped);
  await mine();
  await look(first, replacement, gapped);
  // What is mined, and what has lost its nonce.
  await send(replacement);
  await send(first);
  await send(await make(1, dear), await make(3, dear));
  await look(gapped);
  await mine();
  await look(gapped);
  const head = await chain.head();
  seen.push(head.finalized === head.number, (await chain.blockHash(head.number)) === head.hash);
  seen.push(await chain.blockHash(head.number + 1n));
  seen.push((await chain.sentIn(head.number, address)).map(({ nonce }) => nonce - begin.nonce));
  seen.push((await chain.nonces([address], head.number - 1n)).map((nonce) => nonce - begin.nonce));
  // What nobody can pay; what is worth less than the base fee; what is dropped.
  await send(await make(4, dear, 10n ** 30n));
  await send(await make(4, { perGas: 1n, tip: 0n }));
  const dropped = await make(4, dear);
  await send(dropped);
  await drop(dropped);
  await look(dropped);
  await send(dropped);
  await mine();
  await look(dropped);
  const before = await chain.head();
  await reorganise(1);
  seen.push((await chain.blockHash(before.number)) === before.hash);
  return seen;
}

function said(outcome: BroadcastOutcome): string {
  return outcome.kind === "refused" ? outcome.reason : outcome.kind;
}

it("answers as anvil does", async () => {
  const node = await startAnvil({ args: ["--no-mining"] });
  try {
    const transport = http(node.url);
    const real = evm({ name: "main", chainId: node.chainId, transport });
    const told = await story({
      chain: real,
      signer: {
        address: rich,
        signDigest: (digest) => Promise.resolve(signDigest(digest, richKey, publicKeyOf(richKey))),
      },
      mine: () => node.request("anvil_mine", "0x1"),
      drop: ({ hash }) => node.request("anvil_dropTransaction", hash),
      reorganise: (depth) => node.request("anvil_reorg", depth, []),
    });
    const simulated = new SimulatedNode({
      profile: anvilProfile,
      clock: new ManualClock(),
      rules: { addsUp: false, refusesBelowBaseFee: true },
    });
    simulated.baseFee = gwei;
    simulated.fund(rich, 10n ** 22n);
    const chain = simulatedChain({ name: "main", node: simulated, maxFeePerGas: 10n ** 13n });
    const played = await story({
      chain,
      signer: simulatedSigner(rich),
      mine: () => Promise.resolve(simulated.mine()),
      drop: ({ hash }) => {
        for (const each of simulated.pool.all()) if (each.hash === hash) simulated.drop(each);
        return Promise.resolve();
      },
      reorganise: (depth) => {
        simulated.reorganise(depth);
        return Promise.resolve();
      },
    });
    expect(played).toEqual(told);
    expect(told.flat()).toContain("underpriced");
  } finally {
    await node.stop();
  }
});
