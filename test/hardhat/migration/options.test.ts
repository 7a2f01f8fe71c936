import { describe, expect, it } from "vitest";
import { directoryOf } from "../../../src/hardhat/migration/context.ts";
import { parseMigration, type TypedMigration } from "../../../src/hardhat/migration/options.ts";
import { thrownBy } from "../../harness/errors.ts";

const address = `0x${"ab".repeat(20)}`;

const nothing: TypedMigration = {
  ...{ from: undefined, out: undefined, oldNetwork: undefined, block: undefined, logsFrom: undefined },
  ...{ remap: undefined, owner: undefined, signers: undefined, name: undefined, symbol: undefined, profile: undefined },
  ...{ yes: false, dryRun: false, keepOpen: false, skipRehearsal: false },
  ...{ compareWithOld: false, allowMoved: false, json: false },
};
const typed = (given: Partial<TypedMigration>): TypedMigration => ({ ...nothing, ...given });

describe("the options of kip17 migrate", () => {
  it.each<[Partial<TypedMigration>, string]>([
    [{ from: "0x12" }, "ERR_CHAIN_ADDRESS_INVALID"],
    [{ owner: "me" }, "ERR_CHAIN_ADDRESS_INVALID"],
    [{ signers: `${address},` }, "ERR_CHAIN_ADDRESS_INVALID"],
    [{ block: "latest" }, "ERR_CONFIG_INVALID"],
    [{ logsFrom: "-1" }, "ERR_CONFIG_INVALID"],
    [{ profile: "toString" }, "ERR_CONFIG_INVALID"],
  ])("%o is refused", async (given, code) => {
    expect(await thrownBy(() => parseMigration(typed(given)))).toMatchObject({ code });
  });

  it("are read: several signers, blocks as numbers, a profile by its name", () => {
    const options = parseMigration(typed({ signers: `${address}, ${address}`, block: "12", profile: "kaia" }));
    expect(options).toMatchObject({ block: 12n, profile: { name: "kaia" } });
    expect(options.signers.map((each) => each.toLowerCase())).toEqual([address, address]);
  });

  it("name the folder, or the collection that it is named after", async () => {
    expect(directoryOf({ out: "here", from: address })).toBe("here");
    expect(directoryOf({ out: undefined, from: address })).toBe("migration-abababab");
    expect(String(await thrownBy(() => directoryOf({ out: undefined, from: undefined })))).toContain(
      "--out is missing",
    );
  });
});
