import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../../scripts/guards.ts";
import { type Outcome, run } from "../../../scripts/run.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { rpcServerOfTest } from "../../harness/rpc-server.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { deployOld, type OldCollection } from "../../migration/harness/old-collection.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const canary = "c4n4ry-of-a-gateway-key";
const key = `0x${"0a".repeat(32)}`;
const phrase = "test test test test test test test test test test test junk";

// Hardhat's own command in a process of its own. Budget of the file: 60 s.
describe("npx hardhat kip17 migrate", { timeout: 120_000 }, () => {
  let anvil: Anvil;
  beforeAll(async () => {
    anvil = await startAnvil();
    await anvil.setBalance(new Wallet(key).address, 10n ** 20n);
  });
  afterAll(() => anvil.stop());

  const oldOne = (): Promise<OldCollection> => deployOld(anvil, { tokens: 12, owners: 5, burned: 2 });

  async function kip17(args: readonly string[], url = anvil.url): Promise<Outcome> {
    const cli = "node_modules/hardhat/dist/src/cli.js";
    const all = [cli, "--config", "test/hardhat/project/hardhat.config.ts", "kip17", ...args];
    const env = { TEST_NODE_URL: `${url}/?key=${canary}`, TEST_KEY: key, TEST_PHRASE: phrase, FORCE_COLOR: "0" };
    const outcome = await run(process.execPath, all, {
      cwd: root,
      env: { ...process.env, ...env },
      timeoutMs: 100_000,
    });
    for (const secret of [canary, key.slice(2), phrase]) expect(outcome.stdout + outcome.stderr).not.toContain(secret);
    return outcome;
  }

  async function sentBy(address: string): Promise<number> {
    return Number(await anvil.request("eth_getTransactionCount", address, "latest"));
  }

  function parsed(text: string): Readonly<Record<string, unknown>> {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) throw new Error("It is no object.");
    return value;
  }

  const written = (directory: string, file: string): Readonly<Record<string, unknown>> =>
    parsed(readFileSync(join(directory, file), "utf8"));

  it("moves a collection with a node's account, whole, and does nothing the second time", async () => {
    const { address, deployer } = await oldOne();
    const out = join(temporaryDirectory(), "run");
    const args = ["migrate", "--from", address, "--network", "target", "--yes", "--out", out];
    const first = await kip17(args);
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^freeze +the old contract is paused$/m);
    expect(first.stdout).toMatch(/^verification +12 tokens of 5 owners compared at block \d+: no difference$/m);
    expect(written(out, "report.json")).toMatchObject({ tokens: 12, owners: 5, verified: true, differences: [] });
    expect(readFileSync(join(out, "report.html"), "utf8")).toMatch(/^<!doctype html>/i);

    const before = await sentBy(deployer);
    const second = await kip17(args);
    expect([second.code, second.stderr]).toEqual([0, ""]);
    expect(await sentBy(deployer)).toBe(before);

    const status = await kip17(["status", "--out", out, "--json"]);
    const { steps } = parsed(status.stdout);
    expect(Array.isArray(steps) && steps.every((each) => isRecord(each) && each["isDone"] === true)).toBe(true);
  });

  it("signs with a configured key, step by step, and prints a step's result as JSON", async () => {
    const { address } = await oldOne();
    const out = join(temporaryDirectory(), "run");
    const at = ["--from", address, "--network", "keyed", "--out", out, "--yes", "--json"];
    const results: Record<string, unknown>[] = [];
    for (const args of [["snapshot"], ["plan"], ["migrate", "--keep-open", "--skip-rehearsal"], ["verify"]]) {
      const { code, stdout, stderr } = await kip17([...args, ...at]);
      expect([args, code, stderr]).toEqual([args, 0, ""]);
      results.push(parsed(stdout));
    }
    const [snapshot, plan, report, verification] = results;
    expect(snapshot).toMatchObject({ step: "snapshot", tokens: 12, holes: 2 });
    expect(plan).toMatchObject({ step: "plan", owner: new Wallet(key).address.toLowerCase() });
    expect(report).toMatchObject({ step: "report", verified: true });
    expect(verification).toMatchObject({ step: "verification", verified: true, tokens: 12 });
  });

  it("stops before the first transaction where nobody can be asked; --dry-run stops there by itself", async () => {
    const { address } = await oldOne();
    const out = join(temporaryDirectory(), "run");
    const args = ["migrate", "--from", address, "--network", "phrased", "--out", out, "--keep-open"];
    const account = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    const before = await sentBy(account);
    const dry = await kip17([...args, "--dry-run"]);
    expect([dry.code, dry.stderr]).toEqual([0, ""]);
    expect(dry.stdout).toMatch(/^rehearsal +2 transactions, \d+ gas; no difference$/m);
    const asked = await kip17([...args, "--skip-rehearsal"]);
    expect(asked.code).toBe(3);
    expect(asked.stderr).toMatch(
      /^kip17: ERR_CONFIG_INVALID: Deploy the new contract .* nobody is there to ask; --yes/,
    );
    expect(existsSync(join(out, "deployment.json"))).toBe(false);
    expect(await sentBy(account)).toBe(before);
  });

  it("refuses a node's account where the node does not sign without sending", async () => {
    const { address } = await oldOne();
    const server = await rpcServerOfTest(async ({ body }, response) => {
      const requests: unknown = JSON.parse(body);
      if (isRecord(requests) && requests["method"] === "eth_signTransaction") {
        const error = { code: -32_601, message: "the method eth_signTransaction does not exist" };
        response.end(JSON.stringify({ jsonrpc: "2.0", id: requests["id"], error }));
        return;
      }
      const headers = { "content-type": "application/json" };
      response.end(await (await fetch(anvil.url, { method: "POST", headers, body })).text());
    });
    const args = ["--from", address, "--network", "target", "--yes", "--out", join(temporaryDirectory(), "run")];
    const { code, stderr } = await kip17(["migrate", ...args], server.origin);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^kip17: ERR_CONFIG_INVALID: Nobody signs for 0x.* does not answer eth_signTransaction/m);
  });

  it.each([
    ["no contract", ["--from", `0x${"0b".repeat(20)}`], "ERR_MIGRATION_SOURCE_UNSUITABLE"],
    [
      "a simulated network",
      ["--from", `0x${"0b".repeat(20)}`, "--network", "default"],
      "ERR_CONFIG_INVALID: The network",
    ],
    [
      "an unknown profile",
      ["--from", `0x${"0b".repeat(20)}`, "--profile", "mars"],
      "ERR_CONFIG_INVALID: --profile is one of",
    ],
  ])("ends with 3 for %s", async (_, args, message) => {
    const network = args.includes("--network") ? [] : ["--network", "target"];
    const out = ["--out", join(temporaryDirectory(), "run")];
    const { code, stdout, stderr } = await kip17(["migrate", ...args, ...network, ...out, "--yes"]);
    expect(code).toBe(3);
    expect(stdout).not.toMatch(/^snapshot/m);
    expect(stderr).toContain(`kip17: ${message}`);
  });
});
