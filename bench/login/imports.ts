import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "../measure.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** How long `import "latchkey"` takes in a process that has loaded nothing: the built package, by its own name. */
export async function measureImport(): Promise<number> {
  const program = `
    const startMs = performance.now();
    await import("latchkey");
    process.stdout.write(String(performance.now() - startMs));
  `;
  const samples: number[] = [];
  for (let round = 0; round < 11; round += 1) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: root });
    samples.push(Number(stdout));
  }
  return median(samples);
}
