import { join } from "node:path";
import { expect } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import { http, type LatchkeyOptions, localRootKey, openLatchkey, sqlite } from "../../../src/index.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { loadPeer } from "../../../src/units/peer.ts";
import { awsKms } from "../../../src/vault/aws-kms/index.ts";
import { badUserIds } from "../../fixtures/user-ids.ts";
import { offlineChain, someTransfer } from "../../harness/offline-chain.ts";
import { randomToken } from "./tokens.ts";
import { heldBy, mainChain, openObserved, type World } from "./world.ts";

const nowhere = ["latchkey", "no", "such", "package"].join("-");

/** A secret that its owner puts where none belongs. */
export const misplaced = randomToken() + randomToken();

/** Calls with arguments that are not what they should be; the secret is among them. */
export async function misuseCalls(world: World): Promise<void> {
  const { observed } = world;
  const latchkey = await openObserved(world, { chains: [mainChain(world)] });
  const account = (await latchkey.login("alice")).accounts.main;
  for (const [what, userId] of badUserIds) {
    await observed.provoke("ERR_USER_ID_INVALID", what, () => Reflect.apply(latchkey.login, latchkey, [userId]));
  }
  await observed.provoke("ERR_USER_ID_INVALID", "a long user id", () => latchkey.login(misplaced.repeat(5)));
  await observed.provoke("ERR_CHAIN_ADDRESS_INVALID", "a key as address", () =>
    latchkey.findByAddress(`0x${misplaced}`),
  );
  await observed.provoke("ERR_CONFIG_INVALID", "concurrency", () => latchkey.backfill({ concurrency: Number.NaN }));

  const to = account.address;
  const abi = ["function sign(uint256 number)"];
  const intents: readonly (readonly [code: string, intent: unknown])[] = [
    ["ERR_CHAIN_INTENT_INVALID", misplaced],
    ["ERR_CHAIN_INTENT_INVALID", { [misplaced]: {} }],
    ["ERR_CHAIN_INTENT_INVALID", { transfer: { to, value: misplaced } }],
    ["ERR_CHAIN_ADDRESS_INVALID", { transfer: { to: `0x${misplaced}`, value: 1n } }],
    ["ERR_CHAIN_INTENT_INVALID", { data: { to, data: misplaced } }],
    ["ERR_CHAIN_INTENT_INVALID", { call: { to, abi: [misplaced], function: "sign" } }],
    ["ERR_CHAIN_INTENT_INVALID", { call: { to, abi, function: misplaced } }],
    ["ERR_CHAIN_INTENT_INVALID", { call: { to, abi, function: "sign", args: [misplaced] } }],
    ["ERR_CHAIN_INTENT_INVALID", { deploy: { bytecode: misplaced } }],
  ];
  for (const [code, intent] of intents) {
    for (const call of [account.send, account.explain])
      await observed.provoke(code, "a bad intent", () => Reflect.apply(call, account, [intent]));
  }
  for (const options of [misplaced, { idempotencyKey: misplaced.repeat(9) }, { feePayer: `A${misplaced}` }]) {
    await observed.provoke("ERR_TRANSACTION_OPTIONS_INVALID", "a bad option", () =>
      Reflect.apply(account.send, account, [someTransfer, options]),
    );
  }
  for (const look of [
    () => latchkey.transactions.get(misplaced),
    () => latchkey.transactions.list({ cursor: misplaced }),
    () => latchkey.transactions.list({ account: { chain: misplaced, address: to } }),
  ])
    await observed.provoke("ERR_TRANSACTION_OPTIONS_INVALID", "a bad look-up", look);
  for (const call of [
    () => latchkey.service(`A${misplaced}`, account.signer),
    (): unknown => Reflect.apply(latchkey.service, latchkey, ["payer", misplaced]),
    (): unknown => Reflect.apply(latchkey.policy.freeze, latchkey.policy, [misplaced, "a reason"]),
    () => latchkey.policy.setRules("tenant", [{ name: "a rule", allowTo: [misplaced] }]),
  ])
    await observed.provoke("ERR_CONFIG_INVALID", "a key out of place", call);
  await observed.provoke("ERR_CHAIN_INTENT_INVALID", "a bad read", () =>
    account.read({ to, abi, function: "sign", args: [misplaced] }),
  );
  await latchkey.close();

  const short = { ...offlineChain("main") };
  const prepare: typeof short.prepare = async (...given) => ({
    ...(await offlineChain("main").prepare(...given)),
    digest: new Uint8Array(31),
  });
  const wrong = await openObserved(world, { chains: [{ ...short, prepare }] });
  const wallet = await wrong.login("alice");
  await observed.provoke("ERR_VAULT_DIGEST_INVALID", "a digest of 31 bytes", () =>
    wallet.accounts.main.signer.signDigest(new Uint8Array(31)),
  );
  const unsigned = await wallet.accounts.main.send(someTransfer);
  await heldBy(observed, "ERR_VAULT_DIGEST_INVALID", unsigned);
  await unsigned.cancel();
  await wrong.close();
}

