import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blocksOf } from "../../scripts/doc-blocks.ts";
import { type Outcome, run } from "../../scripts/run.ts";
import { type Tree, withTree } from "./fixture-tree.ts";

const script = fileURLToPath(new URL("../../scripts/check-docs.ts", import.meta.url));

async function check(tree: Tree): Promise<Outcome> {
  const manifest = JSON.stringify({ scripts: { demo: "true", "check:docs": "true" } });
  return await withTree({ "package.json": manifest, ...tree }, (root) => run(process.execPath, [script, root]));
}

const fenced = (info: string, ...lines: readonly string[]): string => ["```" + info, ...lines, "```", ""].join("\n");

describe("the check of the documentation", { timeout: 60_000 }, () => {
  it("passes what is right, and counts it", async () => {
    const { code, stdout, stderr } = await check({
      "README.md": [
        "[Guide](docs/guide.md#top), [home](https://example.com), [here](#here), `[not](a-link)`\n",
        fenced("sh", "npm run demo -- --json"),
        fenced("json", '{ "a": 1 }'),
        fenced("text", "[not](a-link.md)", "npm run nothing"),
        fenced(
          "ts",
          'import { isLatchkeyError } from "latchkey";',
          "const x: boolean = isLatchkeyError(1);",
          "void x;",
        ),
      ].join("\n"),
      "docs/guide.md": ["[back](../README.md)", fenced("sh run", "test -f package.json")].join("\n\n"),
      "docs/api/index.md": fenced("unknown", "generated"),
    });
    expect({ code, stdout: stdout.trim(), stderr }).toEqual({
      code: 0,
      stdout: "2 files, 5 blocks (1 compiled), 2 links: 0 faults",
      stderr: "",
    });
  });

  it.each([
    [
      "a type error, with its line",
      fenced("ts", "const a = 1;", "const b: string = a;", "void b;"),
      "README.md:3 Type",
    ],
    ["a name that is not exported", fenced("ts", 'import { nothing } from "latchkey";'), "README.md:2 Module"],
    ["a syntax error", fenced("ts", "const = 1;"), "README.md:2 "],
    [
      "a script that is not there",
      fenced("sh", "npm run -s nothing"),
      'README.md:1 package.json has no script "nothing"',
    ],
    ["npm test without a test script", fenced("bash", "npm test"), 'README.md:1 package.json has no script "test"'],
    ["a command that fails", fenced("sh run", "true", "exit 3"), "README.md:1 Ended with exit code 3"],
    ["a pipe that fails", fenced("bash run", "false | true"), "README.md:1 Ended with exit code 1"],
    ["JSON that is none", fenced("json", "{ a: 1 }"), "README.md:1 Not JSON"],
    ["an unknown language", fenced("typscript", "1"), 'README.md:1 Unknown language "typscript"'],
    ["no language", fenced("", "1"), "README.md:1 The block names no language"],
    ["a dead link", "[x](docs/none.md)", "README.md Links to docs/none.md"],
    ["a dead reference", "[x]\n\n[x]: ./none.md", "README.md Links to none.md"],
  ])("finds %s", async (_, text, fault) => {
    const { code, stderr } = await check({ "README.md": text });
    expect(code).toBe(1);
    expect(stderr).toContain(fault);
  });
});

describe("blocksOf", () => {
  it("takes fences of any length, of tildes, in a list, and without an end", () => {
    const markdown = ["````ts a b", "```", "````", "- item", "", "   ~~~json", "   {}", "   ~~~", "```sh", "x"].join(
      "\n",
    );
    expect(blocksOf(markdown)).toEqual([
      { language: "ts", marks: ["a", "b"], text: "```", line: 1 },
      { language: "json", marks: [], text: "{}", line: 6 },
      { language: "sh", marks: [], text: "x", line: 9 },
    ]);
  });
});
