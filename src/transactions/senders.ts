import type { Subject } from "../ports/policy-gate.ts";
import type { RowOwner } from "../ports/row-macs.ts";
import type { Signer } from "../ports/signer.ts";
import type { SenderKey } from "./record.ts";

/** Who sends: whose account it is, what signs for it, and whose key guards its rows. */
export interface Sender {
  readonly key: SenderKey;
  readonly subject: Subject;
  /** Signs without asking the policy: the outbox has asked before. */
  readonly signer: Signer;
  readonly owner: RowOwner;
}

/** Where this process finds signers for what was stored, by itself or by another. */
export interface SignerSource {
  /**
   * @param subject - as `subjectText` writes it.
   * @returns undefined where this process has none: a service account that was not registered here.
   * @throws `ERR_VAULT_OPEN_FAILED` the stored wallet was altered; `ERR_STORE_*`.
   */
  find(subject: string, key: SenderKey): Promise<Sender | undefined>;
  /** Whether some transaction of this sender may be signed here: a user's always, a service account's where one with its address is registered. */
  canSign(subject: string, key: SenderKey): boolean;
  /** A service account on a chain; undefined where it was not registered here. */
  service(name: string, chain: string): Sender | undefined;
  /** A service account as a fee payer; undefined where it was not registered here. */
  payer(name: string): Signer | undefined;
}

/** A subject as rows name it. */
export function subjectText(subject: Subject): string {
  return subject.kind === "user" ? `user:${subject.walletId}` : `service:${subject.name}`;
}

/** One text for a sender, to find it in memory by. */
export function keyText({ chainId, address }: SenderKey): string {
  return `${String(chainId)} ${address}`;
}

/** For what is counted by subject alone: the user id is not stored with a transaction. */
export function parseSubject(text: string): Subject {
  return text.startsWith("user:")
    ? { kind: "user", walletId: text.slice(5), userId: "" }
    : { kind: "service", name: text.slice(8) };
}
