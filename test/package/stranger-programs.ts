/** What a stranger writes who has installed the package alone. */
export const bareProgram = `
import { isLatchkeyError, localRootKey, openLatchkey, sqlite } from "latchkey";
import type { Latchkey, LatchkeyOptions, Wallet } from "latchkey";

export const open: (options: LatchkeyOptions) => Promise<Latchkey> = openLatchkey;
export const addressOf = (wallet: Wallet<"local">): string => wallet.accounts.local.address;

const parts = [typeof openLatchkey, typeof localRootKey, typeof sqlite, String(isLatchkeyError(new Error("other")))];
console.log(JSON.stringify(parts));
`;

/** The same stranger asks for a chain without its library. */
export const missingPeerProgram = `
import { isLatchkeyError, localRootKey, openLatchkey, sqlite, http } from "latchkey";
import { evm } from "latchkey/evm";

try {
  const chains = [evm({ name: "local", chainId: 31337, transport: http("http://127.0.0.1:1") })];
  const latchkey = await openLatchkey({ wrappingKey: localRootKey("root.key"), store: sqlite("wallets.db"), chains });
  const wallet = await latchkey.login("user-1");
  await wallet.accounts.local.send({ transfer: { to: wallet.accounts.local.address, value: 1n } });
  console.log("no error");
} catch (error) {
  console.log(isLatchkeyError(error, "ERR_PEER_MISSING") ? error.message : String(error));
}
`;

/** Logs in and prints the address; with a recipient as its second argument it sends 1 wei there, too. */
export const sendingProgram = `
import { http, localRootKey, openLatchkey, sqlite } from "latchkey";
import { evm } from "latchkey/evm";

const [url = "", to] = process.argv.slice(2);
const latchkey = await openLatchkey({
  wrappingKey: localRootKey("root.key"),
  store: sqlite("wallets.db"),
  chains: [evm({ name: "local", chainId: 31337, transport: http(url) })],
});
const { local } = (await latchkey.login("user-1")).accounts;
const sent: { hash?: string; status?: string } = {};
if (to !== undefined) {
  const handle = await local.send({ transfer: { to, value: 1n } });
  const receipt = await handle.wait("mined");
  sent.hash = receipt.hash;
  sent.status = receipt.status;
}
const balance: bigint = await local.getBalance();
console.log(JSON.stringify({ node: process.version, address: local.address, balance: String(balance), ...sent }));
await latchkey.close();
`;

/** Names what each sub-path returns, so that the compiler reads all declarations. */
export const subPathsProgram = `
import * as awsKms from "latchkey/aws-kms";
import * as evm from "latchkey/evm";
import * as kaia from "latchkey/kaia";
import * as postgres from "latchkey/postgres";

console.log(JSON.stringify([typeof awsKms.awsKms, typeof evm.evm, typeof kaia.kaia, typeof postgres.postgres]));
`;
