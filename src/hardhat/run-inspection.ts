import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { InspectionTarget, ReportTable } from "../inspection/scene/target.ts";
import { processTerminal, printable, table, type Terminal } from "../terminal/terminal.ts";
import { exitCodes } from "./exit-codes.ts";
import { type GivenTarget, parseOptions, type TypedOptions } from "./given-options.ts";
import { openNetwork } from "./open-network.ts";
import { localReplicas } from "./replicas.ts";

export interface Inspection<T> {
  /** What is done, for whoever waits. */
  readonly doing: string;
  readonly make: (target: InspectionTarget) => Promise<T>;
  readonly show: (report: T) => ReportTable;
  readonly hasFindings: (report: T) => boolean;
}

const quietMs = 2_000;

/**
 * One task: parse, look, print. What goes wrong becomes a line on stderr; the exit code is set on the process, for Hardhat knows two alone.
 *
 * @returns the report; undefined if it could not be made.
 */
export async function runInspection<T>(
  inspection: Inspection<T>,
  options: TypedOptions,
  environment: HardhatRuntimeEnvironment,
  terminal: Terminal = processTerminal,
): Promise<T | undefined> {
  const progress = setTimeout(() => {
    terminal.err(`${inspection.doing}; a slow node or a long history takes a while...`);
  }, quietMs);
  try {
    const report = await look(inspection, parseOptions(options), environment);
    clearTimeout(progress);
    print(inspection.show(report), options.json ? report : undefined, terminal);
    if (inspection.hasFindings(report)) process.exitCode = exitCodes.findings;
    return report;
  } catch (error) {
    terminal.err(`kip17: ${told(error)}`);
    process.exitCode = exitCodes.notMade;
    return undefined;
  } finally {
    clearTimeout(progress);
  }
}

async function look<T>(
  { make }: Inspection<T>,
  given: GivenTarget,
  environment: HardhatRuntimeEnvironment,
): Promise<T> {
  const { transport, close } = await openNetwork(environment);
  const replicas = localReplicas();
  try {
    await requireCode(transport, given);
    return await make({ ...given, transport, replica: replicas.replica });
  } finally {
    await replicas.close();
    await close();
  }
}

async function requireCode(transport: InspectionTarget["transport"], { address, block }: GivenTarget): Promise<void> {
  const tag = typeof block === "bigint" ? `0x${block.toString(16)}` : "latest";
  const code = await transport.request({ method: "eth_getCode", params: [address, tag] });
  if (typeof code === "string" && code !== "0x") return;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `There is no contract at ${address} at the block that was asked for. Nothing was sent; check the address, the network and the block.`,
  );
}

function print({ heading, columns, rows, footing }: ReportTable, json: unknown, { out, style }: Terminal): void {
  if (json !== undefined) {
    out(JSON.stringify(json, null, 2));
    return;
  }
  const [title = "", ...more] = heading.map(printable);
  out([style.bold(title), ...more, ""].join("\n"));
  out(
    table(
      columns.map((each) => each.toUpperCase()),
      rows.map((row) => row.map(printable)),
      style,
    ),
  );
  out(["", ...footing.map(printable)].join("\n"));
}

function told(error: unknown): string {
  if (isLatchkeyError(error)) return `${error.code}: ${error.message}`;
  // A foreign error's message may hold anything; its name cannot.
  return `unexpected ${error instanceof Error ? error.name : typeof error}`;
}
