import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import { toUserKey, toWalletId } from "../../src/units/brands.ts";
import type { EnvelopeOwner } from "../../src/vault/envelope/encryption-context.ts";
import {
  createVault,
  type Derived,
  type DerivedAccount,
  type SealedWallet,
  type Vault,
} from "../../src/vault/vault.ts";
import { createRecorder, type Recorder } from "../harness/recorder.ts";
import { limits, openPlace, type Place, tenant } from "./branch-keys/place.ts";
import { ScriptedKey } from "./branch-keys/scripted-key.ts";

/** The vault of one process, and the wrapping key that it asks. */
export interface VaultProcess {
  readonly vault: Vault;
  readonly wrappingKey: ScriptedKey;
  readonly recorder: Recorder;
}

const rootKey = new Uint8Array(32).fill(11);

export function startVault({ clock, store }: Place): VaultProcess {
  const wrappingKey = new ScriptedKey(rootKey);
  const recorder = createRecorder();
  const { meter, logger } = recorder;
  const vault = createVault({ wrappingKey, branchKeys: store, tenant, clock, meter, logger, limits });
  return { vault, wrappingKey, recorder };
}

export function newOwner(): EnvelopeOwner {
  return { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
}

export interface MadeWallet extends VaultProcess {
  readonly place: Place;
  readonly derived: Derived;
  readonly sealed: SealedWallet;
  /** On the usual scheme. */
  readonly account: DerivedAccount;
}

/** A database with one wallet, and the vault that made it. */
export async function makeWallet(): Promise<MadeWallet> {
  const place = await openPlace();
  const started = startVault(place);
  const derived = await started.vault.create(newOwner(), [evmKeyScheme]);
  const account = derived.accounts[0] ?? expect.fail("no account");
  return { ...started, place, derived, sealed: derived.sealed, account };
}
