import { reader, fresh } from "./kip17-calls.ts";
import { type InterfaceName, interfaceIds } from "./kip17-abi.ts";
import type { Found, InterfaceFacts, Stage } from "./scene.ts";
import { type Line, type Parts, play, returns, works } from "./story.ts";

export const interfaceNames = [
  "IKIP17",
  "IKIP17Metadata",
  "IKIP17Enumerable",
  "IKIP17Mintable",
  "IKIP17MetadataMintable",
  "IKIP17Burnable",
  "IKIP17Pausable",
] as const satisfies readonly InterfaceName[];

// An enumerable view may walk over a whole collection.
export const viewGas = 8_000_000n;

type Reported = Readonly<Record<InterfaceName, boolean | undefined>>;

export async function reportedInterfaces({ simulator, encode }: Parts): Promise<Reported> {
  const calls = interfaceNames.map((name) =>
    encode({ from: reader, function: "supportsInterface", args: [interfaceIds[name]] }),
  );
  const results = await simulator.run(calls);
  return perInterface((_, index) => {
    const result = results[index];
    const value = result === undefined ? undefined : calls[index]?.decode(result);
    return typeof value === "boolean" ? value : undefined;
  });
}

interface Known {
  readonly reported: Reported;
  readonly stage: Found<Stage>;
  readonly minter: Found<string>;
  readonly opening: readonly Line[];
  readonly newId: bigint;
}

/** Tries the functions of each interface, whatever is reported: a contract may report what it has not, and have what it does not report. */
export async function factsOf(parts: Parts, known: Known): Promise<Readonly<Record<InterfaceName, InterfaceFacts>>> {
  const { reported, opening, newId } = known;
  const stage = "value" in known.stage ? known.stage.value : undefined;
  const minter = "value" in known.minter ? known.minter.value : undefined;
  const view = (name: string, args: readonly unknown[]): Line => ({ ...returns(name, args), gas: viewGas });
  const names = await tries(parts, [returns("name", []), returns("symbol", [])]);
  const supply = await tries(parts, [returns("totalSupply", [])]);
  const asksMinters = await tries(parts, [returns("isMinter", [reader])]);
  const pausable = await tries(parts, [returns("paused", []), returns("isPauser", [reader])]);
  const after = async (...lines: readonly Line[]): Promise<boolean | undefined> =>
    stage === undefined ? undefined : await tries(parts, [...stage.opening, ...lines]);
  const mints = async (name: string, more: readonly unknown[]): Promise<boolean | undefined> =>
    minter === undefined ? undefined : await tries(parts, [...opening, works(minter, name, [fresh, newId, ...more])]);
  const holder = stage?.holder ?? reader;
  const id = stage?.id ?? newId;
  const present: Reported = {
    IKIP17: await after(
      returns("ownerOf", [id]),
      returns("balanceOf", [holder]),
      works(holder, "transferFrom", [holder, fresh, id]),
    ),
    IKIP17Metadata: names,
    IKIP17Enumerable: supply
      ? await after(view("tokenByIndex", [0n]), view("tokenOfOwnerByIndex", [holder, 0n]))
      : false,
    IKIP17Mintable: asksMinters ? await mints("mint", []) : false,
    IKIP17MetadataMintable: asksMinters ? await mints("mintWithTokenURI", ["ipfs://latchkey"]) : false,
    IKIP17Burnable: await after(works(holder, "burn", [id])),
    IKIP17Pausable: pausable,
  };
  return perInterface((name) => ({ reported: reported[name], present: present[name] }));
}

/** Undefined where the question was not reached, or a view was too dear to be answered. */
async function tries(parts: Parts, lines: readonly Line[]): Promise<boolean | undefined> {
  const { outcome } = await play(parts, lines);
  return outcome === "cannot tell" ? undefined : outcome === "conforms";
}

function perInterface<T>(valueOf: (name: InterfaceName, index: number) => T): Readonly<Record<InterfaceName, T>> {
  const value = (name: InterfaceName): T => valueOf(name, interfaceNames.indexOf(name));
  return {
    IKIP17: value("IKIP17"),
    IKIP17Metadata: value("IKIP17Metadata"),
    IKIP17Enumerable: value("IKIP17Enumerable"),
    IKIP17Mintable: value("IKIP17Mintable"),
    IKIP17MetadataMintable: value("IKIP17MetadataMintable"),
    IKIP17Burnable: value("IKIP17Burnable"),
    IKIP17Pausable: value("IKIP17Pausable"),
  };
}
