import { AbiCoder, type Interface, keccak256 } from "ethers";
import type { Named } from "../behaviour/deployed.ts";
import { balanceOf, isOperator, type Model, uriOf, zero } from "./state.ts";

/** What is looked at. */
export interface Sight {
  readonly abi: Interface;
  readonly ids: readonly bigint[];
  readonly accounts: readonly string[];
}

/** Where the model is compared: the ids that are used and some that are not, and all accounts. */
export interface World extends Sight {
  /** What never changes. */
  readonly fixed: { readonly name: string; readonly symbol: string; readonly window: readonly [bigint, bigint] };
}

/** Each view that is compared, with what the model answers: a value, or an error. */
type Answer = readonly [type: "address" | "uint256" | "bool", value: string | bigint | boolean] | string | Refused;
interface Refused {
  readonly error: Named;
}

export const plainViews = {
  name: (_: Model, { fixed }: World): Answer => fixed.name,
  symbol: (_: Model, { fixed }: World): Answer => fixed.symbol,
  totalSupply: ({ tokens }: Model): Answer => ["uint256", BigInt(tokens.size)],
  paused: ({ paused }: Model): Answer => ["bool", paused],
  owner: ({ owner }: Model): Answer => ["address", owner],
  pendingOwner: ({ pendingOwner }: Model): Answer => ["address", pendingOwner],
  baseURI: ({ base }: Model): Answer => base,
  uriSuffix: ({ suffix }: Model): Answer => suffix,
  contractURI: ({ contractUri }: Model): Answer => contractUri,
} as const;

const nonexistent = (id: bigint): Refused => ({ error: ["ERC721NonexistentToken", id] });

export const idViews = {
  ownerOf: ({ tokens }: Model, id: bigint): Answer => {
    const token = tokens.get(id);
    return token === undefined ? nonexistent(id) : ["address", token.owner];
  },
  getApproved: ({ tokens }: Model, id: bigint): Answer => {
    const token = tokens.get(id);
    return token === undefined ? nonexistent(id) : ["address", token.approved];
  },
  tokenURI: (model: Model, id: bigint): Answer => {
    const token = model.tokens.get(id);
    return token === undefined ? nonexistent(id) : uriOf(model, id, token);
  },
  locked: ({ tokens }: Model, id: bigint): Answer => {
    const token = tokens.get(id);
    return token === undefined ? nonexistent(id) : ["bool", token.locked];
  },
  nonces: ({ tokens, nonces }: Model, id: bigint): Answer =>
    tokens.has(id) ? ["uint256", nonces.get(id) ?? 0n] : nonexistent(id),
} as const;

export const accountViews = {
  balanceOf: (model: Model, account: string): Answer => ["uint256", balanceOf(model, account)],
  isMinter: ({ minters }: Model, account: string): Answer => ["bool", minters.has(account)],
  isPauser: ({ pausers }: Model, account: string): Answer => ["bool", pausers.has(account)],
} as const;

export const pairViews = {
  isApprovedForAll: (model: Model, owner: string, operator: string): Answer => [
    "bool",
    isOperator(model, owner, operator),
  ],
} as const;

/** The four lists that `look` of the viewer answers, the ids among them in ascending order for each owner. */
export interface Seen {
  readonly words: readonly string[];
  readonly all: readonly string[];
  readonly owned: readonly (readonly string[])[];
  readonly beyond: readonly string[];
}

const coder = AbiCoder.defaultAbiCoder();
const hashes = new Map<string, string>();

export function expectedOf(model: Model, world: World): Seen {
  const { abi, ids, accounts } = world;
  const word = (answer: Answer): string => wordOf(abi, answer);
  const each = Object.values;
  const owned = accounts.map((account) => [...model.tokens].filter(([, { owner }]) => owner === account));
  return {
    words: [
      ...each(plainViews).map((view) => word(view(model, world))),
      ...ids.flatMap((id) => each(idViews).map((view) => word(view(model, id)))),
      ...accounts.flatMap((account) => each(accountViews).map((view) => word(view(model, account)))),
      ...accounts.flatMap((a) => accounts.flatMap((b) => each(pairViews).map((view) => word(view(model, a, b))))),
    ],
    all: [...model.tokens.keys()].map(hexWord).sort(),
    owned: owned.map((tokens) => tokens.map(([id]) => hexWord(id)).sort()),
    beyond: [[zero, model.tokens.size] as const, ...accounts.map((a, n) => [a, owned[n]?.length ?? 0] as const)].map(
      ([account, length]) => word({ error: ["ERC721OutOfBoundsIndex", account, BigInt(length)] }),
    ),
  };
}

/** What each of the words is, for a message. */
export function labelsOf({ ids, accounts }: Sight): readonly string[] {
  const of = (views: object, ...args: readonly string[]): readonly string[] =>
    Object.keys(views).map((name) => `${name}(${args.join(", ")})`);
  return [
    ...of(plainViews),
    ...ids.flatMap((id) => of(idViews, String(id))),
    ...accounts.flatMap((account) => of(accountViews, account)),
    ...accounts.flatMap((a) => accounts.flatMap((b) => of(pairViews, a, b))),
  ];
}

/** A word as the viewer gives it: the value itself, or the hash of what is longer or an error. */
function wordOf(abi: Interface, answer: Answer): string {
  if (typeof answer === "string") return remembered(`s${answer}`, () => coder.encode(["string"], [answer]));
  if ("error" in answer) {
    const [name, ...args] = answer.error;
    return remembered(answer.error.join(), () => abi.encodeErrorResult(name, args));
  }
  const [, value] = answer;
  return typeof value === "string" ? value.slice(2).toLowerCase().padStart(64, "0") : hexWord(BigInt(value));
}

function remembered(key: string, encode: () => string): string {
  const known = hashes.get(key) ?? keccak256(encode()).slice(2);
  hashes.set(key, known);
  return known;
}

function hexWord(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
