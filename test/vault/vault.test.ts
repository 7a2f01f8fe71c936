import { randomBytes } from "node:crypto";
import { recoverAddress, Signature } from "ethers";
import { describe, expect, it } from "vitest";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import type { RecoverableSignature } from "../../src/ports/signer.ts";
import type { SealedWallet } from "../../src/vault/vault.ts";
import { expectOpenFailed, thrownBy } from "../harness/errors.ts";
import { secondScheme } from "../harness/offline-chain.ts";
import { limits, openPlace } from "./branch-keys/place.ts";
import { makeWallet, newOwner, startVault } from "./open-vault.ts";

const signatures = "latchkey_signatures_total";

function signerOf(digest: Uint8Array, { r, s, yParity }: RecoverableSignature): string {
  const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;
  return recoverAddress(hex(digest), Signature.from({ r: hex(r), s: hex(s), yParity }));
}

// Budget of the file: 10 s.
describe("a wallet's secret", () => {
  it("is made, extended and signs, also in another process; addresses stay", async () => {
    const { place, vault, derived, sealed, account } = await makeWallet();
    expect(derived.accounts).toEqual([{ scheme: "evm", path: "m/44'/60'/0'/0/0", address: account.address }]);
    const extended = await vault.extend(sealed, [account], [evmKeyScheme], [secondScheme]);
    expect(extended.sealed).toMatchObject({
      walletId: sealed.walletId,
      userKey: sealed.userKey,
      branch: sealed.branch,
    });
    const second = extended.accounts[0] ?? expect.fail("no account");
    expect(extended.accounts).toMatchObject([{ scheme: secondScheme.id, path: secondScheme.path }]);
    expect(second.address).not.toBe(account.address);

    const digest = randomBytes(32);
    for (const process of [vault, startVault(place).vault]) {
      for (const [each, scheme, of] of [
        [account, evmKeyScheme, sealed],
        [account, evmKeyScheme, extended.sealed],
        [second, secondScheme, extended.sealed],
      ] as const) {
        const signer = process.signer(each, scheme, () => Promise.resolve(of));
        expect(signer.address).toBe(each.address);
        expect(signerOf(digest, await signer.signDigest(digest))).toBe(each.address);
      }
      // The secret before has no key of the second scheme.
      const early = process.signer(second, secondScheme, () => Promise.resolve(sealed));
      expectOpenFailed(await thrownBy(() => early.signDigest(digest)));
    }
  });

  it("is another one for each wallet", async () => {
    const { vault } = startVault(await openPlace());
    const made = await Promise.all(Array.from({ length: 50 }, () => vault.create(newOwner(), [evmKeyScheme])));
    expect(new Set(made.map(({ accounts }) => accounts[0]?.address)).size).toBe(50);
  });

  it("names a scheme once, also where the row of its account was lost and is added again", async () => {
    const { vault, derived, sealed, account } = await makeWallet();
    const [before] = derived.accounts;
    const again = await vault.extend(sealed, [], [], [evmKeyScheme, secondScheme]);
    expect(again.accounts[0]).toEqual(before);
    const signer = vault.signer(account, evmKeyScheme, () => Promise.resolve(again.sealed));
    const digest = randomBytes(32);
    expect(signerOf(digest, await signer.signDigest(digest))).toBe(account.address);
  });

  it("is not extended where an account is not its key's", async () => {
    const { vault, sealed, account } = await makeWallet();
    const other = { ...account, address: "0x000000000000000000000000000000000000dEaD" };
    for (const accounts of [[other], []]) {
      expectOpenFailed(await thrownBy(() => vault.extend(sealed, accounts, [evmKeyScheme], [secondScheme])));
    }
  });

  it("does not sign for another account, nor for another wallet", async () => {
    const { vault, recorder, sealed, account } = await makeWallet();
    const other = await vault.create(newOwner(), [evmKeyScheme]);
    const digest = randomBytes(32);
    const altered: SealedWallet[] = [
      other.sealed,
      { ...other.sealed, walletId: sealed.walletId },
      { ...sealed, envelope: other.sealed.envelope },
      { ...sealed, branch: { ...sealed.branch, version: 2 } },
      { ...sealed, branch: { ...sealed.branch, tenant: "another" } },
    ];
    for (const each of altered) {
      const signer = vault.signer(account, evmKeyScheme, () => Promise.resolve(each));
      expectOpenFailed(await thrownBy(() => signer.signDigest(digest)));
    }
    expect(recorder.total(signatures, { outcome: "ok" })).toBe(0);
    expect(recorder.total(signatures, { outcome: "ERR_VAULT_OPEN_FAILED" })).toBe(altered.length);
  });
});

