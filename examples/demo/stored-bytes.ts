import { DatabaseSync } from "node:sqlite";

/** What anybody who copies the database sees of one wallet. */
export interface StoredWallet {
  readonly columns: readonly (readonly [name: string, value: string])[];
  readonly envelopeBytes: number;
}

/** Reads a wallet's row with plain SQL, past Latchkey. */
export function storedWallet(database: string, userId: string): StoredWallet {
  const connection = new DatabaseSync(database, { readOnly: true });
  try {
    const row = connection.prepare("SELECT * FROM latchkey_wallets WHERE user_id = ?").get(userId) ?? {};
    const envelope = row["envelope"];
    const columns = Object.entries(row).map(([name, value]) => [name, shown(value)] as const);
    return { columns, envelopeBytes: envelope instanceof Uint8Array ? envelope.length : 0 };
  } finally {
    connection.close();
  }
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString("hex").slice(0, 64)}...`;
  const text = String(value);
  return text.length > 64 ? `${text.slice(0, 61)}...` : text;
}
