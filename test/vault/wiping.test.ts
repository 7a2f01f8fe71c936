import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { thrownBy } from "../harness/errors.ts";
import { secondScheme } from "../harness/offline-chain.ts";
import { isWiped, openPlace } from "./branch-keys/place.ts";
import { makeWallet, newOwner, startVault } from "./open-vault.ts";

/** The secret buffers that passed between the vault's parts, as they are now; each held something when it was noted. */
const seen = vi.hoisted(() => {
  const secrets: { readonly what: string; readonly bytes: Uint8Array }[] = [];
  const note = <T extends Uint8Array>(what: string, bytes: T): T => {
    if (bytes.every((byte) => byte === 0)) throw new Error(`${what} is empty before its use`);
    secrets.push({ what, bytes });
    return bytes;
  };
  return { secrets, note };
});

// The parts do their work as they are; what they are handed and hand out is noted on the way.
vi.mock(import("../../src/vault/envelope/open.ts"), async (load) => {
  const { open } = await load();
  return { open: (...given) => seen.note("opened", open(...given)) };
});
vi.mock(import("../../src/vault/envelope/seal.ts"), async (load) => {
  const { seal } = await load();
  return { seal: (plaintext, ...given) => seal(seen.note("sealed", plaintext), ...given) };
});
vi.mock(import("../../src/vault/derivation/bip39.ts"), async (load) => {
  const actual = await load();
  return {
    ...actual,
    seedOf: async (entropy) => seen.note("seed", await actual.seedOf(seen.note("entropy", entropy))),
  };
});
vi.mock(import("../../src/vault/derivation/bip32.ts"), async (load) => {
  const actual = await load();
  return {
    ...actual,
    deriveLeafKeys: (...given) => actual.deriveLeafKeys(...given).map((key) => seen.note("leaf key", key)),
  };
});

function expectWiped(...expected: string[]): void {
  expect(seen.secrets.map(({ what }) => what).sort()).toEqual(expected.sort());
  for (const { what, bytes } of seen.secrets) expect(isWiped(bytes), what).toBe(true);
  seen.secrets.length = 0;
}

const unavailable = new LatchkeyError("ERR_KMS_UNAVAILABLE", "scripted");

beforeEach(() => {
  seen.secrets.length = 0;
});

// Budget of the file: 5 s.
describe("secrets are wiped when", () => {
  it("a wallet was made", async () => {
    await startVault(await openPlace()).vault.create(newOwner(), [evmKeyScheme, secondScheme]);
    expectWiped("entropy", "seed", "leaf key", "leaf key", "sealed");
  });

  it("a wallet could not be made", async () => {
    const { vault, wrappingKey } = startVault(await openPlace());
    wrappingKey.beforeWrap = () => Promise.reject(unavailable);
    expect(await thrownBy(() => vault.create(newOwner(), [evmKeyScheme]))).toBe(unavailable);
    expectWiped("entropy", "seed", "leaf key");
    const faulty = { ...secondScheme, addressOf: () => expect.fail("no address") };
    await thrownBy(() => vault.create(newOwner(), [evmKeyScheme, faulty]));
    expectWiped("entropy", "seed", "leaf key", "leaf key");
    await thrownBy(() => vault.create(newOwner(), [evmKeyScheme, { ...secondScheme, path: "m/none" }]));
    expectWiped("entropy", "seed");
  });

  it("a wallet was extended", async () => {
    const { vault, sealed, account } = await makeWallet();
    seen.secrets.length = 0;
    await vault.extend(sealed, [account], [evmKeyScheme], [secondScheme]);
    expectWiped("opened", "entropy", "seed", "leaf key", "sealed");
  });

  it("a wallet could not be extended", async () => {
    const { vault, sealed, account } = await makeWallet();
    seen.secrets.length = 0;
    const misfit = { ...secondScheme, id: "Not Fit" };
    expect(await thrownBy(() => vault.extend(sealed, [account], [evmKeyScheme], [misfit]))).toMatchObject({
      code: "ERR_VAULT_SECRET_INVALID",
    });
    expectWiped("opened", "entropy", "seed", "leaf key");
    await thrownBy(() => vault.extend(sealed, [], [evmKeyScheme], [secondScheme]));
    expectWiped("opened");
  });

  it("a digest was signed, or was not", async () => {
    const { vault, sealed, account } = await makeWallet();
    seen.secrets.length = 0;
    const load = () => Promise.resolve(sealed);
    await vault.signer(account, evmKeyScheme, load).signDigest(randomBytes(32));
    expectWiped("opened");
    const other = vault.signer({ ...account, address: "another" }, evmKeyScheme, load);
    expect(await thrownBy(() => other.signDigest(randomBytes(32)))).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED" });
    expectWiped("opened");
  });
});
