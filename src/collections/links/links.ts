import { randomUUID } from "node:crypto";
import { messageSigners } from "../../chains/ethereum/recover-message.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { RowMacs } from "../../ports/row-macs.ts";
import { withKeys } from "../../transactions/lease-keys.ts";
import type { Clock } from "../../units/clock.ts";
import { invalidCall } from "../errors.ts";
import { chainNamed } from "../parts.ts";
import type { Challenge, LinkRows } from "./link-rows.ts";
import { linkText } from "./link-text.ts";

/** What a user is asked to sign. */
export interface LinkRequest {
  /** To be signed as a personal message (EIP-191) by the outside wallet, to the letter. */
  readonly text: string;
  readonly expiresAt: Date;
}

/** A proved link. */
export interface AddressLink {
  readonly chain: string;
  /** The outside wallet. */
  readonly address: string;
  /** The user's own account here. */
  readonly account: string;
}

export interface LinkParts {
  readonly tenant: string;
  readonly chains: readonly ChainAdapter[];
  readonly links: LinkRows;
  readonly macs: RowMacs;
  /** The user's key in the store, and the address of their account; undefined where there is no wallet. */
  readonly accountOf: (
    userId: string,
    chain: string,
  ) => Promise<{ readonly userKey: string; readonly address: string } | undefined>;
  readonly clock: Clock;
}

const validMs = 15 * 60_000;

/** @throws as `Collections.linkText`. */
export async function requestLink(
  parts: LinkParts,
  userId: string,
  given: string,
  chainName: string | undefined,
): Promise<LinkRequest> {
  const { chain, address, userKey, account } = await sidesOf(parts, userId, given, chainName, "linkText");
  if (address === account) throw invalidCall("linkText", "the address is the user's own account here");
  const nonce = randomUUID().replaceAll("-", "");
  const expiresAt = parts.clock.now() + validMs;
  await parts.links.ask({ chainId: chain.chainId, userKey, address, account, nonce, expiresAt });
  const challenge = await parts.links.asked(chain.chainId, userKey, address);
  if (challenge === undefined) throw invalidCall("linkText", "another call answered for this address meanwhile");
  return { text: linkText(parts.tenant, challenge), expiresAt: new Date(challenge.expiresAt) };
}

/** @throws as `Collections.linkAddress`. */
export async function proveLink(
  parts: LinkParts,
  userId: string,
  given: string,
  signature: string,
  chainName: string | undefined,
): Promise<AddressLink> {
  const call = "linkAddress";
  const { chain, address, userKey } = await sidesOf(parts, userId, given, chainName, call);
  const challenge = await parts.links.asked(chain.chainId, userKey, address);
  if (challenge === undefined) throw invalidCall(call, "no proof is waited for: ask for a text by linkText() first");
  if (challenge.expiresAt <= parts.clock.now()) throw invalidCall(call, "the text has expired: ask for another one");
  const signers =
    typeof signature === "string" ? await messageSigners(linkText(parts.tenant, challenge), signature) : [];
  if (!signers.includes(address)) throw invalidCall(call, "the signature is not this address's over the text");
  if (!(await keep(parts, challenge))) throw invalidCall(call, "the text was used, or another one took its place");
  return { chain: chain.name, address, account: challenge.account };
}

/** The key is leased before the transaction: it may have to be fetched. */
async function keep({ links, macs, clock }: LinkParts, challenge: Challenge): Promise<boolean> {
  return await withKeys(macs, new Map([["tenant", { kind: "tenant" }]]), async (keys, failures) => {
    const key = keys.get("tenant");
    if (key === undefined) throw failures.get("tenant");
    return await links.link(challenge, clock.now(), key);
  });
}

async function sidesOf(
  { chains, accountOf }: LinkParts,
  userId: string,
  given: string,
  chainName: string | undefined,
  call: string,
): Promise<{
  readonly chain: ChainAdapter;
  readonly address: string;
  readonly userKey: string;
  readonly account: string;
}> {
  const [only, another] = chains;
  const chain =
    chainName === undefined && only !== undefined && another === undefined ? only : chainNamed(chains, chainName, call);
  const address = chain.scheme.parseAddress(given);
  const account = await accountOf(userId, chain.name);
  if (account === undefined) throw invalidCall(call, "the user has no wallet; log the user in first");
  return { chain, address, userKey: account.userKey, account: account.address };
}
