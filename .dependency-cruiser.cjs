// The floors, the doors and the optional peers, as rules. The tables are the house's plan; everything below follows
// from them. test/repository/floors.test.ts shows that each rule bites.

/** A room imports lower floors only. Half a floor: the rooms beside `ports` meet through its types. */
const rooms = [
  { path: "src/errors", floor: 0 },
  { path: "src/units", floor: 1 },
  { path: "src/ports", floor: 1.5 },
  { path: "src/profiles", floor: 2 },
  { path: "src/telemetry", floor: 2 },
  // How the command and the plugin print.
  { path: "src/terminal", floor: 2 },
  { path: "src/vault", floor: 3 },
  { path: "src/store", floor: 3 },
  { path: "src/rpc", floor: 3 },
  { path: "src/contracts", floor: 3 },
  { path: "src/identity", floor: 3 },
  // What chains with Ethereum's addresses, ABI and JSON-RPC share.
  { path: "src/chains/ethereum", floor: 3.5 },
  { path: "src/nodes", floor: 4 },
  { path: "src/chains/evm", floor: 4 },
  { path: "src/chains/kaia", floor: 4 },
  { path: "src/transactions", floor: 5 },
  { path: "src/wallets", floor: 6 },
  { path: "src/collections", floor: 7 },
  { path: "src/inspection", floor: 7 },
  { path: "src/migration", floor: 8 },
  { path: "src/http", floor: 9 },
  { path: "src/ops", floor: 9 },
  { path: "src/logs", floor: 9 },
  { path: "src/[^/]+\\.ts$", floor: 10, name: "src/*.ts" },
  { path: "src/cli", floor: 11 },
  { path: "src/hardhat", floor: 11 },
];

/** Rooms inside a room, each the door to something outside. Their room does not know them: index.ts hands them in. */
const adapters = {
  "src/vault": ["aws-kms", "local"],
  "src/store": ["sqlite", "postgres", "mysql"],
  "src/telemetry": ["prometheus", "opentelemetry", "cloudwatch"],
  "src/logs": ["s3", "pino"],
};

/** Who may name an outside library. Whatever is not in this table may not be imported by src at all. */
const doors = [
  { library: "ethers", rooms: ["src/chains/ethereum", "src/chains/evm"], optional: true },
  { library: "caver-js", rooms: ["src/chains/kaia"], optional: true },
  { library: "pg", rooms: ["src/store/postgres"], optional: true },
  { library: "mysql2", rooms: ["src/store/mysql"], optional: true },
  { library: "@aws-sdk/client-kms", rooms: ["src/vault/aws-kms"], optional: true },
  { library: "@aws-sdk/client-cloudwatch", rooms: ["src/telemetry/cloudwatch"], optional: true },
  { library: "@aws-sdk/client-s3", rooms: ["src/logs/s3"], optional: true },
  { library: "prom-client", rooms: ["src/telemetry/prometheus"], optional: true },
  { library: "@opentelemetry/[^/]+", rooms: ["src/telemetry/opentelemetry"], optional: true },
  { library: "pino", rooms: ["src/logs/pino"], optional: true },
  // Hardhat alone loads the plugin, so it is there.
  { library: "hardhat", rooms: ["src/hardhat"] },
  { library: "jose", rooms: ["src/identity"] },
  { library: "kysely", rooms: ["src/store", "src/transactions", "src/wallets", "src/collections", "src/migration"] },
  { library: "@aws-crypto/[^/]+", rooms: ["src/vault/envelope"] },
  { library: "tiny-secp256k1", rooms: ["src/vault"] },
  { library: "@scure/bip39", rooms: ["src/vault/derivation"] },
  { library: "@noble/hashes", rooms: ["src/units"] },
  { library: "ws", rooms: ["src/rpc"] },
];

/** Node's own modules that are an outside world of their own. */
const builtinDoors = [
  { module: "sqlite", rooms: ["src/store/sqlite"] },
  {
    module: "(http|https|http2|net|tls|dgram|dns)",
    rooms: ["src/rpc", "src/store/postgres", "src/http", "src/cli", "src/hardhat"],
  },
  { module: "child_process|cluster", rooms: ["src/cli", "src/hardhat"] },
  { module: "module|vm|inspector", rooms: [] },
];

const entries = [
  "src/index.ts",
  "src/(chains/(evm|kaia)|vault/aws-kms|store/(postgres|mysql))/index.ts",
  "src/(telemetry|logs)/[^/]+/index.ts",
  "src/(contracts|hardhat|identity|inspection)/index.ts",
  "src/migration.ts",
  "src/cli/main.ts",
];

