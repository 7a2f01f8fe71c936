import { describe, expect, it } from "vitest";
import { oneChain, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { runChild } from "../harness/run-child.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

const child = new URL("./children/login-with-crash.ts", import.meta.url);

/** Kills a login at its first step, then at its second, and so on, until one gets through; looks at what is left each time. */
async function killEverywhere(prepare: (directory: string) => Promise<void>, userId: string): Promise<number> {
  for (let dieAt = 1; ; dieAt += 1) {
    const directory = temporaryDirectory();
    await prepare(directory);
    const { signal, code, stdout, stderr } = await runChild(child, [directory, String(dieAt), userId]);
    if (signal === null) {
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toBe(`steps ${String(dieAt - 1)}`);
      return dieAt - 1;
    }
    expect(signal, stderr).toBe("SIGKILL");

    const { latchkey } = await openTestLatchkey({ directory, chains: twoChains() });
    const left = await latchkey.wallet(userId);
    const wallet = await latchkey.login(userId);
    if (left !== undefined) expect(left.id, `killed at step ${String(dieAt)}`).toBe(wallet.id);
    await wallet.accounts.main.send(someTransfer);
    await wallet.accounts.second.send(someTransfer);
    expect(JSON.stringify(await latchkey.wallet(userId))).toBe(JSON.stringify(wallet));
    await latchkey.close();
  }
}

describe("kill -9 at any step of login", { timeout: 240_000 }, () => {
  it("of the first user ever: afterwards one wallet or none, and login works", async () => {
    const steps = await killEverywhere(() => Promise.resolve(), "user");
    expect(steps).toBeGreaterThan(10);
  });

  it("of an old user who is given a new account: the wallet is the old or the new one, and login works", async () => {
    const steps = await killEverywhere(async (directory) => {
      const { latchkey } = await openTestLatchkey({ directory, chains: oneChain() });
      await latchkey.login("user");
      await latchkey.close();
    }, "user");
    expect(steps).toBeGreaterThan(5);
  });
});
