import { randomBytes } from "node:crypto";
import type { BranchKeyRef, BranchKeyStore } from "../ports/branch-key-store.ts";
import type { KeyScheme } from "../ports/key-scheme.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { RowMacs } from "../ports/row-macs.ts";
import type { Signer } from "../ports/signer.ts";
import type { WrappingKey } from "../ports/wrapping-key.ts";
import { wipe, withSecret } from "../units/bytes.ts";
import type { Clock } from "../units/clock.ts";
import { Gate } from "../units/gate.ts";
import { BranchKeys } from "./branch-keys/branch-keys.ts";
import { defaultKeyCacheLimits, type KeyCacheLimits } from "./branch-keys/key-cache.ts";
import { addressOfKey, type LeafKey, leafKeysOf } from "./derivation/leaf-keys.ts";
import type { EnvelopeOwner } from "./envelope/encryption-context.ts";
import { open } from "./envelope/open.ts";
import { seal } from "./envelope/seal.ts";
import { decodeSecret, encodeSecret, type Secret } from "./envelope/secret.ts";
import { openFailed } from "./open-failed.ts";
import { createPublicKeys } from "./public-keys.ts";
import { createRowMacs } from "./row-macs/row-macs.ts";
import { makeSignature } from "./sign.ts";
import { type MadeSignature, signThroughDoor } from "./signing-door.ts";

/** A wallet's sealed secret and whose it is: what the store keeps of a wallet's keys. */
export interface SealedWallet extends EnvelopeOwner {
  readonly branch: BranchKeyRef;
  readonly envelope: Uint8Array;
}

/** A wallet's account on the chains of one scheme. */
export interface DerivedAccount {
  /** `KeyScheme.id`. */
  readonly scheme: string;
  readonly path: string;
  readonly address: string;
}

/** A new or resealed secret with the accounts that were derived for it. */
export interface Derived {
  readonly sealed: SealedWallet;
  readonly accounts: readonly DerivedAccount[];
}

export interface VaultOptions {
  readonly wrappingKey: WrappingKey;
  readonly branchKeys: BranchKeyStore;
  readonly tenant: string;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly limits?: KeyCacheLimits;
}

/** Seals and opens secrets, and signs. Private keys live in here alone: digests go in, signatures come out. */
export interface Vault {
  /** Makes a wallet's secret (128 bits of entropy, 12 words) and one account per scheme. Nothing is stored. */
  create(owner: EnvelopeOwner, schemes: readonly KeyScheme[]): Promise<Derived>;
  /**
   * Adds accounts of further schemes: opens the secret, checks the accounts it has against their keys, derives and seals anew.
   * Nothing is stored.
   *
   * @param accounts - every account that the wallet has; an address that is not its key's fails as an altered row.
   * @throws `ERR_VAULT_OPEN_FAILED`.
   */
  extend(
    sealed: SealedWallet,
    accounts: readonly DerivedAccount[],
    known: readonly KeyScheme[],
    added: readonly KeyScheme[],
  ): Promise<Derived>;
  /**
   * A signer for one account. Nothing is opened before it signs. It asks no policy: whoever gives it out puts one before it.
   *
   * @param load - reads the sealed secret when a signature is asked for.
   */
  signer(account: DerivedAccount, scheme: KeyScheme, load: () => Promise<SealedWallet>): Signer;
  /** Keys for the rows that authorise spending. No envelope is opened for them. */
  readonly rowMacs: RowMacs;
  /** Waits for what is under way and wipes every key. The wrapping key stays its owner's to close. */
  close(): Promise<void>;
}

