import type { Account, TestChain } from "./chain.ts";
import { deploy, type Deployed } from "./deployed.ts";

/** An implementation whose behaviour is looked at, with OpenZeppelin's internal functions in the open behind a `$`. */
export interface Subject {
  readonly name: string;
  /** The contract's name, a Solidity identifier. */
  readonly contract: string;
  readonly args: readonly unknown[];
  readonly enumerable: boolean;
  /** The questions that a receiver is asked, in the order of asking. */
  readonly asks: readonly ("onKIP17Received" | "onERC721Received")[];
}

/** What each case starts from: `owner` has the tokens `first` and `second`. */
export interface Scene {
  readonly chain: TestChain;
  readonly subject: Subject;
  readonly token: Deployed;
  readonly owner: string;
  readonly approved: string;
  readonly operator: string;
  readonly other: string;
  readonly stranger: string;
  deploy(contract: string, ...args: readonly unknown[]): Promise<Deployed>;
}

export const zero = "0x0000000000000000000000000000000000000000";
export const first = 5042n;
export const second = 79217n;
/** An id that no token has. */
export const unknown = 13n;

export async function sceneOf(chain: TestChain, subject: Subject): Promise<Scene> {
  const token = await deploy(chain, subject.contract, ...subject.args);
  const [, owner, approved, operator, other, stranger] = chain.accounts.map((account: Account) => account.address);
  if (!owner || !approved || !operator || !other || !stranger) throw new Error("The chain has too few accounts.");
  await token.send(owner, "$_mint", owner, first);
  await token.send(owner, "$_mint", owner, second);
  return {
    chain,
    subject,
    token,
    owner,
    approved,
    operator,
    other,
    stranger,
    deploy: (contract, ...args) => deploy(chain, contract, ...args),
  };
}

export const names = { name: "Non Fungible", symbol: "NFT" };

export const peer: Subject = {
  name: "OpenZeppelin's ERC721",
  contract: "BehaviourERC721",
  args: [names.name, names.symbol],
  enumerable: true,
  asks: ["onERC721Received"],
};

export const core: Subject = {
  name: "KIP17 with metadata",
  contract: "BehaviourKIP17",
  args: [names.name, names.symbol],
  enumerable: false,
  asks: ["onKIP17Received", "onERC721Received"],
};

/** The preset: everything at once, with the ids of the cases outside and inside of its dense window. */
export const collection: Subject = {
  name: "KIP17Collection",
  contract: "BehaviourCollection",
  args: [names.name, names.symbol, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 5000n, 1000n],
  enumerable: true,
  asks: ["onKIP17Received", "onERC721Received"],
};
