import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../src/", import.meta.url));

/** Every source file, by its path in `src`, without its comments. */
export function sourceCode(): { readonly path: string; readonly code: string }[] {
  return globSync("**/*.ts", { cwd: root }).map((path) => ({
    path: path.replaceAll("\\", "/"),
    code: readFileSync(root + path, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""),
  }));
}
