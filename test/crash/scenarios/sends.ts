import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Transaction, Wallet } from "ethers";
import { isLatchkeyError, type Latchkey, LatchkeyError, localRootKey } from "../../../src/index.ts";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { keySigner } from "../../../src/vault/local/key-signer.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import type { TransactionHandle } from "../../../src/transactions/handle.ts";
import { addressOf, bytesOf } from "../contracts.ts";
import type { Order } from "../orders.ts";
import { accountFor, fund, place, type Scene, sql, until } from "../scene.ts";
import type { Scenario } from "./scenario.ts";

const gwei = 10n ** 9n;
/** The user of this name may move 100 wei an hour. */
const limited = "limited";
const treasury = "service:treasury";

function ordersOf({ orders }: Scene): Readonly<Record<string, Order>> {
  const limit = ["success", "refused ERR_POLICY_DENIED"] as const;
  return {
    queued: orders.transfer("queued", "user", 11n, { ends: ["success", "cancelled"] }),
    first: orders.transfer("first", "user", 12n),
    second: orders.transfer("second", "user", 13n),
    token: orders.token("token", "user"),
    call: orders.call("call", "user"),
    deploy: orders.deploy("deploy", "user"),
    service: orders.transfer("service", treasury, 14n),
    loose: orders.unkeyed("loose", "user", 17n),
    serviceCall: orders.call("service-call", treasury),
    over: orders.transfer("over", "user", 10n ** 17n, { ends: ["refused ERR_POLICY_DENIED"] }),
    back: orders.transfer("limit-back", limited, 40n, { ends: ["success", "cancelled"] }),
    within: orders.transfer("limit-1", limited, 40n),
    maybe: orders.transfer("limit-2", limited, 40n, { ends: limit }),
    beyond: orders.transfer("limit-3", limited, 41n, { ends: ["refused ERR_POLICY_DENIED"] }),
    reverts: orders.revert("reverts", "user", { options: { gasLimit: 100_000n }, ends: ["reverted"] }),
    refused: orders.revert("refused", "user", { ends: ["failed ERR_CHAIN_REVERTED"] }),
    after: orders.transfer("after", "user", 15n),
    denied: orders.transfer("denied", "user", 16n, { ends: ["success", "failed ERR_POLICY_DENIED"] }),
    broke: orders.transfer("broke", "broke", 10n ** 17n, { ends: ["failed ERR_CHAIN_INSUFFICIENT_FUNDS"] }),
    poor: orders.transfer("poor", "poor", 5n, { ends: ["success"] }),
  };
}

const end = async (handle: TransactionHandle): Promise<void> => {
  await handle.wait("final", { timeoutMs: 60_000 }).catch(() => undefined);
};

/** Sends of all kinds on a chain that mines at once. */
export const sends: Scenario = {
  name: "sends",
  chain: "anvil",
  needsBlocks: false,
  funded: ["user", limited, treasury],
  orders: (scene) => Object.values(ordersOf(scene)),
  options: ({ hooksUrl }) => ({
    worker: "manual",
    gas: {
      main: { from: "treasury", below: 10n ** 14n, upTo: 10n ** 16n, perAccountPerDay: 10n ** 17n },
    },
    policy: {
      digests: "allow",
      feeBudget: { perTenantPerDay: 10n ** 18n, perUserPerDay: 10n ** 17n },
      rules: [
        { name: "each", users: ["user"], maxValue: 10n ** 16n },
        { name: "hour", users: [limited], limit: { value: 100n, windowMs: 3_600_000, per: "user" } },
        { name: "besides", users: ["signer"], limit: { value: 100n, windowMs: 3_600_000, per: "tenant" } },
      ],
    },
    webhooks: ["ok", "gone", "flaky", "hangs"].map((name) => ({
      name,
      url: `${hooksUrl}/${name}`,
      secret: "a secret of more than twenty-four bytes",
    })),
  }),

  run: async (scene) => {
    const orders = ordersOf(scene);
    const send = (latchkey: Latchkey<"main">, name: string): Promise<TransactionHandle> => {
      const order = orders[name];
      if (order === undefined) throw new Error(`no order ${name}`);
      return place(latchkey, scene, order);
    };
    const latchkey = await scene.open();
    await fund(latchkey, scene, sends.funded);
    for (const name of ["queued", "back"]) {
      await (await send(latchkey, name)).cancel();
      scene.tell(`${orders[name]?.name ?? ""} cancelled`);
    }
    const user = await latchkey.login("user");
    latchkey.on("transaction.final", () => Promise.resolve());

    // A worker that died with the user's lease, and webhooks of long ago.
    const dead = randomUUID();
    await scene.write(
      sql`insert into latchkey_workers (worker_id, tenant, beat, started_at) values (${dead}, 'default', 7, 1)`,
    );
    await scene.write(
      sql`update latchkey_senders set lease_worker = ${dead} where address = ${user.accounts.main.address}`,
    );
    await scene.write(sql`insert into latchkey_webhook_deliveries
      (tenant, event_id, endpoint, event, body, mac_branch, mac, state, attempts, next_at)
      values ('default', ${randomUUID()}, 'ok', 'transaction.final', '{}', '', '', 'delivered', 1, 5),
             ('default', ${randomUUID()}, 'flaky', 'transaction.final', '{}', '', '', 'pending', 9, 6)`);

    await send(latchkey, "service");
    await strangers(scene, await send(latchkey, "within"));
    scene.faults.failCounts = 3;
    const some = ["first", "second", "token", "call", "deploy", "loose", "serviceCall", "maybe", "reverts"];
    latchkey.start();
    const handles = await Promise.all(some.map((name) => send(latchkey, name)));
    await Promise.all(handles.map(end));
    for (const name of ["over", "beyond"])
      await send(latchkey, name).catch((error: unknown) => {
        if (!isLatchkeyError(error, "ERR_POLICY_DENIED")) throw error;
      });
    // Whoever drains waits for what is being stored, and for what is being signed.
    const sending = Promise.all(["refused", "denied", "after", "broke"].map((name) => send(latchkey, name)));
    const drains: Promise<void>[] = [];
    for (let turn = 0; turn < 60; turn += 1) {
      drains.push(latchkey.drain());
      await setImmediate();
    }
    const more = await sending;
    await Promise.all(drains);
    latchkey.start();
    await latchkey.drain();
    const denyTo = [addressOf(scene.place.name, "denied")];
    await latchkey.policy.setRules({ user: "user" }, [
      { name: "late", denyTo },
      { name: "late-limit", limit: { value: 10n ** 18n, windowMs: 60_000, per: "user" } },
    ]);

    // Another process beside this one.
    const other = await scene.open({ worker: "auto" });
    await other.service("treasury", scene.treasury);
    other.start();
    latchkey.start();
    await Promise.all(more.map(end));
    const [first] = handles;
    const { attempts } = (await first?.status()) ?? { attempts: [] };
    const byHash = await other.transactions.get(attempts[0]?.hash ?? "");
    if (byHash?.id !== first?.id) throw new Error("a transaction was not found by its hash");
    await other.transactions.get(first?.id ?? "");
    await other.transactions.list({ status: "final", limit: 3 });

    await end(await send(other, "poor"));
    await other.login("empty");
    await (await accountFor(other, scene, "empty")).ensureGas();
    await signBesides(other, scene);
    await until("senders are given back", async () => (await other.transactions.list()).nextCursor === null);
    await new Promise((resolve) => setTimeout(resolve, 900));
    await other.close();
    await latchkey.close();
    await lateWebhooks(scene);
  },
};

