import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

export interface AnvilOptions {
  readonly chainId?: number;
  /** Further arguments, such as `--hardfork berlin`. */
  readonly args?: readonly string[];
}

/** A real EVM node of its own, mining a block a transaction. */
export interface Anvil {
  readonly url: string;
  readonly chainId: number;
  /** Any JSON-RPC method; throws what the node refuses. */
  request(method: string, ...params: unknown[]): Promise<unknown>;
  setBalance(address: string, wei: bigint): Promise<void>;
  stop(): Promise<void>;
}

/** Anvil's npm command is a wrapper that leaves the node running when it is killed; the platform's package has the node itself. */
function anvilBinary(): string {
  const require = createRequire(import.meta.url);
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const manifest = require.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/package.json`);
  return join(dirname(manifest), "bin", process.platform === "win32" ? "anvil.exe" : "anvil");
}

/** Starts anvil on a free port; it ends with this process at the latest. */
export async function startAnvil({ chainId = 31_337, args = [] }: AnvilOptions = {}): Promise<Anvil> {
  const child = spawn(anvilBinary(), ["--port", "0", "--chain-id", String(chainId), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });

  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`anvil ended with code ${String(code)}: ${stderr.slice(0, 500)}`));
    });
    createInterface(child.stdout).on("line", (line) => {
      const address = /^Listening on (.+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });

  let lastId = 0;
  async function request(method: string, ...params: unknown[]): Promise<unknown> {
    lastId += 1;
    const body = JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer: unknown = await response.json();
    if (typeof answer === "object" && answer !== null && "result" in answer) return answer.result;
    throw new Error(`${method}: ${JSON.stringify(answer)}`);
  }

  return {
    url,
    chainId,
    request,
    setBalance: async (address, wei) => {
      await request("anvil_setBalance", address, `0x${wei.toString(16)}`);
    },
    stop: async () => {
      process.off("exit", kill);
      kill();
      await exited;
    },
  };
}
