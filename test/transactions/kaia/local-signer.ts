import type { Wallet } from "ethers";
import type { Signer } from "../../../src/index.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";

/** Signs with a key in hand, as `kmsSigner` does with one elsewhere. */
export function localSigner({ address, signingKey }: Wallet): Signer & { readonly count: () => number } {
  let count = 0;
  return {
    address,
    count: () => count,
    signDigest: (digest) => {
      count += 1;
      const { r, s, yParity } = signingKey.sign(bytesToHex(digest));
      return Promise.resolve({ r: Buffer.from(r.slice(2), "hex"), s: Buffer.from(s.slice(2), "hex"), yParity });
    },
  };
}
