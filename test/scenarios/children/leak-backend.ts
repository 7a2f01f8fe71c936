// A backend that prints all it has: what it opened, what it got, what went wrong, and at its end an error that nobody caught.
// Its secrets are in its environment. It may start no process: Node's permissions see to that.
import { spawnSync } from "node:child_process";
import { inspect } from "node:util";
import { evm } from "../../../src/chains/evm/index.ts";
import { http, isLatchkeyError, type Logger, openLatchkey } from "../../../src/index.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { awsKms } from "../../../src/vault/aws-kms/index.ts";

const setting = (name: string): string => process.env[name] ?? "";
const show = (...values: readonly unknown[]): void => {
  for (const value of values) console.log(inspect(value, { depth: null, showHidden: true, getters: true }), value);
};
const logger: Logger = { debug: console.log, info: console.log, warn: console.warn, error: console.error };

const url = setting("LEAK_DATABASE_URL");
const keyId = setting("LEAK_KMS_KEY");
const endpoint = setting("LEAK_KMS_ENDPOINT");
const node = { url: setting("LEAK_NODE_URL"), headers: { "x-api-key": setting("LEAK_NODE_HEADER") } };
const chainId = 31_337;
const chains = () => [evm({ name: "main", chainId, transport: http(node) })] as const;
const nobody = "0x000000000000000000000000000000000000dEaD";

const latchkey = await openLatchkey({
  chains: chains(),
  store: postgres(url),
  wrappingKey: awsKms({ keyId, endpoint }),
  logger,
  meter: { record: show },
});
latchkey.on("wallet.created", show);
const wallet = await latchkey.login("a user of the child");
show(latchkey, wallet, wallet.accounts.main, await wallet.accounts.main.getBalance());
await wallet.accounts.main.send({ transfer: { to: nobody, value: 1n } }).catch(show);
await latchkey.login("").catch(show);
await latchkey.close();
await latchkey.login("late").catch(show);

const cold = await openLatchkey({
  chains: chains(),
  store: postgres(url),
  wrappingKey: awsKms({ keyId, endpoint: "http://127.0.0.1:9", maxAttempts: 1 }),
  logger,
});
await cold.login("a new user in another tenant").catch(console.error);
await cold.close();

try {
  spawnSync("true");
} catch (error) {
  if (error instanceof Error && "code" in error && error.code === "ERR_ACCESS_DENIED")
    console.log("no process can be started");
}
console.log(process.argv, process.execArgv, process.title, isLatchkeyError(undefined));
await openLatchkey({ chains: chains(), store: postgres(url.replace(/:\d+\//, ":9/")), wrappingKey: awsKms({ keyId }) });
