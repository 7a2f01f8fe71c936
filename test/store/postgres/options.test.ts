import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { postgres, type PostgresOptions } from "../../../src/store/postgres/index.ts";
import { thrownBy } from "../../harness/errors.ts";

const url = "postgres://user:canary@host.example:6432/wallets?password=canary";

// Budget of the file: 1 s.
describe("postgres()", { timeout: 5_000 }, () => {
  it.each([
    "",
    "canary",
    "mysql://user:canary@host/db",
    "http://user:canary@host/db",
    { url: "//canary" },
    { url, poolSize: 0 },
    { url, poolSize: 1001 },
    { url, poolSize: 1.5 },
    { url, poolSize: Number.NaN },
    { url, timeoutMs: 99 },
    { url, timeoutMs: 600_001 },
    { url, timeoutMs: Infinity },
  ] satisfies (string | PostgresOptions)[])(
    "refuses bad options before anything is opened, and shows none: case %#",
    async (bad) => {
      const error = await thrownBy(() => postgres(bad));
      expect(isLatchkeyError(error, "ERR_CONFIG_INVALID")).toBe(true);
      expect(inspect(error, { depth: null })).not.toContain("canary");
    },
  );

  it.each([
    "postgres://user:5432?canary@host/db",
    "postgres://user:5432#canary@host/db",
    "postgres://user:5432/canary@host/db",
    "postgres://user:5432/can?ary@host/db",
    // What stands before the first @ passes for the whole login, and the rest of the password for the host.
    "postgres://user:a@canary?word@host/db",
    "postgres://user:a@canary/word@host/db",
    "postgres://user:a@canary#word@host/db",
  ])("refuses a password that is cut by what it holds, and shows none of it: %s", async (bad) => {
    const error = await thrownBy(() => postgres(bad));
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    expect(error.message).toContain("percent-encode");
    expect(inspect(error, { depth: null })).not.toContain("can");
  });

  it("takes what is percent-encoded", () => {
    const encoded = "postgres://user:5432%3Fcan%40ary%2F%23@host.example/db?application_name=a%40b";
    expect(postgres(encoded).description).toBe("PostgreSQL host.example:5432/db");
  });

  it("describes the server without user and password", () => {
    expect(postgres(url).description).toBe("PostgreSQL host.example:6432/wallets");
    expect(postgres("postgresql://host.example/wallets").description).toBe("PostgreSQL host.example:5432/wallets");
    expect(inspect(postgres(url), { depth: null, showHidden: true })).not.toContain("canary");
  });
});
