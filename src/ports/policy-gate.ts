import type { SigningRequest } from "./signing-request.ts";

/** Whose key is to be used. */
export type Subject =
  | {
      readonly kind: "user";
      readonly walletId: string;
      readonly userId: string;
    }
  | { readonly kind: "service"; readonly name: string };

/** Decides on signatures that are asked for outside the outbox. */
export interface PolicyGate {
  /**
   * Resolves where the signature may be made.
   *
   * @throws `ERR_POLICY_DENIED` with `context.rule`; `ERR_POLICY_FROZEN`; `ERR_POLICY_TAMPERED`; `ERR_STORE_*`. Nothing was signed.
   */
  authorize(subject: Subject, request: SigningRequest): Promise<void>;
}
