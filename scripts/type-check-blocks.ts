import { join } from "node:path";
import ts from "typescript";

export interface TypeFault {
  /** Which of the programs. */
  readonly index: number;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** Where the package's own names lead while its documentation is checked. */
const entries = {
  latchkey: "src/index.ts",
  "latchkey/evm": "src/chains/evm/index.ts",
  "latchkey/kaia": "src/chains/kaia/index.ts",
  "latchkey/aws-kms": "src/vault/aws-kms/index.ts",
  "latchkey/postgres": "src/store/postgres/index.ts",
  "latchkey/contracts": "src/contracts/index.ts",
  "latchkey/inspection": "src/inspection/index.ts",
  "latchkey/migration": "src/migration.ts",
  "latchkey/hardhat": "src/hardhat/index.ts",
};

/** Compiles each text as a module of its own, strictly, as if it stood in the repository; nothing is written. */
export function typeErrors(repository: string, programs: readonly string[]): readonly TypeFault[] {
  if (programs.length === 0) return [];
  const names = programs.map((_, index) => join(repository, `documented-${String(index)}.ts`));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    paths: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, [join(repository, path)]])),
  };
  const host = ts.createCompilerHost(options);
  const textOf = (name: string): string | undefined => programs[names.indexOf(name)];
  const disk = { ...host };
  host.getCurrentDirectory = () => repository;
  host.fileExists = (name) => textOf(name) !== undefined || disk.fileExists(name);
  host.readFile = (name) => textOf(name) ?? disk.readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = textOf(name);
    return text === undefined
      ? disk.getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target, true);
  };
  const program = ts.createProgram(names, options, host);
  const global = program.getGlobalDiagnostics().concat(program.getOptionsDiagnostics());
  if (global.length > 0) throw new Error(ts.formatDiagnostics(global, host));
  return names.flatMap((name, index) => {
    const source = program.getSourceFile(name);
    if (source === undefined) throw new Error(`${name} was not compiled.`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => ({
      index,
      line: source.getLineAndCharacterOfPosition(found.start ?? 0).line + 1,
      what: ts.flattenDiagnosticMessageText(found.messageText, "\n"),
    }));
  });
}
