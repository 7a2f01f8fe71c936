/** Fields of a log line: scalars without secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The call shape of pino, so that a pino logger fits as it is. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
