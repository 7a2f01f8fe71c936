import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { command } from "../../src/cli/command.ts";
import { styleFor, type Terminal } from "../../src/terminal/terminal.ts";
import { oneChain, twoChains } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

async function run(argv: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    // Not a terminal under test, so no colours.
    style: styleFor(process.stdout),
  };
  const code = await command(argv, environment, terminal);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

// Budget of the file: 5 s.
describe("latchkey wallets show", () => {
  it("shows a wallet as a table and as JSON", async () => {
    const directory = temporaryDirectory();
    const { latchkey } = await openTestLatchkey({ directory, chains: twoChains() });
    const wallet = await latchkey.login("user-1");
    await latchkey.close();
    const database = join(directory, "wallets.db");

    const shown = await run(["wallets", "show", "user-1", "--database", database]);
    expect(shown.code).toBe(0);
    for (const text of [
      wallet.id,
      "user-1",
      wallet.accounts.main.address,
      wallet.accounts.second.address,
      "m/44'/60'/0'/0/0",
    ]) {
      expect(shown.out).toContain(text);
    }
    expect(shown.err).toBe("");

    const json = await run(["wallets", "show", "user-1", "--json", `--database=${database}`]);
    expect(JSON.parse(json.out)).toMatchObject({
      walletId: wallet.id,
      userId: "user-1",
      createdAt: wallet.createdAt.toISOString(),
      accounts: [{ scheme: "evm", address: wallet.accounts.main.address }, { scheme: "evm-second" }],
      revision: 1,
    });
  });

  it("says 1 for nobody, in any tenant but the right one", async () => {
    const directory = temporaryDirectory();
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), tenant: "shop" });
    await latchkey.login("user");
    await latchkey.close();
    const database = join(directory, "wallets.db");
    expect((await run(["wallets", "show", "user", "--database", database])).code).toBe(1);
    expect((await run(["wallets", "show", "user", "--database", database, "--json"])).out).toBe("null");
    expect((await run(["wallets", "show", "user", "--database", database, "--tenant", "shop"])).code).toBe(0);
  });

  it("makes no database where there is none, and takes no other file for one", async () => {
    const directory = temporaryDirectory();
    const missing = join(directory, "missing.db");
    expect(await run(["wallets", "show", "user", "--database", missing])).toMatchObject({ code: 3, out: "" });
    expect(() => readFileSync(missing)).toThrow("ENOENT");
  });

  it("changes nothing: not a wallet's file, nor a foreign one, nor an empty one", async () => {
    const directory = temporaryDirectory();
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain() });
    await latchkey.login("user");
    await latchkey.close();
    const foreign = new DatabaseSync(join(directory, "foreign.db"));
    foreign.exec("pragma journal_mode = delete; create table t (x)");
    foreign.close();
    chmodSync(join(directory, "foreign.db"), 0o600);
    writeFileSync(join(directory, "empty.db"), "", { mode: 0o600 });
    const everything = (): unknown =>
      readdirSync(directory).map((name) => {
        const { mode, mtimeMs } = statSync(join(directory, name));
        return { name, mode, mtimeMs, bytes: readFileSync(join(directory, name)).toString("base64") };
      });
    const before = everything();
    const codes: number[] = [];
    for (const name of ["wallets.db", "foreign.db", "empty.db"]) {
      codes.push((await run(["wallets", "show", "user", "--database", join(directory, name)])).code);
    }
    expect(codes).toEqual([0, 2, 2]);
    expect(everything()).toEqual(before);
  });

  it("shows what a backend has just written that is still running", async () => {
    const directory = temporaryDirectory();
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain() });
    const wallet = await latchkey.login("user");
    const shown = await run(["wallets", "show", "user", "--database", join(directory, "wallets.db")]);
    expect(shown.out).toContain(wallet.id);
    await latchkey.close();
  });

  it.each([
    [[]],
    [["walets"]],
    [["wallets"]],
    [["wallets", "list"]],
    [["wallets", "show"]],
    [["wallets", "show", "a", "b"]],
    [["wallets", "show", "a", "--nope"]],
    [["wallets", "show", "a", "--database"]],
    [["wallets", "show", ""]],
    [["wallets", "show", "a".repeat(257)]],
    [["wallets", "show", "a", "--tenant", ""]],
  ])("says 3 for bad arguments: %j", async (argv) => {
    expect((await run(argv)).code).toBe(3);
  });

  it("does not take a database from both places, and shows no password of a URL it cannot reach", async () => {
    const url = "postgres://user:canary-password@127.0.0.1:9/wallets";
    const both = await run(["wallets", "show", "a", "--database", "x.db"], { LATCHKEY_DATABASE_URL: url });
    expect(both.code).toBe(3);
    const unreachable = await run(["wallets", "show", "a"], { LATCHKEY_DATABASE_URL: url });
    expect(unreachable.code).toBe(2);
    expect(both.err + unreachable.err).not.toContain("canary");
    expect(unreachable.err).toContain("ERR_STORE_UNAVAILABLE");
  });

  it("prints help and version", async () => {
    expect(await run(["--help"])).toMatchObject({ code: 0, err: "" });
    expect((await run(["wallets", "show", "--help"])).out).toContain("Exit codes");
    expect((await run(["wallets", "--help"])).code).toBe(0);
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("lets no control character of an id reach the terminal", async () => {
    const directory = temporaryDirectory();
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain() });
    await latchkey.login("\u001b[2Juser\u202e");
    await latchkey.close();
    const shown = await run(["wallets", "show", "\u001b[2Juser\u202e", "--database", join(directory, "wallets.db")]);
    expect(shown.code).toBe(0);
    expect(shown.out).not.toMatch(/[\u001b\u202e]/u);
  });
});
