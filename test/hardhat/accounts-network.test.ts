import { afterEach, describe, expect, it } from "vitest";
import { ethersSigner } from "../../src/chains/evm/index.ts";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { keySigner } from "../chains/evm/ethers-parts.ts";
import { rejectedBy } from "../chains/refused.ts";
import { startAnvil } from "../harness/anvil.ts";
import { thrownBy } from "../harness/errors.ts";
import { closeAll, closing, connect, edr, funded, sent } from "./accounts-connections.ts";
import { askerOf, ether, friend, openProject } from "./accounts-scene.ts";

// Budget of the file: 15 s, a node's start and Hardhat's included.

afterEach(() => closeAll(closing));

describe("the network's configuration", () => {
  it("says what a transaction does not: sender, gas and price", async () => {
    const other = keySigner("47".repeat(32));
    const { ask } = await funded({ ...edr, gas: 77_777, gasPrice: 9_000_000_000 });
    expect(await sent(ask, { to: friend })).toMatchObject({ type: "0x0", gas: "0x12fd1", gasPrice: "0x218711a00" });
    expect(await sent(ask, { to: friend, type: "0x2", gas: "0x186a0" })).toMatchObject({
      type: "0x2",
      gas: "0x186a0",
      maxFeePerGas: "0x218711a00",
    });
    const authorized = await (
      await ethersSigner(other, null)
    ).authorize({ address: friend, nonce: 0, chainId: 31_337 });
    const { r, s, yParity } = authorized.signature;
    const each = { chainId: "0x7a69", address: friend, nonce: "0x0", r, s, yParity: `0x${String(yParity)}` };
    expect(await sent(ask, { to: friend, authorizationList: [each] })).toMatchObject({ type: "0x4" });
    const accounts = [{ privateKey: `0x${"47".repeat(32)}`, balance: ether }];
    const theirs = await funded({ ...edr, from: other.address, accounts });
    expect(await sent(theirs.ask, { to: friend })).toMatchObject({ from: other.address.toLowerCase() });
    expect(theirs.signer.digests).toEqual([]);
  });

  it("multiplies the estimate", async () => {
    const { ask, signer } = await funded({ ...edr, gasMultiplier: 1.5 });
    const estimate = Number(await ask("eth_estimateGas", { from: signer.address, to: friend }));
    expect(Number((await sent(ask, { to: friend }))["gas"])).toBe(Math.floor(estimate * 1.5));
  });

  it("may be of a chain without a base fee", async () => {
    const { ask } = await funded({ ...edr, hardfork: "berlin" });
    expect(await sent(ask, { to: friend })).toMatchObject({ type: "0x0" });
    const accessList = [{ address: friend.toLowerCase(), storageKeys: [] }];
    expect(await sent(ask, { to: friend, accessList })).toMatchObject({ type: "0x1", accessList });
  });

  it("with another chain id than the node's is refused, and nothing is signed", async () => {
    const anvil = await startAnvil({ chainId: 7_777 });
    closing.push(anvil.stop);
    const signer = keySigner("46".repeat(32));
    const ask = await connect(() => Promise.resolve([signer]), { type: "http", url: anvil.url, chainId: 8_217 });
    const error = await rejectedBy(ask("eth_sendTransaction", { to: friend }), "ERR_CHAIN_ID_MISMATCH");
    expect(error.context).toEqual({ configured: 8_217, served: 7_777 });
    expect(signer.digests).toEqual([]);
  });
});

describe("a node", () => {
  it("that asks for a ruinous fee gets no signature", async () => {
    const { ask, signer } = await funded();
    await ask("hardhat_setBalance", signer.address, `${ether}000000`);
    await ask("hardhat_setNextBlockBaseFeePerGas", "0x9184e72a000");
    await ask("hardhat_mine", "0x1");
    await rejectedBy(ask("eth_sendTransaction", { to: friend }), "ERR_CHAIN_FEE_TOO_HIGH");
    expect(signer.digests).toEqual([]);
  });

  it("that is gone is met as Hardhat's error", async () => {
    const anvil = await startAnvil();
    const signer = keySigner("46".repeat(32));
    const ask = await connect(() => Promise.resolve([signer]), { type: "http", url: anvil.url });
    await anvil.stop();
    const error = await thrownBy(() => ask("eth_sendTransaction", { to: friend }));
    expect(error).toBeInstanceOf(Error);
    expect(isLatchkeyError(error)).toBe(false);
    expect(signer.digests).toEqual([]);
  });
});

it("two connections to one node do not wait for each other", async () => {
  const anvil = await startAnvil();
  closing.push(anvil.stop);
  const inner = keySigner("46".repeat(32));
  await anvil.setBalance(inner.address, 10n ** 18n);
  const held = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  let digests = 0;
  const signer: Signer = {
    address: inner.address,
    signDigest: async (digest) => {
      digests += 1;
      if (digests === 1) {
        begun.resolve(undefined);
        await held.promise;
      }
      return await inner.signDigest(digest);
    },
  };
  const project = await openProject(
    { signers: () => Promise.resolve([signer]) },
    { local: { type: "http", url: anvil.url } },
  );
  const connections = [
    await project.environment.network.create("local"),
    await project.environment.network.create("local"),
  ];
  closing.push(project.close, ...connections.map((each) => () => each.close()));
  const [first, second] = connections.map(askerOf);
  const waiting = thrownBy(() => first?.("eth_sendTransaction", { to: friend, value: "0x1" }));
  await begun.promise;
  expect(await second?.("eth_sendTransaction", { to: friend, value: "0x2" })).toMatch(/^0x/);
  held.resolve(undefined);
  // As documented: both had the same nonce.
  expect(String(await waiting)).toContain("nonce too low");
});
