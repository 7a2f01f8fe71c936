import type { Dialect, StoreAdapter } from "../../../src/store/database.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";

/** Which database a test uses, in words that fit on a command line. */
export interface StorePlace {
  readonly dialect: Dialect;
  /** A file's path or a URL. */
  readonly location: string;
}

export function adapterOf({ dialect, location }: StorePlace): StoreAdapter {
  return dialect === "sqlite" ? sqlite(location) : postgres(location);
}

/** The place that this process was started with. */
export function placeFromArguments(): StorePlace {
  const [, , dialect, location = ""] = process.argv;
  return { dialect: dialect === "postgres" ? "postgres" : "sqlite", location };
}
