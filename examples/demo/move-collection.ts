import { spawn } from "node:child_process";
import { copyFile, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChainAdapter } from "../../src/index.ts";
import type { Anvil } from "../../test/harness/anvil.ts";
import { mintOldTickets } from "./old-tickets.ts";
import type { Report } from "./report.ts";

/** What `--json` tells of the move, as report.json has it. */
export interface Move {
  readonly tokens: number;
  readonly owners: number;
  readonly transactions: number;
  readonly verified: boolean;
  readonly report: string;
}

const config = fileURLToPath(new URL("./hardhat.config.ts", import.meta.url));
const command = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist/src/cli.js");

/** Moves a collection off its old contract by the Hardhat task, which is killed once the new contract stands, and started again. */
export async function moveCollection(
  directory: string,
  anvil: Pick<Anvil, "url" | "request">,
  chain: ChainAdapter,
  owners: readonly string[],
  vault: string,
  { line, done, style }: Pick<Report, "line" | "done" | "style">,
): Promise<Move> {
  let startMs = performance.now();
  const old = await mintOldTickets(anvil, chain, owners, vault);
  done(`caver-js's own contract has ${String(old.tokens)} tickets; ${String(old.burned)} were burned`, startMs);

  const out = join(directory, "run");
  const args = [
    "kip17",
    "migrate",
    "--from",
    old.address,
    "--network",
    "demo",
    "--out",
    out,
    "--yes",
    "--skip-rehearsal",
  ];
  line(style.dim(`npx hardhat ${args.slice(0, 4).join(" ")} ... --yes`));
  startMs = performance.now();
  const first = await hardhat(args, anvil.url, "deployment");
  for (const told of first.filter((each) => /can a stranger/i.test(each))) line(told.trim());
  done("It is killed (SIGKILL) once the new contract stands", startMs);
  startMs = performance.now();
  const second = await hardhat(args, anvil.url);
  for (const told of second.filter((each) => /^(mint|verification|seal)/.test(each))) line(told);
  done("The same command goes on where it was, and ends", startMs);

  const report = join(tmpdir(), "latchkey-demo-report.html");
  await copyFile(join(out, "report.html"), report);
  line(`The report, to open in a browser: ${report}`);
  const { tokens, owners: count, transactions, verified } = await reported(join(out, "report.json"));
  if (tokens !== old.tokens) throw new Error(`${String(old.tokens)} tickets were there, and ${String(tokens)} moved`);
  return { tokens, owners: count, transactions, verified, report };
}

async function reported(file: string): Promise<Omit<Move, "report">> {
  const report: unknown = JSON.parse(await readFile(file, "utf8"));
  if (typeof report !== "object" || report === null) throw new Error("the report is no object");
  const { tokens, owners, transactions, verified } = {
    tokens: 0,
    owners: 0,
    transactions: 0,
    verified: false,
    ...report,
  };
  return { tokens, owners, transactions, verified };
}

/**
 * Hardhat's own command. Returns what it printed.
 *
 * @param killAt - killed when it has told of this step.
 */
function hardhat(args: readonly string[], url: string, killAt?: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", command, "--config", config, ...args],
      {
        env: { ...process.env, DEMO_NODE_URL: url },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    process.once("exit", () => child.kill("SIGKILL"));
    let printed = "";
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (killAt !== undefined && printed.includes(`\n${killAt}`)) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (killAt === undefined ? code === 0 : signal === "SIGKILL") resolve(printed.split("\n"));
      else reject(new Error(`hardhat ended with ${String(code)}: ${complaint.slice(-500)}`));
    });
  });
}
