import { parseArgs, type ParseArgsConfig } from "node:util";

/** A mistake in what was typed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/**
 * Parses one command's arguments.
 *
 * @throws UsageError an unknown option, or one without its value.
 */
export function parse<const O extends Options>(argv: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The message quotes the argument; its first sentence is enough.
    const [message = ""] = error instanceof Error ? error.message.split(". ") : [];
    throw new UsageError(message === "" || isUrl(message) ? "bad arguments" : message);
  }
}

/** An argument, to be quoted in an error. Of a URL nothing is: it may hold a password, and errors end in logs. */
export function quoted(argument: string): string {
  return isUrl(argument) ? "a URL" : `"${argument.slice(0, 40)}"`;
}

function isUrl(text: string): boolean {
  return text.includes("://");
}