const inside = (room) => (room.endsWith("$") ? `^${room}` : `^${room}/`);
const packaged = (library) => `(^|/)node_modules/(@types/)?${library}/`;
const name = (room) => (room.name ?? room.path).replaceAll("*", "").replaceAll("/", "-").replace(/^src-/, "");

const floors = rooms.map((room) => ({
  name: `floor-of-${name(room)}`,
  comment: "A room imports lower floors only; rooms on one floor meet through types in ports.",
  severity: "error",
  from: { path: inside(room.path) },
  to: { path: rooms.filter((other) => other !== room && other.floor >= room.floor).map((other) => inside(other.path)) },
}));

const adapterPaths = Object.entries(adapters).flatMap(([room, names]) => names.map((each) => `${room}/${each}`));
const wiring = rooms.filter((room) => room.floor >= 10).map((room) => inside(room.path));

const adapterRules = adapterPaths.map((adapter) => ({
  name: `wired-from-the-top-${adapter.replace(/^src\//, "").replaceAll("/", "-")}`,
  comment: "An adapter is imported by itself and by the floors that wire the rooms: everybody else knows its port.",
  severity: "error",
  from: { path: "^src/", pathNot: [inside(adapter), ...wiring] },
  to: { path: inside(adapter) },
}));

const doorRules = doors.map(({ library, rooms: allowed }) => ({
  name: `door-of-${library.replaceAll(/[^\w-]+/g, "-").replace(/^-|-$/g, "")}`,
  comment: "Each outside library has one door.",
  severity: "error",
  from: { path: "^src/", pathNot: allowed.map(inside) },
  to: { path: packaged(library) },
}));

const builtinRules = builtinDoors.map(({ module: names, rooms: allowed }) => ({
  name: `door-of-node-${names.replaceAll(/[\W_]+/g, "-").replace(/^-|-$/g, "")}`,
  comment: "This module of Node's reaches the outside world; it has its doors as a library has.",
  severity: "error",
  from: { path: "^src/", pathNot: allowed.map(inside) },
  to: { path: `^(node:)?(${names})(/|$)`, dependencyTypes: ["core"] },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...floors,
    ...adapterRules,
    ...doorRules,
    ...builtinRules,
    {
      name: "ports-are-types",
      comment: "A port is an interface: it needs types of units alone, and nothing at run time.",
      severity: "error",
      from: { path: "^src/ports/" },
      to: { pathNot: "^src/(ports|units)/" },
    },
    {
      name: "ports-import-types",
      severity: "error",
      from: { path: "^src/ports/" },
      to: { dependencyTypesNot: ["type-only"] },
    },
    {
      name: "peer-on-first-use",
      comment: "An optional peer is loaded by a dynamic import, or named as a type.",
      severity: "error",
      from: { path: "^src/" },
      to: {
        path: doors.filter((door) => door.optional).map((door) => packaged(door.library)),
        dynamic: false,
        dependencyTypesNot: ["type-only", "type-import"],
      },
    },
    {
      name: "no-other-library",
      comment: "A library gets a door in this file before it is imported.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "(^|/)node_modules/", pathNot: doors.map((door) => packaged(door.library)) },
    },
    {
      name: "no-development-package",
      comment: "What src imports is a dependency or a peer: a development package is not there once installed.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm", "npm-peer"] },
    },
    {
      name: "no-unknown-room",
      comment: "Every folder of src is a room of the house with a floor of its own.",
      severity: "error",
      from: { path: "^src/", pathNot: rooms.map((room) => inside(room.path)) },
      to: {},
    },
    {
      name: "no-import-of-unknown-room",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: rooms.map((room) => inside(room.path)) },
    },
    {
      name: "src-stands-alone",
      comment: "What ships imports nothing that does not.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts|examples|bin|dist|contracts)/" },
    },
    {
      name: "shown-through-the-door",
      comment: "An example is what a reader writes: it imports entries, not rooms. How it prints is nobody's model.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^src/", pathNot: [...entries.map((entry) => `^${entry}$`), "^src/terminal/terminal\\.ts$"] },
    },
    {
      name: "no-cycle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      severity: "error",
      from: { orphan: true, path: "^(src|bench|scripts|examples)/", pathNot: "\\.d\\.m?ts$" },
      to: {},
    },
    {
      name: "no-dead-module",
      comment: "No entry of the package leads here.",
      severity: "error",
      from: { path: entries.map((entry) => `^${entry}$`) },
      to: { path: "^src/", pathNot: entries.map((entry) => `^${entry}$`), reachable: false },
    },
    {
      name: "no-unresolved-import",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "(^|/)node_modules/" },
    exclude: { path: "(^|/)(dist|\\.latchkey)/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