export function createVault({ branchKeys: store, limits = defaultKeyCacheLimits, ...parts }: VaultOptions): Vault {
  const branchKeys = new BranchKeys({ ...parts, store, limits });
  const { meter } = parts;
  const publicKeys = createPublicKeys();
  const gate = new Gate();

  async function sealSecret(owner: EnvelopeOwner, secret: Secret): Promise<SealedWallet> {
    const lease = await branchKeys.leaseForSealing();
    try {
      const { userKey, walletId } = owner;
      const envelope = await withSecret(encodeSecret(secret), (plain) => seal(plain, owner, lease.ref, lease.key));
      return { userKey, walletId, branch: lease.ref, envelope };
    } finally {
      lease.release();
    }
  }

  /** Hands the opened secret to `use` and wipes it afterwards. */
  async function withOpened<T>(sealed: SealedWallet, use: (secret: Secret) => Promise<T> | T): Promise<T> {
    const lease = await branchKeys.leaseForOpening(sealed.branch);
    let plain: Buffer;
    try {
      plain = open(sealed.envelope, sealed, sealed.branch, lease.key);
    } finally {
      lease.release();
    }
    return await withSecret(plain, (bytes) => use(decodeSecret(bytes)));
  }

  async function create(owner: EnvelopeOwner, schemes: readonly KeyScheme[]): Promise<Derived> {
    const entropy = randomBytes(16);
    let leafKeys: LeafKey[] = [];
    try {
      leafKeys = await leafKeysOf(entropy, schemes);
      const accounts = accountsOf(leafKeys, schemes);
      return { sealed: await sealSecret(owner, { entropy, leafKeys }), accounts };
    } finally {
      wipe(entropy, ...leafKeys.map((leaf) => leaf.key));
    }
  }

  async function extend(
    owner: EnvelopeOwner,
    { entropy, leafKeys }: Secret,
    accounts: readonly DerivedAccount[],
    known: readonly KeyScheme[],
    added: readonly KeyScheme[],
  ): Promise<Derived> {
    for (const scheme of known) {
      const account = accounts.find((candidate) => candidate.scheme === scheme.id);
      if (account?.address !== addressOfKey(leafOf(leafKeys, scheme.id).key, scheme)) throw openFailed();
    }
    // The secret may hold a key of an added scheme already, where the account's row was lost: it names each scheme once.
    const kept = leafKeys.filter((leaf) => added.every((scheme) => scheme.id !== leaf.scheme));
    const addedKeys = await leafKeysOf(entropy, added);
    try {
      const sealed = await sealSecret(owner, { entropy, leafKeys: [...kept, ...addedKeys] });
      return { sealed, accounts: accountsOf(addedKeys, added) };
    } finally {
      wipe(...addedKeys.map((leaf) => leaf.key));
    }
  }

  async function sign(
    digest: Uint8Array,
    account: DerivedAccount,
    scheme: KeyScheme,
    load: () => Promise<SealedWallet>,
  ): Promise<MadeSignature> {
    return await withOpened(await load(), ({ leafKeys }) => {
      const { key } = leafOf(leafKeys, account.scheme);
      return makeSignature(digest, key, publicKeys.of(key, account.address, scheme));
    });
  }

  return {
    create: (owner, schemes) => gate.run(() => create(owner, schemes)),

    extend: (sealed, accounts, known, added) =>
      gate.run(() => withOpened(sealed, (secret) => extend(sealed, secret, accounts, known, added))),

    signer: (account, scheme, load) => ({
      address: account.address,
      signDigest: (digest) =>
        signThroughDoor(digest, { address: account.address, scheme: scheme.id }, meter, (owned) =>
          gate.run(() => sign(owned, account, scheme, load)),
        ),
    }),

    rowMacs: createRowMacs(branchKeys, parts.tenant, gate),

    close: async () => {
      await gate.close();
      await branchKeys.close();
    },
  };
}

function leafOf(leafKeys: readonly LeafKey[], scheme: string): LeafKey {
  const leaf = leafKeys.find((candidate) => candidate.scheme === scheme);
  if (leaf === undefined) throw openFailed();
  return leaf;
}

function accountsOf(leafKeys: readonly LeafKey[], schemes: readonly KeyScheme[]): DerivedAccount[] {
  return schemes.map((scheme) => ({
    scheme: scheme.id,
    path: scheme.path,
    address: addressOfKey(leafOf(leafKeys, scheme.id).key, scheme),
  }));
}
