// Logs a user in, as a backend would, and prints the accounts as JSON.
//   argv: tenant, user id, "sqlite" and a file, or "postgres" and a URL; then "root" and a file, or "kms", an ARN and an endpoint
import { evm, evmScheme } from "../../../src/chains/evm/index.ts";
import { http, localRootKey, openLatchkey, sqlite } from "../../../src/index.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { awsKms } from "../../../src/vault/aws-kms/index.ts";

const [tenant = "", userId = "", store, place = "", wrapping, key = "", endpoint = ""] = process.argv.slice(2);
const transport = http("http://127.0.0.1:9");
const latchkey = await openLatchkey({
  tenant,
  store: store === "postgres" ? postgres(place) : sqlite(place),
  wrappingKey: wrapping === "kms" ? awsKms({ keyId: key, endpoint }) : localRootKey(key),
  chains: [
    evm({ name: "one", chainId: 1, transport }),
    evm({ name: "two", chainId: 2, transport, scheme: evmScheme({ id: "evm-second", path: "m/44'/60'/1'/0/0" }) }),
  ],
});
await latchkey.login("somebody else");
const { accounts } = await latchkey.login(userId);
process.stdout.write(JSON.stringify([accounts.one, accounts.two]));
await latchkey.close();
