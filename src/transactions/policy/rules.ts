/**
 * What transactions of some subjects have to keep to. It applies where chain and subject match; what is left out matches all. Every rule
 * that applies has to pass.
 */
export interface PolicyRule {
  /** Unique in its list, at most 64 characters. Denials name it. */
  readonly name: string;
  /** Names of configured chains. */
  readonly chains?: readonly string[];
  /** User ids. With `users` alone services are not meant, and with `services` alone users are not. */
  readonly users?: readonly string[];
  /** Names of service accounts. */
  readonly services?: readonly string[];
  /** What `maxValue` and `limit` count: the chain's own coin, or a token by its contract's address. Default: `native`. */
  readonly asset?: string;
  /** The most that one transaction may move or approve, in the asset's smallest unit. */
  readonly maxValue?: bigint;
  /** A rolling window. */
  readonly limit?: PolicyLimit;
  /**
   * Every destination has to be listed, whatever the asset: the transaction's own `to` (a token's contract, where tokens are moved) and
   * those who get or may spend tokens. A deployment has no destination, and is refused.
   */
  readonly allowTo?: readonly string[];
  /** No destination may be listed. */
  readonly denyTo?: readonly string[];
  /**
   * Calldata has to begin with one of these, each `0xa9059cbb` or `transfer(address,uint256)`. A memo counts as calldata. Transactions
   * without data pass; deployments are refused.
   */
  readonly allowSelectors?: readonly string[];
  /** Calldata must begin with none of these. */
  readonly denySelectors?: readonly string[];
}

/** The most that may be moved within any time of this length. Counted from the moment the transaction is accepted. */
export interface PolicyLimit {
  /** In the asset's smallest unit. */
  readonly value: bigint;
  /** From a second to 366 days. Amounts count for up to a sixtieth longer. */
  readonly windowMs: number;
  /** `user`: each user or service account by itself. `tenant`: all to whom the rule applies, together. */
  readonly per: "user" | "tenant";
}

/** Typed data (EIP-712) that may be signed although it is not recognised. */
export interface TypedDataPermission {
  readonly primaryType: string;
  /** Left out: any contract, and none. */
  readonly verifyingContract?: string;
  /** Left out: any chain, and none. */
  readonly chainId?: number;
}

/** What the operator's configuration says. Rules in the database (`setRules`) come on top: all of both have to pass. */
export interface PolicyOptions {
  readonly rules?: readonly PolicyRule[];
  /**
   * Once there is a rule, or this list: typed data that is not recognised is refused unless it is listed. Recognised permits count as
   * approvals, under the rules.
   */
  readonly typedData?: readonly TypedDataPermission[];
  /** Whether messages (EIP-191) are signed. Default: `allow`. */
  readonly messages?: "allow" | "deny";
  /**
   * Whether digests are signed of which nothing is known. Default: `deny` once there is a rule, or where `messages`, `typedData` or
   * `delegates` refuse something that would pass as a digest; else `allow`.
   */
  readonly digests?: "allow" | "deny";
  /** Once there is a rule, or this list: code that accounts may be delegated to (EIP-7702), by address. */
  readonly delegates?: readonly string[];
  /** What fee payers pay for others, per UTC day, in the chain's smallest unit. Chains are counted together. */
  readonly feeBudget?: {
    readonly perTenantPerDay?: bigint;
    /** For each user, and for each service account that sends. */
    readonly perUserPerDay?: bigint;
  };
}
