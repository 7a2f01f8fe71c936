import { type AbstractSigner, parseUnits } from "ethers";
import { expect } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { ethersProvider, ethersSigner, evm } from "../../../src/chains/evm/index.ts";
import { http } from "../../../src/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import type { NodeFault } from "./faulty-node.ts";
import { misplaced } from "./misuse.ts";
import { mainChain, openObserved, type World } from "./world.ts";

const nobody = "0x000000000000000000000000000000000000dEaD";
const domain = { name: "leak", chainId: 1 };
const types = { Note: [{ name: "text", type: "string" }] };

const faults: readonly (readonly [code: string, fault: NodeFault])[] = [
  ["NETWORK_ERROR", { kind: "cut" }],
  ["SERVER_ERROR", { kind: "http", status: 503, body: "$" }],
  ["SERVER_ERROR", { kind: "http", status: 200, body: "<html>$</html>" }],
  ["UNKNOWN_ERROR", { kind: "error", code: -32005, message: "limit exceeded for $" }],
];

/** A user's account in the hands of code that speaks ethers, whose errors quote the request that they are about. */
export async function useEthers(world: World): Promise<void> {
  const { observed, anvil, node } = world;
  const latchkey = await openObserved(world, { chains: [mainChain(world)] });
  const account = (await latchkey.login("alice")).accounts.main;
  await anvil.setBalance(account.address, parseUnits("10"));
  const signer = await ethersSigner(account);
  const provider = await ethersProvider(latchkey, "main");
  observed.add("object of ethers", signer, provider, signer.provider, await ethersSigner(account.signer, null));
  observed.add("object signed", ...(await signedBy(signer)));
  const sent = await signer.sendTransaction({ to: nobody, value: 1n });
  observed.add("object sent", sent, await sent.wait());
  observed.add(
    "error of ethers'",
    await thrownBy(() => signer.sendTransaction({ to: nobody, value: 10n ** 30n })),
    await thrownBy(() => signer.sendTransaction({ to: nobody, nonce: 7 })),
  );
  // Sends by itself: what a node does shows at once.
  const bare = await ethersSigner(account.signer, provider);

  for (const [code, fault] of faults) {
    node.setFault(fault);
    await observed.provoke(code, `ethers: ${fault.kind} on a balance`, () => provider.getBalance(nobody));
    await observed.provoke(code, `ethers: ${fault.kind} on a send`, () => bare.sendTransaction({ to: nobody }));
  }
  node.setFault({ kind: "error", code: -32000, message: "intrinsic gas too low: $" }, "eth_sendRawTransaction");
  observed.add("error of ethers'", await thrownBy(() => bare.sendTransaction({ to: nobody, value: 1n })));
  node.setFault();
  await observed.provoke("INSUFFICIENT_FUNDS", "ethers: too much", () =>
    bare.sendTransaction({ to: nobody, value: 10n ** 30n, gasLimit: 21_000n }),
  );
  await observed.provoke("CALL_EXCEPTION", "ethers: a contract that reverts", () =>
    bare.sendTransaction({ data: guestBook.bytecode.slice(0, 200), gasLimit: 90_000n }).then((made) => made.wait()),
  );
  for (const given of [misplaced, { address: account.address, signer: misplaced }, { address: misplaced }])
    await observed.provoke("ERR_CONFIG_INVALID", "a key as signer", () =>
      Reflect.apply(ethersSigner, undefined, [given]),
    );
  const { signDigest } = (await latchkey.login("bob")).accounts.main.signer;
  const forged = await ethersSigner({ address: account.address, signDigest }, null);
  await observed.provoke("ERR_VAULT_SIGN_FAILED", "another's signature", () => forged.signMessage("hello"));

  await latchkey.close();
  await observed.provoke("ERR_CLOSED", "ethers: after close", () => signer.signMessage("hello"));
  await observed.provoke("UNSUPPORTED_OPERATION", "ethers: after close", () => provider.getBalance(nobody));
  const away = evm({ name: "away", chainId: anvil.chainId, transport: http(node.url.replace(/:\d+\//, ":9/")) });
  const lost = await ethersProvider({ chains: { away } }, "away");
  await observed.provoke("NETWORK_ERROR", "ethers: nobody there", () => lost.getBlockNumber());
  lost.destroy();
  observed.add("object of ethers, used", signer, provider, lost, forged);
}

async function signedBy(signer: AbstractSigner): Promise<readonly unknown[]> {
  const { provider } = signer;
  expect(provider).not.toBeNull();
  return [
    await signer.signMessage("hello"),
    await signer.signTypedData(domain, types, { text: "hello" }),
    await signer.signTransaction({ to: nobody, chainId: 1, nonce: 0, gasLimit: 21_000n, gasPrice: 1n }),
    await signer.authorize({ address: nobody, nonce: 0n, chainId: 1n }),
  ];
}
