// Logs one user in many times at once, over PostgreSQL and KMS. Prints what it saw as JSON.
//   argv: database URL, KMS endpoint, key ARN, user id, logins, "claim-and-hang" to be a maker that never answers
import { openLatchkey, type WrappingKey } from "../../../src/index.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { awsKms } from "../../../src/vault/aws-kms/index.ts";
import { twoChains } from "../../harness/offline-chain.ts";

const [url = "", endpoint = "", keyId = "", userId = "", logins = "1", mode = ""] = process.argv.slice(2);

/** Claims like everybody, and then stands still where KMS would be asked. */
const hanging: WrappingKey = {
  description: "a process that hangs",
  wrap: () => {
    process.stdout.write("claimed\n");
    return new Promise(() => undefined);
  },
  unwrap: () => new Promise(() => undefined),
  close: () => Promise.resolve(),
};

const latchkey = await openLatchkey({
  wrappingKey: mode === "claim-and-hang" ? hanging : awsKms({ keyId, endpoint }),
  store: postgres(url),
  chains: twoChains(),
});
let created = 0;
latchkey.on("wallet.created", () => {
  created += 1;
});
const wallets = await Promise.all(Array.from({ length: Number(logins) }, () => latchkey.login(userId)));
process.stdout.write(
  JSON.stringify({
    created,
    wallets: [...new Set(wallets.map((wallet) => wallet.id))],
    addresses: [
      ...new Set(wallets.map((wallet) => `${wallet.accounts.main.address} ${wallet.accounts.second.address}`)),
    ],
  }),
);
await latchkey.close();
