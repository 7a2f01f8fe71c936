import { randomUUID } from "node:crypto";
import { pointFromScalar } from "tiny-secp256k1";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { LatchkeyError, localRootKey } from "../../../src/index.ts";
import type { BranchKeyStore } from "../../../src/ports/branch-key-store.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { deriveLeafKeys } from "../../../src/vault/derivation/bip32.ts";
import { mnemonicOf } from "../../../src/vault/derivation/bip39.ts";
import { decodeSecret, encodeSecret } from "../../../src/vault/envelope/secret.ts";
import { signDigest } from "../../harness/sign-digest.ts";
import { createVault } from "../../../src/vault/vault.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import type { Observed } from "./observed.ts";
import { keptRecorder } from "./world.ts";

/** Failures that no call from outside leads to at will, made where the secret is in hand. */
export async function failInside(observed: Observed, secret: Uint8Array, rootKey: string): Promise<void> {
  const other = pointFromScalar(Buffer.alloc(32, 1), false) ?? Buffer.alloc(65);
  for (const [code, what, attempt] of [
    ["ERR_VAULT_SIGN_FAILED", "a signature of another key", () => signDigest(new Uint8Array(32), secret, other)],
    ["ERR_VAULT_SECRET_INVALID", "an odd entropy", () => mnemonicOf(secret.subarray(1))],
    ["ERR_CONFIG_INVALID", "an odd path", () => deriveLeafKeys(secret, ["m/x"])],
    [
      "ERR_VAULT_SECRET_INVALID",
      "an odd leaf key",
      () => encodeSecret({ entropy: secret, leafKeys: [{ scheme: "evm", key: secret.subarray(1) }] }),
    ],
    ["ERR_VAULT_OPEN_FAILED", "an odd secret", () => decodeSecret(Buffer.concat([Uint8Array.of(1, 32), secret]))],
  ] as const) {
    await observed.provoke(code, what, attempt);
  }
  await makeBranchKeys(observed, rootKey);
}

/** Others claim the branch key again and again and never make it; or they are taken over, and the store fails then. */
async function makeBranchKeys(observed: Observed, rootKey: string): Promise<void> {
  const no = (): Promise<false> => Promise.resolve(false);
  const away = () => Promise.reject(new LatchkeyError("ERR_STORE_UNAVAILABLE", "The store is away."));
  const claimed = (claim: string) => Promise.resolve({ state: "claimed", slot: 0, claim } as const);
  const others: BranchKeyStore = {
    newest: () => claimed(randomUUID()),
    first: () => claimed(randomUUID()),
    find: () => Promise.resolve(undefined),
    claim: no,
    takeOver: no,
    withdraw: () => Promise.resolve(),
    publish: no,
    reserve: no,
  };
  const dead: BranchKeyStore = {
    ...others,
    newest: () => claimed("dead"),
    takeOver: () => Promise.resolve(true),
    publish: away,
    withdraw: away,
  };
  for (const [code, branchKeys] of [
    ["ERR_VAULT_BRANCH_KEY_BUSY", others],
    ["ERR_STORE_UNAVAILABLE", dead],
  ] as const) {
    const clock = new ManualClock();
    const { meter, logger } = keptRecorder();
    const wrappingKey = localRootKey(rootKey);
    const vault = createVault({ wrappingKey, branchKeys, tenant: "default", clock, meter, logger });
    const owner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
    const waiting = { over: false };
    const attempt = vault.create(owner, [evmKeyScheme]).finally(() => (waiting.over = true));
    const provoked = observed.provoke(code, "no branch key", () => attempt);
    while (!waiting.over) await clock.advance(1_000);
    await provoked;
    observed.add("object vault", vault);
    await vault.close();
  }
}
