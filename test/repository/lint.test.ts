import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const eslint = new ESLint({ cwd: root });

/** Lints a text as if it stood in a file of the project; the file's own types serve where a rule asks for them. */
async function rulesBroken(file: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: file });
  if (result === undefined) throw new Error(`${file} is not linted.`);
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
}

const source = "src/units/clock.ts";
const test = "test/repository/lint.test.ts";

/** [rule, file, text that breaks it]. */
const breaking: readonly (readonly [string, string, string])[] = [
  ["@typescript-eslint/no-explicit-any", source, "export function f(x: any): void {\n  f(x);\n}\n"],
  ["@typescript-eslint/no-non-null-assertion", test, "export const x = [1].at(0)!;\n"],
  ["@typescript-eslint/consistent-type-assertions", source, "export const x = JSON.parse('1') as number;\n"],
  ["@typescript-eslint/consistent-type-assertions", test, "export const x = JSON.parse('1') as number;\n"],
  [
    "@typescript-eslint/ban-ts-comment",
    source,
    "// @ts-expect-error because of reasons\nexport const x: number = '1';\n",
  ],
  ["@typescript-eslint/ban-ts-comment", test, "// @ts-ignore\nexport const x: number = '1';\n"],
  ["@typescript-eslint/explicit-module-boundary-types", source, "export const f = () => 1;\n"],
  ["@typescript-eslint/no-floating-promises", test, "Promise.resolve(1);\n"],
  ["max-lines", source, "export {};\n".repeat(501)],
  ["no-console", source, "console.log(1);\n"],
  ["no-restricted-imports", source, 'import { readFile } from "fs/promises";\nexport { readFile };\n'],
  ["no-restricted-syntax", source, "const name = String(1);\nexport const x: unknown = await import(name);\n"],
  ["no-restricted-syntax", source, 'export * from "./gate.ts";\n'],
  ["no-restricted-syntax", "src/ports/logger.ts", "export const x = 1;\n"],
  ["no-restricted-syntax", "src/ports/logger.ts", "export function f(): void {\n  return;\n}\n"],
  ["no-restricted-syntax", "src/ports/logger.ts", 'export { wipe } from "../units/bytes.ts";\n'],
  ["no-restricted-syntax", test, 'import { it } from "vitest";\nit.only("x", () => undefined);\n'],
  ["no-restricted-syntax", test, 'import { describe } from "vitest";\ndescribe.skip("x", () => undefined);\n'],
  ["no-restricted-syntax", test, 'import { it } from "vitest";\nit.skip.each([1])("x", () => undefined);\n'],
  ["no-restricted-syntax", test, 'import { it } from "vitest";\nit("x", { retry: 2 }, () => undefined);\n'],
];

describe("the lint rules on code", { timeout: 120_000 }, () => {
  it.each(breaking)("%s bites in %s", async (rule, file, text) => {
    expect(await rulesBroken(file, text)).toContain(rule);
  });

  it("takes no notice of a comment that would switch a rule off, and says so", async () => {
    const text = "// eslint-disable-next-line no-console\nconsole.log(1);\n";
    const broken = await rulesBroken(source, text);
    expect(broken).toContain("no-console");
    expect(broken.join("\n")).toMatch(/noInlineConfig/);
  });

  it.each([
    [source, "export const x = [1, 2] as const;\n"],
    ["src/units/brands.ts", "export const x = String(1) as `0x${string}`;\n"],
    [
      "src/ports/logger.ts",
      'import type { Hex } from "../units/brands.ts";\nexport type { Hex };\nexport type X = Hex;\n',
    ],
    [
      test,
      'import { describe } from "vitest";\ndescribe.skipIf(process.env["X"] === undefined)("x", () => undefined);\n',
    ],
  ])("leave alone what is allowed in %s", async (file, text) => {
    expect(await rulesBroken(file, text)).toEqual([]);
  });
});
