import { styleFor } from "../../src/terminal/terminal.ts";

const style = styleFor(process.stdout);

/** Tells the story on a terminal; silent where the result is wanted as JSON. */
export interface Report {
  chapter(title: string): void;
  line(text: string): void;
  done(text: string, sinceMs: number): void;
  readonly style: typeof style;
}

export function createReport(silent: boolean): Report {
  const print = (text: string): void => {
    if (!silent) process.stdout.write(`${text}\n`);
  };
  return {
    chapter: (title) => {
      print(`\n${style.bold(style.cyan(title))}`);
    },
    line: (text) => {
      print(`  ${text}`);
    },
    done: (text, sinceMs) => {
      print(`  ${style.green("✓")} ${text} ${style.dim(`(${String(Math.round(performance.now() - sinceMs))} ms)`)}`);
    },
    style,
  };
}
