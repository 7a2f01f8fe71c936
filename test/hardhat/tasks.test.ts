import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, run } from "../../scripts/run.ts";
import { isRecord } from "../../scripts/guards.ts";
import { bytecodeOf } from "../../src/contracts/index.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { rpcServerOfTest } from "../harness/rpc-server.ts";
import { caverBytecode, withArguments } from "../inspection/collections.ts";
import { signingDeployer } from "./signing-deployer.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const canary = "c4n4ry-of-a-gateway-key";
const nobody = "0x00000000000000000000000000000000000b0b00";

/** Hardhat's own command in a process of its own: about two seconds each. */
describe("npx hardhat kip17", { timeout: 60_000 }, () => {
  let anvil: Anvil;
  let open: string;
  let ours: string;

  beforeAll(async () => {
    anvil = await startAnvil();
    const deployer = signingDeployer(anvil);
    await anvil.setBalance(deployer.address, 10n ** 24n);
    open = await deployer.deploy(caverBytecode("caver-js"));
    const types = ["string", "string", "address", "uint256", "uint256"];
    ours = await deployer.deploy(
      withArguments(await bytecodeOf("KIP17Collection"), types, ["Ours", "OUR", deployer.address, 0, 100]),
    );
  });
  afterAll(() => anvil.stop());

  async function hardhat(args: readonly string[], url = `${anvil.url}/?key=${canary}`): Promise<Outcome> {
    const cli = "node_modules/hardhat/dist/src/cli.js";
    const all = [cli, "--config", "test/hardhat/project/hardhat.config.ts", "kip17", ...args];
    const env = { ...process.env, TEST_NODE_URL: url, FORCE_COLOR: "0" };
    const outcome = await run(process.execPath, all, { cwd: root, env, timeoutMs: 50_000 });
    expect(`${outcome.stdout}${outcome.stderr}`).not.toContain(canary);
    return outcome;
  }

  function parsed({ stdout }: Outcome): Readonly<Record<string, unknown>> {
    const value: unknown = JSON.parse(stdout);
    if (!isRecord(value)) throw new Error("It is no object.");
    return value;
  }

  /** On a busy machine it may take the two seconds after which a line says what it is doing. */
  function withoutProgress({ stderr }: Outcome): string {
    return stderr.replace(/^(Asking|Checking); .*\n/m, "");
  }

  it("audits as JSON alone on stdout, and ends with 1 on the hole", async () => {
    const outcome = await hardhat(["audit", "--address", open, "--network", "target", "--json"]);
    expect(outcome.code).toBe(1);
    expect(withoutProgress(outcome)).toBe("");
    expect(parsed(outcome)).toMatchObject({ chainId: "31337", counts: { high: 1 } });
  });

  it("audits as a table without colours where no terminal is", async () => {
    const { code, stdout } = await hardhat(["audit", "--address", open, "--network", "target"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^high +Can a stranger mint, with mintWithTokenURI\? +yes/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("checks, and ends with 1 where the contract deviates", async () => {
    const outcome = await hardhat(["check", "--address", open, "--network", "target", "--json"]);
    expect(outcome.code).toBe(1);
    const checks = parsed(outcome)["checks"];
    const deviating = Array.isArray(checks)
      ? checks.filter((each) => isRecord(each) && each["outcome"] === "deviates")
      : [];
    expect(deviating.map((each) => (isRecord(each) ? each["id"] : ""))).toContain("mintingWithUri.mint.stranger");
  });

  it("sees events by a replica although the node simulates on its own", async () => {
    const outcome = await hardhat(["check", "--address", open, "--network", "target", "--json"]);
    const checks = parsed(outcome)["checks"];
    const ofEvents = Array.isArray(checks) ? checks.filter((each) => isRecord(each) && each["group"] === "events") : [];
    const methods = new Set(ofEvents.map((each) => (isRecord(each) ? each["method"] : "")));
    expect(methods).toEqual(new Set(["local replica"]));
  });

  it.each([["check"], ["audit"]])("ends with 0 on our own collection: %s", async (task) => {
    const outcome = await hardhat([task, "--address", ours, "--network", "target", "--json"]);
    expect({ code: outcome.code, stderr: withoutProgress(outcome) }).toEqual({ code: 0, stderr: "" });
  });

  it.each([
    ["no address", ["check", "--network", "target"], "--address is missing"],
    ["a malformed address", ["check", "--address", "0x12", "--network", "target"], "ERR_CHAIN_ADDRESS_INVALID"],
    [
      "a malformed minter",
      ["audit", "--address", nobody, "--minter", "me", "--network", "target"],
      "ERR_CHAIN_ADDRESS_INVALID",
    ],
    [
      "a malformed block",
      ["audit", "--address", nobody, "--block", "-1", "--network", "target"],
      "--block takes a block's number",
    ],
    ["an unknown network", ["audit", "--address", nobody, "--network", "nowhere"], 'The network "nowhere" is not in'],
    ["an address without code", ["audit", "--address", nobody, "--network", "target"], "There is no contract at"],
    ["a block that is not there", ["audit", "--address", nobody, "--block", "999999", "--network", "target"], "ERR_"],
    ["the empty network in this process", ["check", "--address", nobody], "There is no contract at"],
  ])("ends with 3 on %s, with nothing on stdout", async (_, args, says) => {
    const { code, stdout, stderr } = await hardhat(args);
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(says);
  });

  it.each(["target", "guarded"])("shows nothing of the URL of a node that is not there: %s", async (network) => {
    const args = ["audit", "--address", open, "--network", network];
    const { code, stderr } = await hardhat(args, `http://127.0.0.1:1/v2/${canary}`);
    expect(code).toBe(3);
    expect(stderr).toContain("ERR_RPC_UNREACHABLE");
    expect(stderr).toContain("http://127.0.0.1:1)");
  });

  it("shows nothing of what a node repeats of the URL", async () => {
    const server = await rpcServerOfTest(({ path, id, headers }, response) => {
      const message = `no such key ${path} ${String(headers["x-api-key"])}`;
      const body = JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_000, message } });
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
    const args = ["audit", "--address", open, "--network", "guarded"];
    const { code, stderr } = await hardhat(args, `${server.origin}/v2/${canary}`);
    expect(code).toBe(3);
    expect(stderr).toContain("no such key");
    expect(stderr).not.toContain("c4n4ry-of-a-header");
  });
});
