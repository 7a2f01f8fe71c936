import { styleText } from "node:util";

/** Where a command writes. Tests hand in their own. */
export interface Terminal {
  /** Results: what a script reads. */
  out(text: string): void;
  /** Everything else: progress and errors. */
  err(text: string): void;
  readonly style: Style;
}

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly cyan: Paint;
}

/** Colours for a stream; none where it is not a terminal or NO_COLOR is set. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const paint =
    (format: "bold" | "dim" | "green" | "red" | "cyan"): Paint =>
    (text) =>
      styleText(format, text, { stream });
  return { bold: paint("bold"), dim: paint("dim"), green: paint("green"), red: paint("red"), cyan: paint("cyan") };
}

export const processTerminal: Terminal = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  style: styleFor(process.stdout),
};

/** Text with what could move a terminal's cursor or hide text made visible. Names and ids come from outside. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Rows under a header, columns padded to one width. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], { dim }: Style): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [dim(line(header)), ...rows.map(line)].join("\n");
}
