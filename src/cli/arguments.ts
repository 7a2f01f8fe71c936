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
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : "bad arguments");
  }
}
