import {
  concatRunData,
  getContractVersion,
  getErrors,
  getStorageLayout,
  makeNamespacedInput,
  solcInputOutputDecoder,
  type SolcOutput,
  type StorageLayout,
  validate,
} from "@openzeppelin/upgrades-core";
import type { CompilerInput } from "hardhat/types/solidity";
import { isRecord } from "../../scripts/guards.ts";
import { compileStandardJson } from "./generated-solc.ts";

/** What OpenZeppelin's upgrade checks say of a contract behind a UUPS proxy. */
export interface Checked {
  /** What is unsafe about it, by its kind: a constructor, a delegatecall, an initial value, ... */
  readonly faults: readonly string[];
  readonly layout: StorageLayout;
}

/** Where each variable lies, in a contract's own slots and in each of its ERC-7201 namespaces. */
export type Places = Readonly<Record<string, Readonly<Record<string, string>>>>;

const solcVersion = "0.8.37";

/** @param edit - changes the text of a source, by its name. */
export async function check(
  given: CompilerInput,
  contract: string,
  edit: (source: string, text: string) => string = (_, text) => text,
): Promise<Checked> {
  const wanted = [
    "abi",
    "evm.bytecode.object",
    "evm.bytecode.linkReferences",
    "evm.methodIdentifiers",
    "storageLayout",
  ];
  const edited = Object.entries(given.sources).map(
    ([name, { content }]) => [name, { content: edit(name, content) }] as const,
  );
  const sources: CompilerInput["sources"] = Object.fromEntries(edited);
  const input: CompilerInput = {
    ...given,
    sources,
    settings: { ...given.settings, outputSelection: { "*": { "*": wanted, "": ["ast"] } } },
  };
  const output = outputOf(await compileStandardJson(input));
  const namespaced = outputOf(await compileStandardJson(makeNamespacedInput(input, output, solcVersion)));
  const run = validate(output, solcInputOutputDecoder(input, output), solcVersion, input, namespaced);
  const [data, version] = [concatRunData(run), getContractVersion(run, contract)];
  return {
    faults: getErrors(data, version, { kind: "uups" }).map(({ kind }) => kind),
    layout: getStorageLayout(data, version),
  };
}

export function placesOf(layout: StorageLayout): Places {
  const label = (type: string): string => layout.types[type]?.label ?? type;
  const places = (items: StorageLayout["storage"]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      items.map((item) => [
        `slot ${item.slot ?? "?"}, byte ${String(item.offset ?? "?")}`,
        `${label(item.type)} ${item.label}`,
      ]),
    );
  const namespaces = Object.entries(layout.namespaces ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const named = namespaces.map(([name, items]) => [name, places(items)] as const);
  return Object.fromEntries([["own slots", places(layout.storage)] as const, ...named]);
}

function outputOf(value: unknown): SolcOutput {
  if (!isOutput(value)) throw new Error("The compiler's output has no contracts and sources.");
  return value;
}

function isOutput(value: unknown): value is SolcOutput {
  return isRecord(value) && isRecord(value["contracts"]) && isRecord(value["sources"]);
}