/** A process that cannot reach its wrapping key at first; and the last attempt of what its receiver never takes. */
async function lateWebhooks(scene: Scene): Promise<void> {
  await scene.write(sql`update latchkey_webhook_deliveries set attempts = 9, next_at = 6
    where endpoint = 'flaky' and state = 'pending'`);
  const key = localRootKey(join(scene.place.directory, "root.key"));
  const logged = new Set<string>();
  const isTold = (text: string): boolean => [...logged].some((line) => line.startsWith(text));
  const late = await scene.open({
    logger: { ...silentLogger, error: (_, text) => void logged.add(text) },
    wrappingKey: {
      description: key.description,
      wrap: (...given) => key.wrap(...given),
      unwrap: async (...given) => {
        if (isTold("Webhooks are not delivered")) return await key.unwrap(...given);
        throw new LatchkeyError("ERR_KMS_UNAVAILABLE", "The wrapping key cannot be reached.");
      },
      close: () => key.close(),
    },
  });
  late.start();
  await until("the wrapping key is missed", () => Promise.resolve(isTold("Webhooks are not delivered")));
  await until("a webhook is given up", () => Promise.resolve(isTold("A webhook failed at its last attempt")));
  await late.close();
}

/** A process that has another treasury, and does not find a user's account: what is queued waits for one that does. */
async function strangers(scene: Scene, queued: TransactionHandle): Promise<void> {
  const account = (scheme: string): Promise<void> =>
    scene.write(sql`update latchkey_accounts set scheme = ${scheme}
      where wallet_id = (select wallet_id from latchkey_wallets where user_id = ${limited})`);
  const strange = await scene.open();
  await strange.service("treasury", new Wallet(`0x${bytesOf(scene.place.name, "strange").toString("hex")}`));
  await account("hidden");
  strange.start();
  await until("a process without the key has seen it", async () => (await queued.status()).error !== null);
  await strange.close();
  await account("evm");
}

/** What signs beside the outbox, and what decides on it. */
async function signBesides(latchkey: Latchkey<"main">, scene: Scene): Promise<void> {
  const { signer } = (await latchkey.login("signer")).accounts.main;
  const to = scene.treasury.address;
  const intent = await latchkey.chains.main.encode({ transfer: { to, value: 1n } });
  const digest = bytesOf(scene.place.name, "digest");
  const { chainId } = scene.node;
  await signer.signDigest(digest, { kind: "transaction", chainId, intent });
  await signer.signDigest(digest, { kind: "fee", chainId, from: to, maxFee: gwei });
  await latchkey.login("signer").then(({ accounts }) => accounts.main.explain({ transfer: { to, value: 1n } }));
  const kept = await keySigner(() => Promise.resolve(Uint8Array.from(bytesOf(scene.place.name, "kept"))), evmKeyScheme);
  await kept.signDigest(digest);
  const service = (await latchkey.service("treasury", scene.treasury)).accounts.main.signer;
  const fee = { type: 2, maxFeePerGas: gwei, maxPriorityFeePerGas: 0n };
  const unsigned = Transaction.from({ to, value: 1n, nonce: 0, gasLimit: 21_000n, chainId, ...fee }).unsignedSerialized;
  await service.signTransaction?.(`0x${unsigned.slice(2)}`);
  await latchkey.policy.setRules({ user: "poor" }, [{ name: "own", maxValue: 10n ** 15n }]);
  await latchkey.policy.freeze({ service: "treasury" }, "a look");
  await latchkey.policy.unfreeze({ service: "treasury" });
  await latchkey.policy.controls("tenant");
  await latchkey.findByAddress((await latchkey.login("user")).accounts.main.address);
  await latchkey.wallet("user");
  await latchkey.backfill();
}
