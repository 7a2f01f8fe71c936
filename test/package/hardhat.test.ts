import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import { pack } from "../../scripts/pack.ts";
import { type Outcome, run } from "../../scripts/run.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { signingDeployer } from "../hardhat/signing-deployer.ts";
import { caverBytecode, withArguments } from "../inspection/collections.ts";
import { hardhatConfig, inspectionProgram, ticketsContract } from "./hardhat-project.ts";
import { createProject, locked, type Project, root } from "./project.ts";

/** Installs once, compiles once; Hardhat's command takes a few seconds each time. */
describe("the packed tarball in a stranger's Hardhat project", () => {
  let directory: string;
  let project: Project;
  let anvil: Anvil;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "latchkey-tarball-"));
    const tarball = (await pack(root, directory)).path;
    anvil = await startAnvil();
    await anvil.setBalance(signingDeployer(anvil).address, 10n ** 24n);
    project = await createProject();
    const packages = ["hardhat", "solc", "ethers", "@openzeppelin/contracts", "typescript", "@types/node"];
    await project.install(tarball, ...(await Promise.all(packages.map(locked))));
    await mkdir(join(project.directory, "contracts"));
    await writeFile(join(project.directory, "contracts", "Tickets.sol"), ticketsContract.trimStart());
    await writeFile(join(project.directory, "hardhat.config.js"), hardhatConfig.trimStart());
  });
  afterAll(async () => {
    await anvil.stop();
    await project.remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function hardhat(...args: readonly string[]): Promise<Outcome> {
    const cli = join(project.directory, "node_modules", "hardhat", "dist", "src", "cli.js");
    const env = { ...process.env, NODE_URL: anvil.url, CI: "true", FORCE_COLOR: "0" };
    return await run(process.execPath, [cli, ...args], { cwd: project.directory, env, timeoutMs: 120_000 });
  }

  /** The JSON that a task printed, once it ended as expected. */
  async function inspected(task: "check" | "audit", address: string, code: number): Promise<Record<string, unknown>> {
    const outcome = await hardhat("kip17", task, "--address", address, "--network", "target", "--json");
    expect(outcome.code, outcome.stderr).toBe(code);
    const report: unknown = JSON.parse(outcome.stdout);
    if (!isRecord(report)) throw new Error(outcome.stdout);
    return report;
  }

  it("has declarations for the new sub-paths, and what they declare", async () => {
    expect(await project.compile("inspection", inspectionProgram)).toBe("");
    const { stdout, stderr } = await project.start(process.execPath, "inspection");
    expect({ stdout: stdout.trim(), stderr }).toEqual({
      stdout: '["latchkey","function","function","function"]',
      stderr: "",
    });
  });

  it("compiles Solidity that builds on ours; the result conforms, and no hole is found", async () => {
    const built = await hardhat("build");
    expect(built.code, `${built.stdout}${built.stderr}`).toBe(0);
    const path = join(project.directory, "artifacts", "contracts", "Tickets.sol", "Tickets.json");
    const artifact: unknown = JSON.parse(await readFile(path, "utf8"));
    const bytecode = isRecord(artifact) ? String(artifact["bytecode"]) : "";
    const deployer = signingDeployer(anvil);
    const address = await deployer.deploy(withArguments(bytecode, ["address"], [deployer.address]));
    expect(await inspected("check", address, 0)).toMatchObject({ roles: { minter: deployer.address } });
    expect(await inspected("audit", address, 0)).toMatchObject({ counts: { high: 0 } });
  });

  it("finds the hole of a collection that caver-js deployed", async () => {
    const address = await signingDeployer(anvil).deploy(caverBytecode("caver-js"));
    const { answers } = await inspected("audit", address, 1);
    const open = Array.isArray(answers) ? answers.filter((each) => isRecord(each) && each["severity"] === "high") : [];
    expect(open).toMatchObject([{ id: "stranger.mintWithTokenURI", answer: "yes" }]);
    await inspected("check", address, 1);
  });

  it("ends with 3 where there is no contract", async () => {
    const nobody = "0x00000000000000000000000000000000000b0b00";
    const { code, stdout, stderr } = await hardhat(
      "kip17",
      "audit",
      "--address",
      nobody,
      "--network",
      "target",
      "--json",
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("There is no contract at");
  });
});
