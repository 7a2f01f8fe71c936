import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildDecrypt,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from "@aws-crypto/client-node";
import { Wallet } from "ethers";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import { localRootKey, sqlite } from "../../src/index.ts";
import { branchKeySchema, branchKeyStore } from "../../src/store/branch-keys.ts";
import { migrate } from "../../src/store/migrate.ts";
import { silentLogger, silentMeter } from "../../src/telemetry/silent.ts";
import { toUserKey, toWalletId } from "../../src/units/brands.ts";
import { systemClock } from "../../src/units/clock.ts";
import { leafKeysOf, publicKeyOf } from "../../src/vault/derivation/leaf-keys.ts";
import { keyNameOf, keyNamespace } from "../../src/vault/envelope/format.ts";
import { seal } from "../../src/vault/envelope/seal.ts";
import { decodeSecret, encodeSecret } from "../../src/vault/envelope/secret.ts";
import { signDigest } from "../../test/harness/sign-digest.ts";
import { createVault } from "../../src/vault/vault.ts";
import { meanMs, sideBySide } from "../measure.ts";

const rounds = 7;
const perRound = 300;

export interface SigningFigures {
  readonly openAndSignMs: number;
  readonly sdkOpenAndSignMs: number;
  readonly ethersSignTransactionMs: number;
}

/** Opening an envelope and signing, by our reader and by the SDK's, beside ethers with a plaintext key. */
export async function measureSigning(): Promise<SigningFigures> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const database = await sqlite(join(directory, "wallets.db")).open(silentLogger);
  try {
    await migrate(database, branchKeySchema);
    const vault = createVault({
      wrappingKey: localRootKey(join(directory, "root.key")),
      branchKeys: branchKeyStore(database),
      tenant: "bench",
      clock: systemClock,
      meter: silentMeter,
      logger: silentLogger,
    });
    const owner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
    const { sealed, accounts } = await vault.create(owner, [evmKeyScheme]);
    const [account] = accounts;
    if (account === undefined) throw new Error("no account");
    const signer = vault.signer(account, evmKeyScheme, () => Promise.resolve(sealed));
    const digest = randomBytes(32);

    const sdkOpenAndSign = await prepareSdkReader(owner);
    const ethersWallet = new Wallet(`0x${randomBytes(32).toString("hex")}`);
    const transaction = {
      type: 2,
      chainId: 1,
      nonce: 7,
      to: "0x000000000000000000000000000000000000dEaD",
      value: 10n ** 18n,
      gasLimit: 21_000n,
      maxFeePerGas: 30n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
    };

    const ms = await sideBySide(rounds, {
      openAndSignMs: () => meanMs(perRound, () => signer.signDigest(digest)),
      ethersSignTransactionMs: () => meanMs(perRound, () => ethersWallet.signTransaction(transaction)),
      sdkOpenAndSignMs: () => meanMs(perRound, () => sdkOpenAndSign(digest)),
    });
    await vault.close();
    return {
      openAndSignMs: ms("openAndSignMs"),
      sdkOpenAndSignMs: ms("sdkOpenAndSignMs"),
      ethersSignTransactionMs: ms("ethersSignTransactionMs"),
    };
  } finally {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same work with the Encryption SDK's decrypt in place of our reader. */
async function prepareSdkReader(owner: Parameters<typeof seal>[1]): Promise<(digest: Uint8Array) => Promise<unknown>> {
  const branch = { tenant: "bench", branchId: randomUUID(), version: 1 };
  const branchKey = randomBytes(32);
  const entropy = randomBytes(16);
  const leafKeys = await leafKeysOf(entropy, [evmKeyScheme]);
  const envelope = await seal(encodeSecret({ entropy, leafKeys }), owner, branch, branchKey);
  const keyring = new RawAesKeyringNode({
    keyName: keyNameOf(branch),
    keyNamespace,
    unencryptedMasterKey: Uint8Array.from(branchKey),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  return async (digest) => {
    const { plaintext } = await decrypt(keyring, envelope);
    const [leaf] = decodeSecret(plaintext).leafKeys;
    if (leaf === undefined) throw new Error("no leaf key");
    const publicKey = publicKeyOf(leaf.key);
    evmKeyScheme.addressOf(publicKey);
    return signDigest(digest, leaf.key, publicKey);
  };
}
