/** What the command's exit code says. Scripts and monitors branch on it. */
export const exitCodes = {
  ok: 0,
  /** What was asked for is not there. */
  notFound: 1,
  /** The store could not be read, or something else went wrong. */
  failed: 2,
  /** Bad arguments: nothing was tried. */
  usage: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
