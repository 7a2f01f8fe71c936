import { dirname, join, normalize } from "node:path/posix";
import { isRecord } from "./guards.ts";

/** One fenced code block of a Markdown file. */
export interface Block {
  /** The first word after the fence, in lower case; empty if there is none. */
  readonly language: string;
  /** The words after it. */
  readonly marks: readonly string[];
  readonly text: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

/** Languages that a block may be in. Those without a check of their own are shown and not read. */
const languages = ["ts", "sh", "bash", "json", "text", "sql", "yaml", "solidity", "python", "mermaid"];

const fence = /^( {0,3})(`{3,}|~{3,})([^`]*)$/;

/** The fenced blocks of a Markdown text (CommonMark 0.31, section 4.5). */
export function blocksOf(markdown: string): readonly Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  let open: { mark: string; indent: number; info: string; line: number; body: string[] } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const [language = "", ...marks] = open.info.trim().split(/\s+/);
    blocks.push({ language: language.toLowerCase(), marks, text: open.body.join("\n"), line: open.line });
    open = undefined;
  };
  lines.forEach((text, index) => {
    const [, indent = "", mark = "", info = ""] = fence.exec(text) ?? [];
    if (open === undefined) {
      if (mark !== "") open = { mark, indent: indent.length, info, line: index + 1, body: [] };
    } else if (mark.startsWith(open.mark) && info.trim() === "") close();
    else open.body.push(text.replace(new RegExp(`^ {0,${String(open.indent)}}`), ""));
  });
  // A fence that is never closed runs to the end.
  close();
  return blocks;
}

/** What is wrong with a block that can be told without running anything. */
export function checkBlock({ language, text }: Block, npmScripts: ReadonlySet<string>): readonly string[] {
  if (!languages.includes(language)) {
    return [language === "" ? "The block names no language." : `Unknown language "${language}".`];
  }
  if (language === "json") return jsonFaults(text);
  if (language === "sh" || language === "bash") return shellFaults(text, npmScripts);
  return [];
}

function jsonFaults(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [`Not JSON: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function shellFaults(text: string, npmScripts: ReadonlySet<string>): readonly string[] {
  const named = [...text.matchAll(/\bnpm (?:run(?:-script)?\s+(?:-\S+\s+)*([\w:.-]+)|(test|start)\b)/g)];
  return named
    .map(([, script, short]) => script ?? short ?? "")
    .filter((script) => !npmScripts.has(script))
    .map((script) => `package.json has no script "${script}".`);
}

/** Paths inside the repository that a Markdown text links to, from the root. Code is not read. */
export function linkedPaths(file: string, markdown: string): readonly string[] {
  const prose = withoutCode(markdown);
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm)];
  return [...inline, ...references]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target) && !target.startsWith("#"))
    .map((target) => decodeURI(target.replace(/[#?].*$/, "")))
    .map((target) => (target.startsWith("/") ? target.slice(1) : normalize(join(dirname(file), target))));
}

function withoutCode(markdown: string): string {
  let inside: string | undefined;
  const lines = markdown.split("\n").filter((text) => {
    const mark = fence.exec(text)?.[2];
    if (inside === undefined) inside = mark;
    else if (mark?.startsWith(inside) === true) {
      inside = undefined;
      return false;
    }
    return inside === undefined;
  });
  return lines.join("\n").replaceAll(/(`+)[^`]+\1/g, "");
}

/** The names of the scripts of a package.json. */
export function scriptNames(manifest: unknown): ReadonlySet<string> {
  const scripts = isRecord(manifest) ? manifest["scripts"] : undefined;
  return new Set(isRecord(scripts) ? Object.keys(scripts) : []);
}
