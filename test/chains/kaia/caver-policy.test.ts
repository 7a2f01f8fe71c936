import { join } from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { type CaverWallet, caverProvider, caverWallet } from "../../../src/chains/kaia/index.ts";
import { type Latchkey, localRootKey, openLatchkey, sqlite } from "../../../src/index.ts";
import type { PolicyOptions } from "../../../src/transactions/policy/rules.ts";
import { createRecorder } from "../../harness/recorder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { rejectedBy } from "../refused.ts";
import { caverOver, type CaverTransaction, type TestedCaver } from "./caver.ts";
import { chainId, contract, hex, person, sceneOf } from "./scene.ts";

// caver signs nothing that the policy forbids. Budget of the file: 5 s.

let caver: TestedCaver;
beforeAll(() => {
  caver = caverOver(caverProvider({ chains: { kaia: sceneOf().chain } }, "kaia"));
});

const token = `0xa9059cbb${person.slice(2).toLowerCase().padStart(64, "0")}${"9".padStart(64, "0")}`;
const common = { gas: "0x7918", gasPrice: "0x5d21dba00", nonce: "0x1", chainId: hex(chainId) };

interface Opened {
  readonly latchkey: Latchkey<"kaia">;
  readonly own: string;
  readonly wallet: CaverWallet;
  signatures(): number;
}

async function open(policy: PolicyOptions = {}): Promise<Opened> {
  const directory = temporaryDirectory();
  const { meter, total } = createRecorder();
  const latchkey = await openLatchkey({
    chains: [sceneOf().chain],
    wrappingKey: localRootKey(join(directory, "root.key")),
    store: sqlite(join(directory, "wallets.db")),
    policy,
    meter,
  });
  onTestFinished(() => latchkey.close());
  const { address, signer } = (await latchkey.login("alice")).accounts.kaia;
  const signatures = (): number => total("latchkey_signatures_total", { outcome: "ok" });
  return { latchkey, own: address, wallet: caverWallet([signer]), signatures };
}

function create(type: string, fields: object): CaverTransaction {
  return (caver.transaction[type] ?? expect.fail(type)).create({ ...common, ...fields });
}

/** Each kind of transaction that is signed, and the rule that forbids it. */
const attempts: readonly (readonly [string, (made: Opened) => Promise<unknown>])[] = [
  ["no-coins", ({ own, wallet }) => wallet.sign(own, create("valueTransfer", { from: own, to: person, value: "0x2" }))],
  [
    "no-coins",
    ({ own, wallet }) => wallet.sign(own, create("legacyTransaction", { to: person, value: "0x2", input: "0x" })),
  ],
  [
    "few-tokens",
    ({ own, wallet }) =>
      wallet.sign(own, create("smartContractExecution", { from: own, to: contract, value: "0x0", input: token })),
  ],
  ["digests", ({ own, wallet }) => wallet.sign(own, create("chainDataAnchoring", { from: own, input: "0xf8" }))],
  [
    "feeBudget.perUserPerDay",
    ({ own, wallet }) => {
      const fields = { from: person, to: contract, value: "0x0", input: "0x", feePayer: own };
      return wallet.signAsFeePayer(own, create("feeDelegatedSmartContractExecution", fields));
    },
  ],
];

it("of a frozen wallet, and all of it when it is thawed", async () => {
  const made = await open();
  await made.latchkey.policy.freeze({ user: "alice" }, "a stolen phone");
  for (const [, attempt] of attempts) await rejectedBy(attempt(made), "ERR_POLICY_FROZEN");
  expect(made.signatures()).toBe(0);
  await made.latchkey.policy.unfreeze({ user: "alice" });
  for (const [, attempt] of attempts) await attempt(made);
  expect(made.signatures()).toBe(attempts.length);
});

it("beyond its rules and its fees: each denial names the rule", async () => {
  const made = await open({
    rules: [
      { name: "no-coins", maxValue: 1n },
      { name: "few-tokens", asset: contract, maxValue: 8n },
    ],
    feeBudget: { perUserPerDay: 0x7918n * 25_000_000_000n - 1n },
  });
  for (const [rule, attempt] of attempts) {
    const error = await rejectedBy(attempt(made), "ERR_POLICY_DENIED");
    expect(error.context["rule"]).toBe(rule);
  }
  expect(made.signatures()).toBe(0);
  const { own, wallet } = made;
  await wallet.sign(own, create("valueTransfer", { from: own, to: person, value: "0x1" }));
  await wallet.sign(own, create("cancel", { from: own }));
  const half = { from: person, to: person, value: "0x1", feePayer: own, feeRatio: 50 };
  await wallet.signAsFeePayer(own, create("feeDelegatedValueTransferWithRatio", half));
  expect(made.signatures()).toBe(3);
});
