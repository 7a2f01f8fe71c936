import { createHmac } from "node:crypto";
import { sql } from "kysely";
import type { StoreAdapter, WrappingKey } from "../../../src/index.ts";
import { branchKeyStore } from "../../../src/store/branch-keys.ts";
import type { Database } from "../../../src/store/database.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { deriveLeafKeys } from "../../../src/vault/derivation/bip32.ts";
import { mnemonicOf, seedOf } from "../../../src/vault/derivation/bip39.ts";
import { branchKeyContext } from "../../../src/vault/envelope/encryption-context.ts";
import { open } from "../../../src/vault/envelope/open.ts";
import { decodeSecret } from "../../../src/vault/envelope/secret.ts";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { secondScheme } from "../../harness/offline-chain.ts";
import { keySecret, phraseSecret, type Secret } from "../../harness/secrets.ts";

interface WalletRow {
  readonly tenant: string;
  readonly user_key: string;
  readonly user_id: string;
  readonly wallet_id: string;
  readonly branch_id: string;
  readonly branch_version: number;
  readonly envelope: Uint8Array;
}

/**
 * Opens a whole store as its owner can, and returns every secret in it: branch keys, and of each wallet the entropy, the phrase, the
 * seed, the extended master key and the leaf keys.
 */
export async function secretsInStore(store: StoreAdapter, wrappingKey: WrappingKey): Promise<Secret[]> {
  const database = await store.open(silentLogger);
  try {
    const { rows } = await sql<WalletRow>`select * from latchkey_wallets`.execute(database.reader);
    const secrets = await Promise.all(rows.map((row) => secretsOfRow(database, wrappingKey, row)));
    return secrets.flat();
  } finally {
    await database.close();
    await wrappingKey.close();
  }
}

async function secretsOfRow(database: Database, wrappingKey: WrappingKey, row: WalletRow): Promise<Secret[]> {
  const ref = { tenant: row.tenant, branchId: row.branch_id, version: row.branch_version };
  const owner = { userKey: toUserKey(row.user_key), walletId: toWalletId(row.wallet_id) };
  const record = await branchKeyStore(database).find(ref);
  const branchKey = await wrappingKey.unwrap(record?.wrapped ?? [], branchKeyContext(ref));
  const { entropy, leafKeys } = decodeSecret(open(row.envelope, owner, ref, branchKey));
  const name = `of ${row.user_id} (${row.tenant})`;
  return [
    keySecret(`branch key ${name}`, branchKey),
    ...leafKeys.map(({ scheme, key }) => keySecret(`private key ${scheme} ${name}`, key)),
    ...(await secretsOfEntropy(name, entropy)),
  ];
}

/** What follows from a wallet's entropy. */
async function secretsOfEntropy(name: string, entropy: Uint8Array): Promise<Secret[]> {
  const seed = await seedOf(entropy);
  const master = createHmac("sha512", "Bitcoin seed").update(seed).digest();
  const leaves = deriveLeafKeys(seed, [evmKeyScheme.path, secondScheme.path]);
  return [
    keySecret(`entropy ${name}`, entropy),
    phraseSecret(`phrase ${name}`, mnemonicOf(entropy).toString("ascii")),
    keySecret(`seed ${name}`, seed),
    keySecret(`extended master key ${name}`, master),
    ...leaves.map((key, at) => keySecret(`leaf key ${String(at)} ${name}`, key)),
  ];
}

/**
 * What the random numbers that the sources drew in this process became: also keys of wallets that were never stored, since something
 * failed. An entropy has 16 bytes, every key 32; what is shorter is an iv, and public.
 */
export async function secretsDrawn(drawn: readonly Uint8Array[]): Promise<Secret[]> {
  const secrets: Secret[] = [];
  for (const [at, bytes] of drawn.entries()) {
    const name = `drawn, number ${String(at)}`;
    if (bytes.length === 16) secrets.push(...(await secretsOfEntropy(name, bytes)));
    else if (bytes.length > 16) secrets.push(keySecret(`key ${name}`, bytes));
  }
  return secrets;
}
