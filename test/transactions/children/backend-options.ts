import { isRecord } from "../../../scripts/guards.ts";
import type { ChainProfile } from "../../../src/index.ts";
import type { StorePlace } from "../../store/children/adapter-of.ts";

/** What a backend is started with. */
export interface BackendOptions {
  readonly place: StorePlace;
  /** The root key's file. */
  readonly rootKey: string;
  /** Of the node. */
  readonly url: string;
  readonly chainId: number;
  readonly profile: ChainProfile;
  /** Private keys by the names of service accounts. */
  readonly services: Readonly<Record<string, string>>;
  readonly worker: "auto" | "manual";
  readonly queueLimit: number;
}

export function isBackendOptions(value: unknown): value is BackendOptions {
  return isRecord(value) && isRecord(value["place"]) && isRecord(value["services"]) && isRecord(value["profile"]);
}
