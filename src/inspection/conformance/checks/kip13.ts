import { type Check } from "../check.ts";
import { reader, reasonOf } from "../../scene/kip17-calls.ts";
import { conforms, deviates, type Finding } from "../../scene/finding.ts";
import type { Scene } from "../../scene/scene.ts";

/** KIP-13 allows a question less than this. */
const mostGas = 30_000n;
const more = 1_000_000n;

const questions = [
  { id: "kip13.own", interfaceId: "0x01ffc9a7", expected: true, title: "KIP-13's own id, 0x01ffc9a7, is reported" },
  { id: "kip13.invalid", interfaceId: "0xffffffff", expected: false, title: "0xffffffff is not reported" },
  { id: "kip13.unknown", interfaceId: "0x6c61746b", expected: false, title: "An unknown interface is not reported" },
] as const;

export const kip13Checks: readonly Check[] = questions.map(({ id, interfaceId, expected, title }) => ({
  id,
  title: `${title}, within 30,000 gas`,
  group: "KIP-13",
  requirement: "must",
  section: "KIP-13, How a Contract will Publish the Interfaces it Implements",
  run: (scene) => ask(scene, interfaceId, expected),
}));

/** Once with the gas that is allowed, and once with plenty, to tell a wrong answer from a dear one. */
async function ask({ simulator, encode }: Scene, interfaceId: string, expected: boolean): Promise<Finding> {
  const calls = [mostGas, more].map((gas) =>
    encode({ from: reader, function: "supportsInterface", args: [interfaceId], gas }),
  );
  const results = await simulator.run(calls);
  const [bounded, unbounded] = results.map((result, index) => calls[index]?.decode(result));
  if (bounded === expected) return conforms(`answers ${String(expected)}`);
  if (unbounded === expected) return deviates(`answers ${String(expected)}, with more than 30,000 gas`);
  const [, last] = results;
  if (last !== undefined && !last.succeeded) return deviates(`reverts ${reasonOf(last, more)}`);
  return deviates(
    typeof unbounded === "boolean" ? `answers ${String(unbounded)}` : "answers nothing that a bool allows",
  );
}
