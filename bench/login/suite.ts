import { KMSClient } from "@aws-sdk/client-kms";
import { awsKms } from "../../src/vault/aws-kms/index.ts";
import { startKmsEmulator } from "../../test/harness/kms-emulator.ts";
import type { Suite } from "../suite.ts";
import { measureImport } from "./imports.ts";
import { measureSigning } from "./signing.ts";
import { makeUsers, measureLogins } from "./wallets.ts";

/** Making wallets, finding them, opening envelopes and signing. */
export const loginSuite: Suite = {
  name: "login",
  run: async (progress) => {
    progress("import of the package ...");
    const importMs = await measureImport();
    progress("opening envelopes and signing ...");
    const signing = await measureSigning();
    progress("new and existing users ...");
    const logins = await measureLogins();
    progress("10,000 new users with a KMS wrapping key ...");
    const kmsCallsFor10kUsers = await countKmsCalls(10_000);

    const figures = {
      newWalletsPerSecond: logins.newWallets,
      ethersCreateRandomPerSecond: logins.createRandom,
      existingLoginsPerSecond: logins.existing,
      kmsCallsFor10kUsers,
      ...signing,
      importMs,
    };
    return {
      figures,
      bars: [
        {
          what: "new wallets, times ethers createRandom",
          measured: logins.newWallets / logins.createRandom,
          asked: 2.2,
          atLeast: true,
        },
        { what: "existing logins per second", measured: logins.existing, asked: 20_000, atLeast: true },
        { what: "KMS calls for 10,000 users", measured: kmsCallsFor10kUsers, asked: 3, atLeast: false },
        {
          what: "open and sign, times ethers signTransaction",
          measured: signing.openAndSignMs / signing.ethersSignTransactionMs,
          asked: 1.5,
          atLeast: false,
        },
        { what: "import in ms", measured: importMs, asked: 100, atLeast: false },
      ],
    };
  },
};

async function countKmsCalls(users: number): Promise<number> {
  const kms = await startKmsEmulator();
  try {
    const keyId = kms.createKey();
    const client = new KMSClient({
      region: kms.region,
      endpoint: kms.endpoint,
      maxAttempts: 1,
      credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    });
    await makeUsers(users, awsKms({ keyId, client }));
    client.destroy();
    return kms.calls.total;
  } finally {
    await kms.close();
  }
}
