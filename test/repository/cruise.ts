import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import extractDepcruiseConfig from "dependency-cruiser/config-utl/extract-depcruise-config";

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

const configuration = await extractDepcruiseConfig(
  fileURLToPath(new URL("../../.dependency-cruiser.cjs", import.meta.url)),
);

/** The names of all rules of the project. */
export const ruleNames: readonly string[] = (configuration.forbidden ?? []).map((rule) => rule.name ?? "");

/** Checks the folders of a tree against the project's rules. */
export async function cruiseTree(root: string, folders: readonly string[]): Promise<readonly Violation[]> {
  const { forbidden = [], options } = configuration;
  const { output } = await cruise([...folders], { ...options, ruleSet: { forbidden }, validate: true, baseDir: root });
  if (typeof output === "string") throw new Error(`Expected a result object, got: ${output}`);
  if (output.summary.totalCruised === 0) throw new Error(`Nothing was checked in ${root}.`);
  return output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}
