/** What a process is to send. */
export interface SendMany {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** A PostgreSQL URL, or the path of a SQLite file. */
  readonly database: string;
  readonly rootKey: string;
  readonly userIds: readonly string[];
  /** Transfers from each account. */
  readonly each: number;
  /** The first value, and from one to the next: no two are alike. */
  readonly first: number;
  readonly step: number;
  readonly hasKeys: boolean;
  readonly to: string;
}

export interface BareLoop {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly keys: readonly string[];
  readonly each: number;
  /** Of one account. */
  readonly inFlight: number;
  readonly to: string;
}

export function isSendMany(value: unknown): value is SendMany {
  return typeof value === "object" && value !== null && "userIds" in value && "database" in value;
}

export function isBareLoop(value: unknown): value is BareLoop {
  return typeof value === "object" && value !== null && "keys" in value && "inFlight" in value;
}
