import { LatchkeyError } from "../errors/latchkey-error.ts";

/**
 * Loads an optional peer dependency on first use.
 *
 * @param name - the npm package's name, as in the import.
 * @param command - what installs it, where that is more than its name.
 * @throws `ERR_PEER_MISSING` with the command that installs it.
 */
export async function loadPeer<T>(name: string, load: () => Promise<T>, command = `npm install ${name}`): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new LatchkeyError("ERR_PEER_MISSING", `The package "${name}" is not installed. Install it: ${command}`, {
      context: { package: name },
      cause: error,
    });
  }
}

function isMissing(error: unknown, name: string): boolean {
  // A module that is there but lacks a dependency of its own names that dependency instead.
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ERR_MODULE_NOT_FOUND" &&
    error.message.includes(`'${name}'`)
  );
}
