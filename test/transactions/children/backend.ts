// A backend that does what it is told on its standard input: one command a line, as JSON, and one answer for each.
//   argv: JSON of `BackendOptions`
import { createInterface } from "node:readline";
import { Wallet } from "ethers";
import { isRecord } from "../../../scripts/guards.ts";
import { evm } from "../../../src/chains/evm/index.ts";
import { http, isLatchkeyError, localRootKey, openLatchkey, type SendingAccount } from "../../../src/index.ts";
import { adapterOf } from "../../store/children/adapter-of.ts";
import { isBackendOptions } from "./backend-options.ts";

const options: unknown = JSON.parse(process.argv[2] ?? "");
if (!isBackendOptions(options)) throw new Error("the options are none");
const { place, rootKey, url, chainId, profile, services, worker, queueLimit } = options;

const latchkey = await openLatchkey({
  chains: [evm({ name: "main", chainId, transport: http(url), profile })],
  wrappingKey: localRootKey(rootKey),
  store: adapterOf(place),
  worker,
  queueLimit,
});
const accounts = new Map<string, SendingAccount>();
for (const [name, key] of Object.entries(services))
  accounts.set(name, (await latchkey.service(name, new Wallet(key))).accounts.main);

/** Sends each value in its order; answers with an id, or an error's code, for each. */
async function send(
  from: string,
  to: string,
  values: readonly unknown[],
  isAtOnce: boolean,
): Promise<readonly string[]> {
  const account = accounts.get(from);
  if (account === undefined) throw new Error("no such account");
  const one = async (value: unknown): Promise<string> => {
    try {
      return (await account.send({ transfer: { to, value: BigInt(String(value)) } })).id;
    } catch (error) {
      return isLatchkeyError(error) ? error.code : String(error);
    }
  };
  if (isAtOnce) return await Promise.all(values.map(one));
  const ids: string[] = [];
  for (const value of values) ids.push(await one(value));
  return ids;
}

const commands: Readonly<Record<string, (given: Readonly<Record<string, unknown>>) => Promise<unknown>>> = {
  send: ({ from, to, values, isAtOnce }) =>
    send(String(from), String(to), Array.isArray(values) ? values : [], isAtOnce === true),
  start: () => {
    latchkey.start();
    return Promise.resolve(true);
  },
  drain: async () => {
    await latchkey.drain();
    return true;
  },
};

for await (const line of createInterface(process.stdin)) {
  const command: unknown = JSON.parse(line);
  if (!isRecord(command)) continue;
  const answer = await commands[String(command["do"])]?.(command);
  process.stdout.write(`${JSON.stringify({ answer: answer ?? null })}\n`);
}
await latchkey.close();
