/** Waits that no scenario comes to, each with why. Named by what the line says: numbers change with every edit above. */
export interface AllowedPoint {
  readonly file: string;
  /** Part of the line. */
  readonly text: string;
  readonly why: string;
}

export const allowed: readonly AllowedPoint[] = [
  {
    file: "src/wallets/account-owners.ts",
    text: "const rows = await reader",
    why: "It reads whose an address is, for the events of collections: no login and no send waits for it.",
  },
];
