import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaverProvider, caverProvider, caverWallet } from "../../../src/chains/kaia/index.ts";
import { isRecord } from "../../../scripts/guards.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { reject } from "../evm/anvil-account.ts";
import { thrownBy } from "../../harness/errors.ts";
import { caverOver, type CaverTransaction, type Kip17, type Kip7, type TestedCaver } from "./caver.ts";
import { type Actor, type Play, playOn, type RealNode } from "./real-node.ts";
import { kaiaCoin, person } from "./scene.ts";

/** Real caver-js over a chain's transport, signing by Latchkey's signers. */
export function caverCases(start: () => Promise<RealNode>): void {
  let play: Play;
  let provider: CaverProvider;
  let caver: TestedCaver;
  let deployer: Actor;
  let user: Actor;
  let feePayer: Actor;
  beforeAll(async () => {
    play = playOn(await start());
    provider = caverProvider({ chains: { kaia: play.chain } }, "kaia");
    caver = caverOver(provider);
    deployer = await play.account(5n * kaiaCoin);
    user = await play.account(0n);
    feePayer = await play.account(5n * kaiaCoin);
  });
  afterAll(() => play.stop());

  const gas = "0x7a120";
  const walletOf = (): ReturnType<typeof caverWallet> => caverWallet([deployer, user, feePayer]);
  const delegated = (from: Actor, feeRatio?: number) => ({
    from: from.address,
    gas,
    feeDelegation: true,
    feePayer: feePayer.address,
    ...(feeRatio === undefined ? {} : { feeRatio }),
  });

  describe("a KIP-7 token", () => {
    let token: Kip7;
    beforeAll(async () => {
      const info = { name: "Point", symbol: "PNT", decimals: 0, initialSupply: "1000" };
      token = await caver.kct.kip7.deploy(info, { from: deployer.address }, walletOf());
      token.setWallet(walletOf());
    });

    it("is deployed, and reads", async () => {
      expect(await token.name()).toBe("Point");
      expect(String(await token.totalSupply())).toBe("1000");
      expect(String(await token.balanceOf(deployer.address))).toBe("1000");
    });

    it("is minted and transferred by its deployer", async () => {
      expect(await token.mint(deployer.address, 5, { from: deployer.address, gas })).toMatchObject({ status: true });
      const sent = await token.transfer(user.address, 300, { from: deployer.address, gas });
      expect(sent).toMatchObject({ status: true, type: "TxTypeSmartContractExecution" });
      expect(String(await token.balanceOf(user.address))).toBe("300");
    });

    it("is transferred by a user who owns no KAIA, at another's expense", async () => {
      const before = await play.balances(user.address, feePayer.address);
      const sent = await token.transfer(person, 7, delegated(user));
      expect(sent).toMatchObject({ status: true, type: "TxTypeFeeDelegatedSmartContractExecution" });
      expect(sent.feePayer).toBe(feePayer.address.toLowerCase());
      const [ofUser, ofPayer = 0n] = await play.balances(user.address, feePayer.address);
      expect(ofUser).toBe(before[0]);
      expect(ofPayer).toBeLessThan(before[1] ?? 0n);
    });

    it("is transferred with a ratio, and deployed at another's expense", async () => {
      const sent = await token.transfer(person, 1, delegated(deployer, 30));
      expect(sent).toMatchObject({
        status: true,
        type: "TxTypeFeeDelegatedSmartContractExecutionWithRatio",
        feeRatio: "0x1e",
      });
      const info = { name: "Other", symbol: "OTH", decimals: 0, initialSupply: "1" };
      const other = await caver.kct.kip7.deploy(info, { ...delegated(user), gas: "0x5b8d80" }, walletOf());
      expect(String(await other.balanceOf(user.address))).toBe("1");
    });
  });

  describe("a KIP-17 token", () => {
    let token: Kip17;
    beforeAll(async () => {
      token = await caver.kct.kip17.deploy({ name: "Ticket", symbol: "TKT" }, { from: deployer.address }, walletOf());
      token.setWallet(walletOf());
    });

    it("is deployed, minted with a URI, and reads", async () => {
      expect(await token.name()).toBe("Ticket");
      const minted = await token.mintWithTokenURI(user.address, 1, "https://token.test/1", {
        from: deployer.address,
        gas,
      });
      expect(minted).toMatchObject({ status: true, type: "TxTypeSmartContractExecution" });
      expect((await token.ownerOf(1)).toLowerCase()).toBe(user.address.toLowerCase());
      expect(await token.tokenURI(1)).toBe("https://token.test/1");
    });

    it("is minted at another's expense, and transferred by its owner, who owns no KAIA", async () => {
      expect(await token.mint(user.address, 2, delegated(deployer))).toMatchObject({ status: true });
      const sent = await token.transferFrom(user.address, person, 2, delegated(user));
      expect(sent).toMatchObject({ status: true, type: "TxTypeFeeDelegatedSmartContractExecution" });
      expect((await token.ownerOf(2)).toLowerCase()).toBe(person.toLowerCase());
      expect(await play.balances(user.address)).toEqual([0n]);
    });

    it("is not minted by a stranger: the contract's refusal arrives", async () => {
      const error = await thrownBy(() => token.mint(user.address, 3, delegated(user)));
      expect(String(error)).toMatch(/revert/);
    });

    it("is not sent from an account that the wallet has no signer of", async () => {
      const error = await thrownBy(() => token.mint(user.address, 4, { from: person, gas }));
      expect(String(error)).toMatch(/Failed to find/);
    });
  });

  describe("caver's own transactions", () => {
    const create = (type: string, fields: object): CaverTransaction =>
      (caver.transaction[type] ?? expect.fail(type)).create(fields);
    const transfer = { to: person, value: "0x1", gas };

    it.each([
      ["legacyTransaction", "TxTypeLegacyTransaction"],
      ["ethereumAccessList", "TxTypeEthereumAccessList"],
      ["ethereumDynamicFee", "TxTypeEthereumDynamicFee"],
      ["valueTransfer", "TxTypeValueTransfer"],
      ["cancel", "TxTypeCancel"],
    ])("of type %s are filled, signed and mined, also where caver does not know the sender yet", async (type, name) => {
      const isEthereum = /legacy|ethereum/.test(type);
      const fields = type === "cancel" ? { gas } : transfer;
      const made = create(type, { ...fields, ...(isEthereum ? {} : { from: deployer.address }) });
      const signed = await walletOf().sign(deployer.address, made);
      expect(signed.from).toBe(deployer.address.toLowerCase());
      const receipt = await caver.rpc.klay.sendRawTransaction(signed.getRLPEncoding());
      expect(receipt).toMatchObject({ status: "0x1", type: name, transactionHash: signed.getTransactionHash() });
    });

    it("are signed by a fee payer that they do not name yet", async () => {
      const made = create("feeDelegatedValueTransferWithRatio", { ...transfer, from: deployer.address, feeRatio: 99 });
      const wallet = walletOf();
      await wallet.signAsFeePayer(feePayer.address, made);
      const signed = await wallet.sign(deployer.address, made);
      expect(decodeTransaction(signed.getRLPEncoding())).toMatchObject({ feePayer: feePayer.address.toLowerCase() });
      const receipt = await caver.rpc.klay.sendRawTransaction(signed.getRLPEncoding());
      expect(receipt).toMatchObject({ status: "0x1", feeRatio: "0x63" });
    });
  });

  describe("the provider", () => {
    it("carries what caver asks, and what the node answers", async () => {
      expect(Number(await caver.rpc.klay.getBlockNumber())).toBeGreaterThan(0);
      expect(BigInt(await caver.rpc.klay.getBalance(user.address))).toBe(0n);
    });

    it("carries a batch, with a refusal for the one that is refused", async () => {
      const { getBalance, getBlockNumber, BatchRequest } = caver.klay;
      const answers = await new Promise<readonly unknown[]>((resolve) => {
        const arrived: unknown[] = [];
        const batch = new BatchRequest();
        const take = (error: unknown, result: unknown): void => {
          arrived.push(error ?? result);
          if (arrived.length === 3) resolve(arrived);
        };
        batch.add(getBalance.request(feePayer.address, "latest", take));
        batch.add({ method: "klay_nowhere", params: [], callback: take });
        batch.add(getBlockNumber.request(take));
        batch.execute();
      });
      const [balance, refusal, block] = answers;
      expect(BigInt(String(balance))).toBe((await play.balances(feePayer.address))[0]);
      expect(String(refusal)).toBe("Error: Returned error: the method klay_nowhere does not exist/is not available");
      expect(Number(block)).toBeGreaterThan(0);
    });

    it("carries a refusal with its code, message and data", async () => {
      const to = await play.deploy(reject);
      const word = (value: number): string => value.toString(16).padStart(64, "0");
      const data = `0x00000000${word(32)}${word(2)}abcd${"0".repeat(60)}`;
      const payload = {
        jsonrpc: "2.0",
        id: 7,
        method: "klay_call",
        params: [{ from: user.address, to, data }, "latest"],
      };
      const answer = await new Promise<unknown>((resolve) => {
        provider.send(payload, (error, given) => {
          resolve(error ?? given);
        });
      });
      expect(answer).toMatchObject({
        jsonrpc: "2.0",
        id: 7,
        error: { code: 3, message: "execution reverted", data: "0xabcd" },
      });
      expect(isRecord(answer) && "result" in answer).toBe(false);
    });
  });
}
