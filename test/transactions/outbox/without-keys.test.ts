import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { localRootKey, type WrappingKey } from "../../../src/index.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { localSigner } from "../kaia/local-signer.ts";
import { anvilOfFile, openScene, patient, pay, randomWallet, until } from "./scene.ts";

const main = anvilOfFile(["--no-mining"]);

/** KMS for somebody who may not use it. */
function refusingKey(): WrappingKey & { readonly asked: () => number } {
  let asked = 0;
  const refuse = (): Promise<never> => {
    asked += 1;
    return Promise.reject(new LatchkeyError("ERR_KMS_DENIED", "denied"));
  };
  return {
    description: "a key that refuses",
    wrap: refuse,
    unwrap: refuse,
    close: () => Promise.resolve(),
    asked: () => asked,
  };
}

// Budget of the file: 6 s, the node's start included.
describe("whoever has every table, and no key of KMS,", { timeout: 60_000 }, () => {
  it("gets no signature of a user's key, nor of a service's that he could ask", async () => {
    const directory = temporaryDirectory();
    const owner = await openScene(main.node, { directory, worker: "manual", profile: patient });
    const user = await owner.user("alice");
    const wallet = randomWallet();
    const service = await owner.service("minter", wallet);
    const handles = [await user.send(pay(1n)), await user.send(pay(2n)), await service.send(pay(3n))];
    owner.latchkey.start();
    for (const handle of handles) await handle.wait("broadcast");
    await owner.latchkey.drain();
    const queued = [await user.send(pay(4n)), await service.send(pay(5n))];
    await owner.latchkey.close();

    const kms = refusingKey();
    const thief = await openScene(main.node, {
      directory,
      wrappingKey: kms,
      profile: { ...patient, stuckAfterMs: 50 },
    });
    const signer = localSigner(wallet);
    await thief.latchkey.service("minter", signer);
    // What he would like to have signed: again, cancelled, elsewhere.
    const table = "latchkey_transactions";
    thief.sql(`UPDATE ${table} SET cancel_requested = 1, cancel_mac = mac WHERE state = 'broadcast'`);
    thief.sql(
      `INSERT INTO ${table} SELECT 'ffffffff' || substr(id, 9), tenant, chain, chain_id, sender, subject, 'queued', replace(payload, '"value":"', '"value":"9'), NULL, NULL, reservations, mac_branch, mac, 0, NULL, NULL, NULL, created_at, updated_at FROM ${table}`,
    );
    thief.sql("UPDATE latchkey_senders SET open = open + 10, signal = signal + 1, next_nonce = next_nonce + 3");
    thief.latchkey.start();
    await until(() => {
      expect(kms.asked()).toBeGreaterThan(2);
      expect(thief.recorder.total("latchkey_transaction_troubles_total")).toBeGreaterThan(2);
    });
    expect(thief.recorder.total("latchkey_signatures_total", { outcome: "ok" })).toBe(0);
    expect(signer.count()).toBe(0);
    await thief.latchkey.close();

    // Its owner goes on, with what was asked for and nothing else.
    const back = await openScene(main.node, {
      directory,
      profile: patient,
      wrappingKey: localRootKey(join(directory, "root.key")),
    });
    await back.latchkey.service("minter", localSigner(wallet));
    expect(
      back.sql(
        `SELECT count(*) AS count FROM ${table} WHERE state = 'queued' AND id IN ('${queued.map(({ id }) => id).join("', '")}')`,
      ),
    ).toEqual([{ count: 2 }]);
  });
});
