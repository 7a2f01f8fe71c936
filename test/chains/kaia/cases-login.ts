import { getAddress } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openTestLatchkey } from "../../harness/test-latchkey.ts";
import { echo } from "../evm/anvil-account.ts";
import { type Play, playOn, type RealNode } from "./real-node.ts";
import { kaiaCoin, person } from "./scene.ts";

/** From a login to a mined transaction, through everything in between. */
export function loginCases(start: () => Promise<RealNode>): void {
  let play: Play;
  beforeAll(async () => {
    play = playOn(await start());
  });
  afterAll(() => play.stop());

  function open(directory: string) {
    const { url, chainId } = play.node;
    const chains = [
      kaia({ name: "kaia", chainId, transport: http(url) }),
      kaia({ name: "shared", chainId, transport: http(url), pathScheme: "evm" }),
    ];
    return openTestLatchkey({ directory, chains });
  }

  describe("a user", () => {
    it("has at login one address on Kaia's own path, one on the shared path, and the same ever after", async () => {
      const directory = temporaryDirectory();
      const { latchkey } = await open(directory);
      const first = (await latchkey.login("alice")).accounts;
      expect(first.kaia.path).toBe("m/44'/8217'/0'/0/0");
      expect(first.shared.path).toBe("m/44'/60'/0'/0/0");
      expect(first.kaia.address).toBe(getAddress(first.kaia.address));
      expect(first.kaia.address).not.toBe(first.shared.address);
      expect((await latchkey.login("alice")).accounts.kaia.address).toBe(first.kaia.address);
      expect((await latchkey.login("bob")).accounts.kaia.address).not.toBe(first.kaia.address);
      expect((await latchkey.findByAddress(first.kaia.address.toLowerCase()))?.userId).toBe("alice");
    });

    it("who owns nothing calls a contract at another's expense, and sends money at its own", async () => {
      const { latchkey } = await open(temporaryDirectory());
      const { kaia: account } = (await latchkey.login("alice")).accounts;
      const { kaia: operator } = (await latchkey.login("operator")).accounts;
      await latchkey.service("operator", operator.signer);
      await play.node.fund(operator.address, kaiaCoin);
      const to = await play.deploy(echo);

      const call = { call: { to, abi: ["function echo(bytes data)"], function: "echo", args: ["0x01"] } };
      const called = await (await account.send(call, { feePayer: "operator" })).wait("mined");
      expect(called).toMatchObject({ status: "success", fee: 0n, feePayer: { address: operator.address } });
      expect(await account.getBalance()).toBe(0n);
      const { fee = 0n } = called.feePayer ?? {};
      expect(await operator.getBalance()).toBe(kaiaCoin - fee);

      const both = await account.send(
        { transfer: { to: person, value: 0n, memo: "thanks" } },
        { feePayer: "operator" },
      );
      expect(await both.wait("mined")).toMatchObject({ status: "success", fee: 0n });

      await play.node.fund(account.address, kaiaCoin);
      const sent = await account.send({ transfer: { to: operator.address, value: 5n } });
      const { fee: own } = await sent.wait("mined");
      expect(await account.getBalance()).toBe(kaiaCoin - 5n - own);
    });

    it("sends several at once, each with its own nonce", async () => {
      const { latchkey } = await open(temporaryDirectory());
      const { kaia: account } = (await latchkey.login("alice")).accounts;
      await play.node.fund(account.address, kaiaCoin);
      const handles = await Promise.all([1n, 2n, 3n].map((value) => account.send({ transfer: { to: person, value } })));
      const receipts = await Promise.all(handles.map((handle) => handle.wait("mined")));
      expect(receipts.map(({ status }) => status)).toEqual(["success", "success", "success"]);
      expect(new Set(receipts.map(({ hash }) => hash)).size).toBe(3);
    });
  });
}
