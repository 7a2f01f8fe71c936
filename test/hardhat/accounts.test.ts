import { AbiCoder, Interface, Transaction, TypedDataEncoder, verifyMessage, verifyTypedData } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../examples/contracts/guest-book.ts";
import { isRecord } from "../../scripts/guards.ts";
import { ethersSigner } from "../../src/chains/evm/index.ts";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { keySigner } from "../chains/evm/ethers-parts.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { thrownBy } from "../harness/errors.ts";
import {
  type Ask,
  askerOf,
  ether,
  friend,
  type KmsScene,
  openKms,
  openProject,
  type Project,
  revertingCode,
} from "./accounts-scene.ts";

// Budget of the file: 15 s, a node's start and Hardhat's included.

const text = "Hello, 안녕";
const message = `0x${Buffer.from(text).toString("hex")}`;
const mail = {
  domain: { name: "Mail", version: "1", chainId: 31_337, verifyingContract: friend },
  types: {
    EIP712Domain: [
      { name: "name", type: "string" },
      { name: "version", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
    ],
    Person: [{ name: "wallet", type: "address" }],
    Mail: [
      { name: "to", type: "Person[]" },
      { name: "contents", type: "string" },
    ],
  },
  primaryType: "Mail",
  message: { to: [{ wallet: friend }], contents: text },
};

describe.each(["edr-simulated", "http"] as const)(
  "on a network of type %s, a key of KMS",
  { timeout: 60_000 },
  (type) => {
    let anvil: Anvil | undefined;
    let scene: KmsScene;
    let project: Project;
    let connection: NetworkConnection;
    let ask: Ask;
    let own: string;

    beforeAll(async () => {
      anvil = type === "http" ? await startAnvil() : undefined;
      scene = await openKms();
      own = scene.signer.address.toLowerCase();
      project = await openProject(
        { signers: () => Promise.resolve([scene.signer]), networks: ["local"] },
        { local: anvil === undefined ? { type: "edr-simulated", chainId: 31_337 } : { type: "http", url: anvil.url } },
      );
      connection = await project.environment.network.create("local");
      ask = askerOf(connection);
      await ask("hardhat_setBalance", own, `${ether}0`);
    });
    afterAll(async () => {
      await connection.close();
      await project.close();
      await scene.close();
      await anvil?.stop();
    });

    const signatures = (): number => scene.kms.calls["Sign"] ?? 0;

    async function transaction(hash: unknown): Promise<Readonly<Record<string, unknown>>> {
      const found = await ask("eth_getTransactionByHash", hash);
      return isRecord(found) ? found : expect.fail("no transaction");
    }

    async function receipt(hash: unknown): Promise<Readonly<Record<string, unknown>>> {
      // A node may answer a moment before it mines.
      for (;;) {
        const found = await ask("eth_getTransactionReceipt", hash);
        if (isRecord(found)) return found;
      }
    }

    it("is the first account, before the network's own", async () => {
      for (const method of ["eth_accounts", "eth_requestAccounts"]) {
        const accounts = await ask(method);
        expect(accounts).toHaveLength(type === "http" ? 11 : 21);
        expect(accounts).toHaveProperty("0", own);
      }
    });

    it("sends with from, in any case of its letters, and without", async () => {
      const gas = await ask("eth_estimateGas", { from: own, to: friend, value: "0x1" });
      for (const from of [own, scene.signer.address, undefined, null]) {
        const before = signatures();
        const hash = await ask("eth_sendTransaction", { from, to: friend, value: "0x1" });
        expect(await transaction(hash)).toMatchObject({ from: own, type: "0x2", value: "0x1", gas });
        expect(await receipt(hash)).toMatchObject({ from: own, status: "0x1" });
        expect(signatures() - before).toBe(1);
      }
    });

    it("is left out of what another account sends and signs", async () => {
      const before = signatures();
      const accounts = await ask("eth_accounts");
      const other: unknown = Array.isArray(accounts) ? accounts[3] : undefined;
      const hash = await ask("eth_sendTransaction", { from: other, to: friend, value: "0x1" });
      expect(await transaction(hash)).toMatchObject({ from: other });
      const signature = String(await ask("personal_sign", message, other));
      expect(verifyMessage(text, signature).toLowerCase()).toBe(other);
      expect(signatures()).toBe(before);
    });

    it("sends five at once, each with a nonce of its own", async () => {
      const first = Number(await ask("eth_getTransactionCount", own, "pending"));
      const hashes = await Promise.all(
        [1, 2, 3, 4, 5].map((value) => ask("eth_sendTransaction", { to: friend, value: `0x${String(value)}` })),
      );
      const sent = await Promise.all(hashes.map(transaction));
      expect(sent.map(({ nonce }) => Number(nonce))).toEqual([0, 1, 2, 3, 4].map((after) => first + after));
      expect(sent.map(({ value }) => Number(value))).toEqual([1, 2, 3, 4, 5]);
    });

    it("goes on after a send that failed", async () => {
      const fails = ask("eth_sendTransaction", { data: revertingCode("no") });
      const works = ask("eth_sendTransaction", { to: friend, value: "0x1" });
      expect(await thrownBy(() => fails)).toBeInstanceOf(Error);
      expect(await receipt(await works)).toMatchObject({ status: "0x1" });
    });

    it("meets a revert as Hardhat's error, with its reason, and signs nothing", async () => {
      const before = signatures();
      const error = await thrownBy(() => ask("eth_sendTransaction", { from: own, data: revertingCode("out of luck") }));
      expect(isLatchkeyError(error)).toBe(false);
      expect(String(error)).toContain("out of luck");
      const name = error instanceof Error ? error.constructor.name : "";
      expect(name).toBe(type === "http" ? "ProviderError" : "SolidityError");
      expect(signatures()).toBe(before);
    });

    it("deploys an artifact, and calls what it deployed", async () => {
      const book = new Interface(guestBook.abi);
      const { contractAddress } = await receipt(await ask("eth_sendTransaction", { data: guestBook.bytecode }));
      const data = book.encodeFunctionData("sign", [text]);
      // Both names of the data, as some clients send them.
      const hash = await ask("eth_sendTransaction", { to: contractAddress, input: data, data });
      expect(await receipt(hash)).toMatchObject({ status: "0x1", to: contractAddress });
      const answer = await ask(
        "eth_call",
        { to: contractAddress, data: book.encodeFunctionData("entries", [0]) },
        "latest",
      );
      const entry = book.decodeFunctionResult("entries", String(answer));
      expect([entry[0], entry[2]]).toEqual([scene.signer.address, text]);
      const refused = { to: contractAddress, data: book.encodeFunctionData("sign", [""]) };
      const error = await thrownBy(() => ask("eth_sendTransaction", refused));
      const selector = book.getError("MessageLength")?.selector ?? expect.fail("no such error");
      expect(JSON.stringify(error) + String(error)).toContain(
        selector + AbiCoder.defaultAbiCoder().encode(["uint256"], [0]).slice(2),
      );
    });

    const gasPrice = "0x2540be400";
    const accessList = [{ address: friend.toLowerCase(), storageKeys: [`0x${"00".repeat(31)}01`] }];
    const fees = { maxFeePerGas: "0x2540be401", maxPriorityFeePerGas: "0x1" };

    it.each([
      ["0x0", { gasPrice, gas: "0x186a0" }],
      ["0x0", { type: "0x0" }],
      ["0x1", { gasPrice, accessList }],
      ["0x1", { type: "0x1", accessList }],
      ["0x2", { ...fees, accessList, chainId: "0x7a69" }],
      ["0x2", { maxFeePerGas: "0x2540be402" }],
      ["0x2", { maxPriorityFeePerGas: "0x2" }],
      ["0x2", { accessList }],
      ["0x2", { type: "0x2" }],
    ])("sends a transaction of type %s as it was asked for: %o", async (kind, request) => {
      const nonce = await ask("eth_getTransactionCount", own, "pending");
      const to = friend.toLowerCase();
      const hash = await ask("eth_sendTransaction", { to, data: "0x", nonce, value: null, ...request });
      expect(await transaction(hash)).toMatchObject({ from: own, to, nonce, ...request, type: kind });
      expect(await receipt(hash)).toMatchObject({ status: "0x1" });
    });

    it("delegates, with an authorisation that somebody else signed", async () => {
      const other = keySigner("46".repeat(32));
      const signed = await (await ethersSigner(other, null)).authorize({ address: friend, nonce: 0, chainId: 31_337 });
      const { r, s, yParity } = signed.signature;
      const authorizationList = [
        { chainId: "0x7a69", address: friend, nonce: "0x0", r, s, yParity: yParity === 1 ? "0x1" : "0x0" },
      ];
      for (const price of [{}, fees]) {
        const hash = await ask("eth_sendTransaction", { to: friend, gas: "0x186a0", authorizationList, ...price });
        expect(await transaction(hash)).toMatchObject({ type: "0x4", from: own });
        expect(await ask("eth_getCode", other.address, "latest")).toBe(`0xef0100${friend.slice(2).toLowerCase()}`);
      }
    });

    it("signs messages and typed data as ethers verifies them", async () => {
      const { EIP712Domain: _, ...types } = mail.types;
      expect(verifyMessage(text, String(await ask("personal_sign", message, own)))).toBe(scene.signer.address);
      expect(verifyMessage(text, String(await ask("eth_sign", scene.signer.address, message)))).toBe(
        scene.signer.address,
      );
      for (const data of [mail, JSON.stringify(mail)]) {
        const signature = String(await ask("eth_signTypedData_v4", own, data));
        expect(verifyTypedData(mail.domain, types, mail.message, signature)).toBe(scene.signer.address);
      }
    });

    it("signs of typed data what is declared: the primary type and the domain's fields", async () => {
      const unused = { ...mail, types: { ...mail.types, Unused: [{ name: "mail", type: "Mail" }] } };
      const { EIP712Domain: _, ...types } = mail.types;
      expect(TypedDataEncoder.getPrimaryType({ ...types, Unused: unused.types.Unused })).toBe("Unused");
      const first = String(await ask("eth_signTypedData_v4", own, unused));
      expect(verifyTypedData(mail.domain, types, mail.message, first)).toBe(scene.signer.address);
      const short = { ...mail, types: { ...mail.types, EIP712Domain: [{ name: "name", type: "string" }] } };
      const second = String(await ask("eth_signTypedData_v4", own, short));
      expect(verifyTypedData({ name: "Mail" }, types, mail.message, second)).toBe(scene.signer.address);
    });

    it("signs bytes that any node takes", async () => {
      const hash = await ask("eth_sendTransaction", { to: friend, value: "0x1" });
      const { v, r, s, nonce, gas, maxFeePerGas, maxPriorityFeePerGas } = await transaction(hash);
      const rebuilt = Transaction.from({
        type: 2,
        chainId: 31_337,
        to: friend,
        value: 1n,
        nonce: Number(nonce),
        gasLimit: String(gas),
        maxFeePerGas: String(maxFeePerGas),
        maxPriorityFeePerGas: String(maxPriorityFeePerGas),
        signature: { r: String(r), s: String(s), v: 27 + Number(v) },
      });
      expect([rebuilt.hash, rebuilt.from]).toEqual([hash, scene.signer.address]);
    });
  },
);