/** Options that are refused; URLs with their passwords and keys among them. */
export async function misuseOptions({ observed, node }: World, directory: string): Promise<void> {
  const keyId = "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd";
  const url = `postgres://user:${misplaced}@localhost/wallets`;
  const transport = http({ url: node.url, headers: node.headers });
  const chain = (name: string) => evm({ name, chainId: 1, transport });
  const open = (chains: readonly ReturnType<typeof chain>[], tenant?: string) =>
    openLatchkey({ chains, store: sqlite(join(directory, "unused.db")), ...(tenant === undefined ? {} : { tenant }) });
  const openWith = (options: Pick<LatchkeyOptions<"main">, "gas" | "policy" | "webhooks">) =>
    openLatchkey({
      chains: [evm({ name: "main", chainId: 1, transport })],
      store: sqlite(join(directory, "unused.db")),
      ...options,
    });
  const attempts: readonly (() => unknown)[] = [
    () => http(node.url.replace("http:", "htp:")),
    () => http(node.url.replace("http://", "")),
    () => http({ url: node.url, timeoutMs: -1 }),
    () => http({ url: node.url, headers: { "x-api-key": `${misplaced}\nx: y` } }),
    () => http({ url: node.url, headers: { [`${misplaced} `]: "x" } }),
    () => http(`http://user:%ff${misplaced}@localhost`),
    () => evm({ name: "main", chainId: -1, transport }),
    (): unknown => Reflect.apply(evm, undefined, [{ name: "main", chainId: 1, transport: node.url }]),
    () => postgres(url.replace("postgres:", "postgre:")),
    () => postgres(url.replace("postgres://", "")),
    () => postgres({ url, poolSize: 0 }),
    () => postgres({ url, timeoutMs: Number.NaN }),
    // A password with a character that a URL keeps for itself.
    () => postgres(`postgres://user:1/${misplaced}@localhost/wallets`),
    () => postgres(`postgres://user:1#${misplaced}@localhost/wallets`),
    // One store's URL given to the other.
    () => sqlite(url),
    () => localRootKey(`https://user:${misplaced}@localhost/root.key`),
    () => awsKms({ keyId: misplaced }),
    () => awsKms({ keyId, endpoint: `https://user:${misplaced}@localhost` }),
    () => awsKms({ keyId, region: misplaced }),
    () => awsKms([{ keyId }, { keyId }]),
    () => open([]),
    () => open([chain("main"), chain("main")]),
    () => open([chain(`${misplaced.slice(0, 8)}!`)]),
    () => openWith({ webhooks: [{ name: misplaced, url: "https://localhost", secret: misplaced }] }),
    () => openWith({ webhooks: [{ name: "a", url: `https://user:${misplaced}@localhost`, secret: misplaced }] }),
    () => openWith({ webhooks: [{ name: "a", url: `ftp://localhost/${misplaced}`, secret: misplaced }] }),
    () => openWith({ webhooks: [{ name: "a", url: "https://localhost", secret: misplaced.slice(0, 20) }] }),
    () => openWith({ webhooks: [{ name: "a", url: "https://localhost", secret: `whsec_${misplaced}!` }] }),
    () => openWith({ policy: { rules: [{ name: misplaced.repeat(2), allowTo: [] }] } }),
    () => openWith({ gas: { main: { from: `A${misplaced}`, below: 1n, upTo: 2n, perAccountPerDay: 3n } } }),
  ];
  for (const [at, attempt] of attempts.entries()) {
    await observed.provoke("ERR_CONFIG_INVALID", `option ${String(at)}`, attempt);
  }
  await observed.provoke("ERR_USER_ID_INVALID", "a long tenant", () => open([chain("main")], misplaced.repeat(5)));
  await observed.provoke("ERR_PEER_MISSING", "a peer", () => loadPeer(nowhere, () => import(nowhere)));
  expect(observed.count("error")).toBeGreaterThan(attempts.length);
}
