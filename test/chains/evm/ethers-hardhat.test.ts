import { Contract, ContractFactory } from "ethers";
import hre from "hardhat";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { type EthersSigner, ethersSigner } from "../../../src/chains/evm/index.ts";
import { signerScene } from "../../harness/kms-signer.ts";
import { ethersErrorBy, keySigner } from "./ethers-parts.ts";

// Budget of the file: 10 s, Hardhat's start included.

const { abi, bytecode } = guestBook;
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

describe("a bare signer is an account of a Hardhat network:", { timeout: 60_000 }, () => {
  let connection: Awaited<ReturnType<typeof hre.network.create>>;
  let signer: EthersSigner;

  beforeAll(async () => {
    connection = await hre.network.create("edr");
    const account = keySigner("46".repeat(32));
    await fund(account.address);
    signer = await ethersSigner(account, connection.provider);
  });
  afterAll(() => connection.close());

  async function fund(address: string): Promise<void> {
    await connection.provider.request({ method: "hardhat_setBalance", params: [address, "0xde0b6b3a7640000"] });
  }

  it("it deploys, and calls what it deployed", async () => {
    const deployed = await new ContractFactory([...abi], bytecode, signer).deploy();
    const book = new Contract(await (await deployed.waitForDeployment()).getAddress(), [...abi], signer);
    const receipt: unknown = await (await book.getFunction("sign").send("from Latchkey")).wait();
    expect(receipt).toMatchObject({ status: 1, from: signer.address });
    const entry = await book.getFunction("entries").staticCallResult(0);
    expect([entry[0], entry[2]]).toEqual([signer.address, "from Latchkey"]);
    const error = await ethersErrorBy(book.getFunction("sign").staticCall(""), "CALL_EXCEPTION");
    expect(error.revert).toMatchObject({ name: "MessageLength", args: [0n] });
  });

  it("it sends at once, each time with the next nonce", async () => {
    const first = await signer.getNonce();
    const sent = await Promise.all([1n, 2n, 3n].map((value) => signer.sendTransaction({ to, value })));
    expect(sent.map(({ nonce }) => nonce)).toEqual([first, first + 1, first + 2]);
  });

  it("it authorises for the network's chain", async () => {
    const authorizationList = [await signer.authorize({ address: to, nonce: (await signer.getNonce()) + 1 })];
    const receipt = await (await signer.sendTransaction({ to, authorizationList })).wait();
    expect(receipt).toMatchObject({ type: 4, status: 1 });
    expect(await signer.provider?.getCode(signer.address)).toBe(`0xef0100${to.slice(2).toLowerCase()}`);
  });

  it("and so is a key of AWS KMS", async () => {
    const { signer: kmsKey } = await signerScene();
    await fund(kmsKey.address);
    const deployer = await ethersSigner(kmsKey, connection.provider);
    const deployed = await new ContractFactory([...abi], bytecode, deployer).deploy();
    expect(await deployed.deploymentTransaction()?.wait()).toMatchObject({ status: 1, from: kmsKey.address });
  });
});
