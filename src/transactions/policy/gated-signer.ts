import { inspect, types } from "node:util";
import type { PolicyGate, Subject } from "../../ports/policy-gate.ts";
import type { RecoverableSignature, Signer } from "../../ports/signer.ts";
import type { SigningRequest } from "../../ports/signing-request.ts";
import type { Hex } from "../../units/brands.ts";

/** A signer that asks the policy first. */
export interface GatedSigner extends Signer {
  /** @param request - what the bytes stand for. Left out: nothing is known of them, as of a digest. */
  signTransaction?(unsigned: Hex, request?: SigningRequest): Promise<RecoverableSignature>;
}

const unknown: SigningRequest = { kind: "digest" };

/** Puts the policy before a signer. Where it refuses, the signer is not asked. */
export function gatedSigner(signer: Signer, subject: Subject, gate: PolicyGate): GatedSigner {
  const { address } = signer;
  const ask = async (request: SigningRequest | undefined): Promise<void> => {
    await gate.authorize(subject, request ?? unknown);
  };
  const signTransaction = signer.signTransaction?.bind(signer);
  return Object.freeze({
    address,
    signDigest: async (digest: Uint8Array, request?: SigningRequest) => {
      // What was asked for is what gets signed, whatever becomes of the buffer while the policy is asked.
      const owned = types.isUint8Array(digest) ? Uint8Array.from(digest) : digest;
      await ask(request);
      return await signer.signDigest(owned, request);
    },
    ...(signTransaction === undefined
      ? {}
      : {
          signTransaction: async (unsigned: Hex, request?: SigningRequest) => {
            await ask(request);
            return await signTransaction(unsigned);
          },
        }),
    toJSON: () => ({ address }),
    [inspect.custom]: () => `Signer { ${address} }`,
  });
}