describe("a signer", () => {
  it("signs the digest as it was when asked, whatever becomes of the caller's buffer", async () => {
    const { vault, sealed, account } = await makeWallet();
    const loaded = Promise.withResolvers<SealedWallet>();
    const signer = vault.signer(account, evmKeyScheme, () => loaded.promise);
    const buffer = randomBytes(32);
    const original = Uint8Array.from(buffer);
    const signing = signer.signDigest(buffer);
    buffer.fill(0xff, 0, 16);
    loaded.resolve(sealed);
    const signature = await signing;
    expect(signerOf(original, signature)).toBe(account.address);
    expect(signerOf(buffer, signature)).not.toBe(account.address);
  });

  it("takes 32 bytes alone, and opens nothing for anything else", async () => {
    const { vault, wrappingKey, recorder, account } = await makeWallet();
    let loads = 0;
    const signer = vault.signer(account, evmKeyScheme, () => {
      loads += 1;
      return Promise.reject(new Error("loaded"));
    });
    const bad: unknown[] = [
      new Uint8Array(31),
      new Uint8Array(33),
      new Uint8Array(0),
      new Uint8Array(10_000_000),
      "ab".repeat(16),
      `0x${"ab".repeat(32)}`,
      "a".repeat(10_000_000),
      new ArrayBuffer(32),
      Array.from({ length: 32 }, () => 1),
      undefined,
    ];
    for (const digest of bad) {
      // What a JavaScript caller can pass, past the types.
      const error = await thrownBy(() => Reflect.apply(signer.signDigest, signer, [digest]));
      expect(error).toMatchObject({ code: "ERR_VAULT_DIGEST_INVALID", retryable: false });
    }
    expect([loads, wrappingKey.unwraps.length]).toEqual([0, 0]);
    expect(recorder.total(signatures, { scheme: "evm", outcome: "ERR_VAULT_DIGEST_INVALID" })).toBe(bad.length);
  });

  it("counts every signature once, by scheme and outcome", async () => {
    const { vault, recorder, sealed, account } = await makeWallet();
    const loads = [
      () => Promise.resolve(sealed),
      () => Promise.resolve(sealed),
      () => Promise.resolve({ ...sealed, envelope: new Uint8Array(9) }),
      () => Promise.reject(new Error("the store")),
    ];
    await Promise.allSettled(
      loads.map((load) => vault.signer(account, evmKeyScheme, load).signDigest(randomBytes(32))),
    );
    const seen = recorder.measurements.filter(({ name }) => name === signatures);
    expect(seen.map(({ value, labels }) => [value, labels["scheme"], labels["outcome"]]).sort()).toEqual([
      [1, "evm", "ERR_VAULT_OPEN_FAILED"],
      [1, "evm", "ok"],
      [1, "evm", "ok"],
      [1, "evm", "unknown"],
    ]);
  });

  it("asks the wrapping key once at most while the branch key's time lasts", async () => {
    const { place, sealed, account } = await makeWallet();
    const { vault, wrappingKey } = startVault(place);
    const signer = vault.signer(account, evmKeyScheme, () => Promise.resolve(sealed));
    const signMany = () => Promise.all(Array.from({ length: 100 }, () => signer.signDigest(randomBytes(32))));
    await signMany();
    await place.clock.advance(limits.ttlMs - 1);
    await signMany();
    expect([wrappingKey.wraps.length, wrappingKey.unwraps.length]).toEqual([0, 1]);
    await place.clock.advance(1);
    await signMany();
    expect([wrappingKey.wraps.length, wrappingKey.unwraps.length]).toEqual([0, 2]);
  });
});

describe("close", () => {
  it("waits for what is under way, and refuses what comes later", async () => {
    const { place, sealed, account } = await makeWallet();
    const { vault, wrappingKey } = startVault(place);
    const loaded = Promise.withResolvers<SealedWallet>();
    const signing = vault.signer(account, evmKeyScheme, () => loaded.promise).signDigest(randomBytes(32));
    const creating = vault.create(newOwner(), [evmKeyScheme]);
    const extending = vault.extend(sealed, [account], [evmKeyScheme], [secondScheme]);
    const state = { closed: false };
    const closing = vault.close().then(() => (state.closed = true));
    await Promise.all([creating, extending]);
    expect(state.closed).toBe(false);
    loaded.resolve(sealed);
    await signing;
    await closing;
    expect(wrappingKey.unwraps).toEqual([new Uint8Array(32)].map((zeros) => Buffer.from(zeros)));

    const signer = vault.signer(account, evmKeyScheme, () => expect.fail("loaded"));
    for (const call of [
      () => vault.create(newOwner(), [evmKeyScheme]),
      () => vault.extend(sealed, [account], [evmKeyScheme], [secondScheme]),
      () => signer.signDigest(randomBytes(32)),
    ]) {
      expect(await thrownBy(call)).toMatchObject({ code: "ERR_CLOSED" });
    }
    expect(wrappingKey.unwraps).toHaveLength(1);
  });
});
