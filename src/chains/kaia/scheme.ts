import type { KeyScheme } from "../../ports/key-scheme.ts";
import { evmScheme } from "../ethereum/scheme.ts";

/** Kaia's own path: `m/44'/8217'/0'/0/0` (SLIP-44 coin type 8217). Addresses are written as Ethereum's. */
export const kaiaKeyScheme: KeyScheme = evmScheme({ id: "kaia", path: "m/44'/8217'/0'/0/0" });
