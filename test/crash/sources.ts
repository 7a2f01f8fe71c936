import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AwaitPoint, filesIn, findPoints, textOf } from "./find-points.ts";
import { rewrite } from "./rewrite.ts";

/** Folders whose waits are points; what needs AWS has tests of its own. */
const folders = ["src/transactions", "src/wallets", "src/vault"] as const;
const left = "src/vault/aws-kms/";

/** A fault put into the code on purpose, to see it found. */
export interface PlantedFault {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export interface Sources {
  readonly points: readonly AwaitPoint[];
  /** Text by URL, for load-sources.ts. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The repository's sources with points in them. */
export function sourcesWithPoints(root: string, faults: readonly PlantedFault[] = []): Sources {
  const runtime = pathToFileURL(join(root, "test/crash/points.ts")).href;
  const files = folders.flatMap((folder) => filesIn(root, folder)).filter((file) => !file.startsWith(left));
  const points: AwaitPoint[] = [];
  const texts: Record<string, string> = {};
  for (const file of files) {
    const text = planted(textOf(root, file), file, faults);
    const found = findPoints(text, file);
    if (found.length === 0) continue;
    points.push(...found);
    texts[pathToFileURL(join(root, file)).href] = rewrite(text, file, runtime);
  }
  return { points, texts };
}

function planted(text: string, file: string, faults: readonly PlantedFault[]): string {
  return faults
    .filter((fault) => fault.file === file)
    .reduce((before, { find, put }) => {
      if (before.split(find).length !== 2)
        throw new Error(`the fault for ${file} does not fit: its text is not there once`);
      return before.replace(find, () => put);
    }, text);
}
