import type { Challenge } from "./link-rows.ts";

/** What the holder of an outside wallet signs. Each line is a fact, so that it can prove nothing else, nor to anybody else. */
export function linkText(tenant: string, { chainId, userKey, address, account, nonce, expiresAt }: Challenge): string {
  return [
    "I own this address and link it to my account. Signing costs nothing and moves nothing.",
    "",
    `Service: ${tenant}`,
    `User: ${userKey}`,
    `Chain: ${String(chainId)}`,
    `Address: ${address}`,
    `Linked wallet: ${account}`,
    `Nonce: ${nonce}`,
    `Expires: ${new Date(expiresAt).toISOString()}`,
  ].join("\n");
}
