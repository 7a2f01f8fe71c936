import type { Suite } from "../suite.ts";
import { measureFeeDelegated } from "./fee-delegated.ts";
import { measureKmsSigner } from "./kms.ts";

/** Fee-delegated transactions beside caver-js, and keys that stay in KMS. */
export const signingSuite: Suite = {
  name: "signing",
  run: async (progress) => {
    progress("fee-delegated contract calls ...");
    const feeDelegated = await measureFeeDelegated();
    progress("signatures by a key in KMS ...");
    const kms = await measureKmsSigner();
    return {
      figures: { ...feeDelegated, ...kms },
      bars: [
        {
          what: "fee-delegated, times caver-js",
          measured: feeDelegated.feeDelegatedMs / feeDelegated.caverFeeDelegatedMs,
          asked: 1,
          atLeast: false,
        },
        { what: "KMS calls a signature", measured: kms.kmsCallsPerSignature, asked: 1, atLeast: false },
      ],
    };
  },
};
