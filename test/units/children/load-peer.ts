// Run as a child process: loads a package as the program given does, and prints in JSON what came of it.
import { pathToFileURL } from "node:url";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { loadPeer } from "../../../src/units/peer.ts";

const [path = "", name = ""] = process.argv.slice(2);
const program: unknown = await import(pathToFileURL(path).href);

function load(): unknown {
  const isProgram = typeof program === "object" && program !== null && "load" in program;
  if (!isProgram || typeof program.load !== "function") throw new Error("the program has no load");
  return Reflect.apply(program.load, undefined, []);
}

let outcome: Record<string, unknown>;
try {
  outcome = { loaded: typeof (await loadPeer(name, () => Promise.resolve(load()))) };
} catch (error) {
  const { message, cause } = error instanceof Error ? error : new Error("not an error");
  const causeMessage = cause instanceof Error ? cause.message : "";
  outcome = { code: isLatchkeyError(error) ? error.code : "", message, cause: causeMessage };
}
process.stdout.write(JSON.stringify(outcome));
