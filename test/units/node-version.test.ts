import { describe, expect, it } from "vitest";
import { requireNode } from "../../src/units/node-version.ts";
import { thrownBy } from "../harness/errors.ts";

// Budget of the file: 1 s.
describe("the version of Node", () => {
  it.each(["22.13.0", "22.20.1", "23.0.0", "24.21.0", "100.0.0", process.versions.node])("%s is taken", (version) => {
    expect(() => {
      requireNode(version);
    }).not.toThrow();
  });

  it.each(["20.20.2", "22.12.9", "18.0.0", ""])("%j is refused in words", async (version) => {
    const error = await thrownBy(() => {
      requireNode(version);
    });
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID", context: { node: version } });
    expect(String(error)).toContain("needs Node 22.13 or later");
  });
});
