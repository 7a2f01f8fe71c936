import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isStringRecord } from "../../scripts/guards.ts";
import { pack } from "../../scripts/pack.ts";
import { type Outcome, run } from "../../scripts/run.ts";
import { startAnvil } from "../harness/anvil.ts";
import { createProject, locked, type Project, root } from "./project.ts";
import { bareProgram, missingPeerProgram, sendingProgram, subPathsProgram } from "./stranger-programs.ts";

const recipient = "0x000000000000000000000000000000000000dEaD";

async function compiler(): Promise<readonly string[]> {
  return await Promise.all(["typescript", "@types/node"].map(locked));
}

/** Node of a version, from npm, in a project of its own. */
async function nodeOf(version: string): Promise<{ path: string; project: Project }> {
  const project = await createProject();
  await project.install(`node@${version}`);
  return { path: join(project.directory, "node_modules", ".bin", "node"), project };
}

/** The JSON object of texts that a program printed. */
function printed({ code, stdout, stderr }: Outcome): Readonly<Record<string, string>> {
  const value: unknown = code === 0 ? JSON.parse(stdout) : undefined;
  if (!isStringRecord(value)) throw new Error(`Exit code ${String(code)}: ${stdout}${stderr}`);
  return value;
}

describe("the packed tarball in an empty project", () => {
  let tarball: string;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "latchkey-tarball-"));
    tarball = (await pack(root, directory)).path;
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  describe("without optional peers", () => {
    let project: Project;

    beforeAll(async () => {
      project = await createProject();
      await project.install(tarball, ...(await compiler()));
    });
    afterAll(() => project.remove());

    it("compiles, every declaration checked, and imports", async () => {
      expect(await project.compile("bare", bareProgram)).toBe("");
      const { stdout, stderr } = await project.start(process.execPath, "bare");
      expect({ stdout: stdout.trim(), stderr }).toEqual({
        stdout: '["function","function","function","false"]',
        stderr: "",
      });
    });

    it("says which package a chain needs and how to install it", async () => {
      // Its declarations need not compile here: they name the missing library's types.
      await project.compile("missing", missingPeerProgram);
      const { stdout } = await project.start(process.execPath, "missing");
      expect(stdout).toContain("npm install ethers");
    });

    it("installs a command", async () => {
      const command = join(project.directory, "node_modules", ".bin", "latchkey");
      const { code, stdout, stderr } = await run(command, ["--help"], { cwd: project.directory });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("wallets show <userId>");
    });

    it("refuses an old Node in words, with exit code 3", async () => {
      const old = await nodeOf("20.19.0");
      try {
        const command = join(project.directory, "node_modules", "latchkey", "bin", "latchkey.js");
        const { code, stderr } = await run(old.path, [command, "--help"], { cwd: project.directory });
        expect(code).toBe(3);
        expect(stderr).toMatch(/^latchkey needs Node 22\.13 or later; this is 20\.19\.0\. Nothing was done\./);
      } finally {
        await old.project.remove();
      }
    });
  });

  describe("with the peers", () => {
    let anvil: Awaited<ReturnType<typeof startAnvil>>;

    beforeAll(async () => {
      anvil = await startAnvil({ chainId: 31_337 });
    });
    afterAll(() => anvil.stop());

    async function projectWithPeers(): Promise<Project> {
      const project = await createProject();
      const peers = await Promise.all(["ethers", "pg", "@types/pg", "@aws-sdk/client-kms"].map(locked));
      await project.install(tarball, ...(await compiler()), ...peers);
      return project;
    }

    it.each(["22.13.0", "24"])("logs in, restarts and sends on Node %s", async (version) => {
      const node = await nodeOf(version);
      const project = await projectWithPeers();
      try {
        expect(await project.compile("sending", sendingProgram)).toBe("");
        expect(await project.compile("paths", subPathsProgram)).toBe("");
        const paths = await project.start(node.path, "paths");
        expect({ ...paths, stdout: paths.stdout.trim() }).toMatchObject({
          code: 0,
          stdout: '["function","function","function","function"]',
        });

        const first = printed(await project.start(node.path, "sending", anvil.url));
        expect(first["node"]).toMatch(new RegExp(`^v${version.replaceAll(".", "\\.")}(\\.|$)`));
        expect(first["address"]).toMatch(/^0x[0-9a-fA-F]{40}$/);
        expect(first["balance"]).toBe("0");

        await anvil.setBalance(first["address"] ?? "", 10n ** 18n);
        const second = printed(await project.start(node.path, "sending", anvil.url, recipient));
        expect(second["address"]).toBe(first["address"]);
        expect(second["hash"]).toMatch(/^0x[0-9a-f]{64}$/);
        expect(second["status"]).toBe("success");
      } finally {
        await project.remove();
        await node.project.remove();
      }
    });
  });
});
