import type { Compiled } from "./contracts-compile.ts";

/** A file to write, by its path in the repository. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

const header = (source: string): string =>
  `// Generated from ${source.replace(/^project\//, "")} by "npm run contracts". Not to be edited.\n\n`;

/** ABI and bytecode in one constant. */
export function renderWhole(
  compiled: Compiled,
  name: string,
  path: string,
  code: "creation" | "runtime",
): GeneratedFile {
  const { contract, source, abi } = compiled;
  const bytecode = code === "runtime" ? compiled.deployedBytecode : compiled.bytecode;
  const text = `${header(source)}/** The ABI and the ${code} bytecode of ${contract}. */
export const ${name} = { abi: ${JSON.stringify(abi)}, bytecode: ${JSON.stringify(bytecode)} } as const;
`;
  return { path, text };
}

/** ABI and bytecode in a file each: most of those who read a contract never deploy it. */
export function renderSplit(compiled: Compiled, directory: string): readonly GeneratedFile[] {
  const { contract, source, abi } = compiled;
  const name = contract.replace(/^[A-Z]+?(?=[A-Z][a-z]|\d|[a-z])/, (start) => start.toLowerCase());
  const file = `${directory}/${kebab(contract)}`;
  return [
    {
      path: `${file}-abi.ts`,
      text: `${header(source)}/** The ABI of ${contract}. */
export const ${name}Abi = ${JSON.stringify(abi)} as const;

/** The names of the contract's custom errors, as its ABI has them. */
export const ${name}Errors = ${JSON.stringify(namesOf(abi, "error"))} as const;

/** The names of the contract's events, as its ABI has them. */
export const ${name}Events = ${JSON.stringify(namesOf(abi, "event"))} as const;
`,
    },
    {
      path: `${file}-bytecode.ts`,
      text: `${header(source)}/** The creation bytecode, without constructor arguments. */
export const bytecode = ${JSON.stringify(compiled.bytecode)};
`,
    },
  ];
}

function namesOf(abi: Compiled["abi"], type: string): readonly string[] {
  return [...new Set(abi.filter((entry) => entry["type"] === type).map((entry) => String(entry["name"])))].toSorted();
}

/** KIP17CollectionUpgradeable: kip17-collection-upgradeable. */
function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}
