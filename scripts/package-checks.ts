import { builtinModules } from "node:module";
import { posix } from "node:path";
import ts from "typescript";

/** The texts of a packed package's files, by path. */
export type PackedFiles = ReadonlyMap<string, string>;

export interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const shippedPaths =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|bin\/latchkey\.js|dist\/(standard-json\/)?[^/]+|docs\/[a-z-]+\.md|contracts\/(?!examples\/)([a-z]+\/)?[A-Za-z0-9]+\.sol)$/;
const shippedKinds = /\.(js|d\.ts|js\.map)$|^dist\/standard-json\/\w+\.json$/;
// PEM blocks, AWS access key ids, npm tokens.
const secrets = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bnpm_[A-Za-z0-9]{36}\b|_authToken/;

/** Everything that a file imports, by any form of import or export, static or dynamic. */
function importsOf(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

const isRelative = (specifier: string): boolean => specifier.startsWith(".");
const isBuiltin = (specifier: string): boolean => specifier.startsWith("node:");

/** Every sub-path leads to a file that is packed, with declarations beside it; a pattern to one at least. */
export function checkExports(manifest: Manifest, files: PackedFiles): readonly string[] {
  const targets = Object.entries(manifest.exports).flatMap(([subPath, target]) =>
    (typeof target === "string" ? [target] : [target.types, target.default]).map((path) => ({ subPath, path })),
  );
  const isThere = (path: string): boolean => {
    const [before = "", after] = posix.normalize(path).split("*");
    if (after === undefined) return files.has(before);
    return [...files.keys()].some((file) => file.startsWith(before) && file.endsWith(after));
  };
  return targets
    .filter(({ path }) => !isThere(path))
    .map(({ subPath, path }) => `exports["${subPath}"] names ${path}, which is not packed.`);
}

/** No bare name of a built-in module, and no package but dependencies and peers. */
export function checkImports(manifest: Manifest, files: PackedFiles): readonly string[] {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  // `sqlite` exists under its full name alone, and so is not in Node's list: a build that strips prefixes names it so.
  const builtins = new Set([...builtinModules, "sqlite", "test", "sea"]);
  const faults: string[] = [];
  for (const [path, text] of files) {
    if (!path.startsWith("dist/") || path.endsWith(".map")) continue;
    for (const specifier of importsOf(text).filter((each) => !isRelative(each) && !isBuiltin(each))) {
      if (builtins.has(specifier)) faults.push(`${path} imports "${specifier}" without its node: prefix.`);
      else if (!(packageOf(specifier) in declared))
        faults.push(`${path} imports "${specifier}", which is not declared.`);
    }
  }
  return faults;
}

/** The main entry's declarations compile with no peer installed: none of those it leads to names one. */
export function checkDeclarations(manifest: Manifest, files: PackedFiles): readonly string[] {
  const faults: string[] = [];
  const open = ["dist/index.d.ts"];
  const seen = new Set(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const specifier of importsOf(files.get(path) ?? "")) {
      if (isRelative(specifier)) {
        const next = posix.join(posix.dirname(path), specifier.replace(/\.js$/, ".d.ts"));
        if (!files.has(next)) faults.push(`${path} leads to ${next}, which is not packed.`);
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      } else if (packageOf(specifier) in manifest.peerDependencies) {
        faults.push(`The main entry's declarations name the optional peer "${specifier}", in ${path}.`);
      }
    }
  }
  return faults;
}

/**
 * Whoever imports a value that the declarations promise gets it: a class that is there as a type alone would compile and then not load.
 *
 * @param file - an entry's declarations, on disk.
 * @param exported - what the entry exports at run time.
 */
export function checkValues(file: string, exported: readonly string[]): readonly string[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const entry = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (entry === undefined) return [`${posix.basename(file)} exports nothing.`];
  return checker
    .getExportsOfModule(entry)
    .filter((symbol) => isValue(checker, symbol) && !exported.includes(symbol.name))
    .map(({ name }) => `${posix.basename(file)} declares the value ${name}, which is not exported at run time.`);
}

function isValue(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const isTypeOnly = (symbol.declarations ?? []).some(
    (declaration) =>
      ts.isExportSpecifier(declaration) && (declaration.isTypeOnly || declaration.parent.parent.isTypeOnly),
  );
  const target = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  return !isTypeOnly && (target.flags & ts.SymbolFlags.Value) !== 0;
}

/** The package holds what it says it ships, no secret, and no path of the machine that packed it. */
export function checkContents(files: PackedFiles, root: string): readonly string[] {
  return [...files].flatMap(([path, text]) => [
    ...(shippedPaths.test(path) && (!path.startsWith("dist/") || shippedKinds.test(path))
      ? []
      : [`${path} should not be packed.`]),
    ...(secrets.test(text) ? [`${path} holds what looks like a secret.`] : []),
    ...(text.includes(root) ? [`${path} holds a path of the machine that packed it.`] : []),
  ]);
}
