// Given to node by --import: sources come as CRASH_SOURCES, a JSON file of text by URL, has them.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { isStringRecord } from "../../scripts/guards.ts";

const sources: unknown = JSON.parse(readFileSync(process.env["CRASH_SOURCES"] ?? "", "utf8"));
if (!isStringRecord(sources)) throw new Error("CRASH_SOURCES is no text by URL");
const texts = new Map(Object.entries(sources));
registerHooks({
  load: (url, context, next) => {
    const source = texts.get(url);
    return source === undefined ? next(url, context) : { format: "module-typescript", source, shortCircuit: true };
  },
});
