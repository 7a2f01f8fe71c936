import { builtinModules } from "node:module";
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const bareBuiltins = builtinModules
  .filter((name) => !name.startsWith("node:") && !name.startsWith("_"))
  .map((name) => ({ name, message: `Write "node:${name}".` }));

const tests = ["test/**/*.ts"];
const sources = ["src/**/*.ts"];

export default tseslint.config(
  { ignores: ["dist/", "docs/api/", "artifacts/", "cache/", "coverage/", ".latchkey/"] },
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2024, sourceType: "module" },
  },
  js.configs.recommended,
  {
    rules: {
      "max-lines": ["error", { max: 500 }],
      "no-restricted-imports": ["error", { paths: bareBuiltins }],
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // Numbers and bigints print as themselves.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Objects here close over their state; their interfaces write functions as methods, and taking one off is safe.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: sources,
    rules: {
      "no-console": "error",
      // An import whose target is computed, or a require, is a way past the rules on who imports whom.
      "no-restricted-syntax": [
        "error",
        { selector: "ImportExpression:not([source.type='Literal'])", message: "Import a literal name." },
        { selector: "CallExpression[callee.name='require']", message: "Use import." },
        { selector: "ExportAllDeclaration", message: "Name what is exported." },
      ],
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-check": true, "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true },
      ],
    },
  },
  {
    files: ["src/ports/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "Program > :not(ImportDeclaration[importKind='type'], TSInterfaceDeclaration, TSTypeAliasDeclaration, ExportNamedDeclaration)",
          message: "A port is interfaces and types alone.",
        },
        {
          selector:
            "ExportNamedDeclaration[exportKind='value'], ExportNamedDeclaration > :not(TSInterfaceDeclaration, TSTypeAliasDeclaration).declaration",
          message: "A port is interfaces and types alone.",
        },
      ],
    },
  },
  { files: ["src/cli/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["src/units/brands.ts"],
    rules: { "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "as" }] },
  },
  {
    files: tests,
    rules: {
      // Terminal escapes are part of what is tested.
      "no-control-regex": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "MemberExpression[property.name=/^(only|skip|todo|fails)$/]:matches([object.name=/^(describe|it|test|suite)$/], [object.object.name=/^(describe|it|test|suite)$/])",
          message: "A test runs, always. What needs a service says so with skipIf and an environment variable.",
        },
        {
          selector: "Property[key.name=/^(retry|repeats)$/]",
          message: "A test that passes on the second try hides a fault.",
        },
      ],
    },
  },
  // Generated ABIs and bytecode.
  { files: ["src/contracts/**/*.ts", "examples/contracts/**/*.ts"], rules: { "max-lines": "off" } },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        fetch: "readonly",
        AbortSignal: "readonly",
      },
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { module: "writable", require: "readonly", __dirname: "readonly" },
    },
  },
);
