import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doorOwner, holeOwner } from "../../../src/contracts/index.ts";
import { parseRemap, readRemapFile } from "../../../src/migration/remap.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

const [alice, bob] = ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", `0x${"b0".repeat(20)}`];
const file = (owners: string, head = '"format":"latchkey-remap","version":1'): string =>
  `{${head},"owners":{${owners}}}`;

describe("a remap file", () => {
  it("says who gets whose tokens, in lower case, with its hash", async () => {
    const text = file(`"${alice}":"${bob}", "${bob}" : "${alice}"`);
    const path = join(temporaryDirectory(), "remap.json");
    writeFileSync(path, text);
    const remap = await readRemapFile(path);
    expect([...remap.owners]).toEqual([
      [alice.toLowerCase(), bob],
      [bob, alice.toLowerCase()],
    ]);
    expect(remap.sha256).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["another format", file("", '"format":"remap","version":1')],
    ["another version", file("", '"format":"latchkey-remap","version":2')],
    ["no owners", '{"format":"latchkey-remap","version":1,"owners":[]}'],
    ["an owner that is none", file(`"0x12":"${bob}"`)],
    ["a checksum that fails", file(`"${alice.replace("F6F4", "f6F4")}":"${bob}"`)],
    ["an heir that is none", file(`"${bob}":"0x12"`)],
    ["an heir that is no text", file(`"${bob}":1`)],
    ["an heir of zero", file(`"${bob}":"${holeOwner}"`)],
    ["the door for an heir", file(`"${bob}":"${doorOwner}"`)],
    ["zero for an owner", file(`"${holeOwner}":"${bob}"`)],
    ["an owner twice", file(`"${bob}":"${alice}","${bob}":"${alice}"`)],
    ["an owner twice in another case", file(`"${alice}":"${bob}","${alice.toLowerCase()}":"${bob}"`)],
    ["one who gives to himself", file(`"${alice}":"${alice.toLowerCase()}"`)],
  ])("is refused with %s", async (_what, text) => {
    expect(await thrownBy(() => parseRemap(Buffer.from(text)))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
  });

  it("is refused where it is not there", async () => {
    expect(await thrownBy(() => readRemapFile(join(temporaryDirectory(), "x")))).toMatchObject({
      code: "ERR_CONFIG_INVALID",
    });
  });
});
