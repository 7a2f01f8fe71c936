export interface Token {
  owner: string;
  approved: string;
  /** Its own URI; undefined where base, id and suffix make it. */
  uri: string | undefined;
  locked: boolean;
}

/** What a collection is, as plainly as it can be said. Addresses have their checksum. */
export interface Model {
  readonly tokens: Map<bigint, Token>;
  /** `owner>operator`. */
  readonly operators: Set<string>;
  readonly minters: Set<string>;
  readonly pausers: Set<string>;
  /** How many permits and transfers an id has seen; it outlives the token. */
  readonly nonces: Map<bigint, bigint>;
  paused: boolean;
  owner: string;
  pendingOwner: string;
  base: string;
  suffix: string;
  contractUri: string;
}

export const zero = "0x0000000000000000000000000000000000000000";
export const largest = 2n ** 256n - 1n;

export function newModel(owner: string): Model {
  return {
    tokens: new Map(),
    operators: new Set(),
    minters: new Set([owner]),
    pausers: new Set([owner]),
    nonces: new Map(),
    paused: false,
    owner,
    pendingOwner: zero,
    base: "",
    suffix: "",
    contractUri: "",
  };
}

export function uriOf({ base, suffix }: Model, id: bigint, { uri }: Token): string {
  if (uri !== undefined) return uri;
  return base === "" ? "" : `${base}${id}${suffix}`;
}

export function balanceOf({ tokens }: Model, owner: string): bigint {
  let count = 0n;
  for (const token of tokens.values()) if (token.owner === owner) count += 1n;
  return count;
}

export function isOperator({ operators }: Model, owner: string, spender: string): boolean {
  return operators.has(`${owner}>${spender}`);
}

/** Whether an account may transfer or burn a token. */
export function mayMove(model: Model, { owner, approved }: Token, spender: string): boolean {
  return spender === owner || spender === approved || isOperator(model, owner, spender);
}
