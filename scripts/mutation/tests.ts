import { globSync } from "node:fs";
import { basename } from "node:path";
import type { Oracle } from "./oracle.ts";
import { build, installBytecode } from "./tree.ts";

/** Mutants that are compiled together, and the tests that are to notice them. */
export interface Suite {
  bearsOn(path: string): boolean;
  /** Compiles what the tests deploy, in a copy whose contracts hold the mutants. */
  prepare(copy: string): Promise<void>;
  /** @param path - the contract whose mutant is tried; empty for none. */
  oracle(copy: string, path: string): Oracle;
}

/** Which tests notice first what is wrong with a contract; the others follow. */
const nearest: Readonly<Record<string, readonly string[]>> = {
  KIP17: ["behaviour/erc721", "behaviour/kip17-receivers", "collection/batches"],
  KIP17BatchMintable: ["collection/batches"],
  KIP17CollectionBase: ["collection/roles", "collection/features", "collection/uris"],
  KIP17Enumerable: ["collection/enumeration", "behaviour/erc721", "collection/batches", "collection/features"],
  KIP17Lock: ["collection/features"],
  KIP17Metadata: ["collection/uris"],
  KIP17MetadataMintable: ["collection/roles", "collection/uris"],
  KIP17Migrated: [
    "migrated/promises",
    "migrated/batches",
    "migrated/seal",
    "migrated/door",
    "migrated/compared",
    "migrated/hostile-old",
  ],
  KIP17Mintable: ["collection/roles"],
  KIP17Ownable: ["collection/roles"],
  KIP17Pausable: ["collection/roles", "collection/features"],
  KIP17Permit: ["collection/permits"],
  KIP17Royalty: ["collection/features"],
  KIP17URIStorage: ["collection/uris"],
};

const patterns = ["behaviour", "collection", "migrated"].map((folder) => `test/contracts/${folder}/*.test.ts`);
/** Walks through states at random: sees the most, and takes by far the longest. */
const last = "test/contracts/model/narrow.test.ts";

/** The test files that see a contract deployed, in the order in which they are run. */
function testsFor(root: string, path: string): readonly string[] {
  const wanted = nearest[basename(path, ".sol")] ?? [];
  const place = (file: string): number => {
    const found = wanted.findIndex((name) => file.endsWith(`/${name}.test.ts`));
    return found === -1 ? wanted.length : found;
  };
  const files = globSync(patterns, { cwd: root }).toSorted();
  return [...files.toSorted((a, b) => place(a) - place(b)), last];
}

/** Known to its tests by the bytecode that the package carries, and compiled there once more. */
const upgradeable = "contracts/KIP17CollectionUpgradeable.sol";

export const suites: readonly Suite[] = [
  {
    bearsOn: (path) => path === upgradeable,
    prepare: (copy) => installBytecode(copy, upgradeable),
    oracle: () => ({ files: ["test/contracts/upgrade.test.ts"], pattern: "an upgrade" }),
  },
  {
    bearsOn: (path) => path !== upgradeable,
    prepare: build,
    oracle: (copy, path) => ({ files: testsFor(copy, path) }),
  },
];
