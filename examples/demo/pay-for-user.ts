import { Interface } from "ethers";
import type { Latchkey } from "../../src/index.ts";
import type { KaiaNode } from "../../test/kaia-node/index.ts";
import { guestBook } from "../contracts/guest-book.ts";
import type { Report } from "./report.ts";

/** What `--json` tells of a transaction whose fee another account paid. */
export interface FeeDelegated {
  readonly hash: string;
  readonly feePayer: string;
  /** Percent of the fee that the fee payer paid. */
  readonly ratio: number;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A shop deploys a guest book on Kaia; Carol, whose account is empty, signs it, and the shop pays. */
export async function payForUser(
  latchkey: Latchkey<"kaia">,
  node: Pick<KaiaNode, "request" | "setBalance">,
  { line, done, style }: Pick<Report, "line" | "done" | "style">,
): Promise<FeeDelegated> {
  const startMs = performance.now();
  const [shop, carol] = await Promise.all([latchkey.login("the shop"), latchkey.login("carol")]);
  const [payer, account] = [shop.accounts.kaia, carol.accounts.kaia];
  // A service account by its name; its key may be in KMS just as well.
  await latchkey.service("shop", payer.signer);
  await node.setBalance(payer.address, 10n ** 20n);
  const deployed = await (await payer.send({ deploy: { bytecode: guestBook.bytecode } })).wait("mined");
  const to = deployed.contractAddress ?? "";
  const call = { to, abi: guestBook.abi, function: "sign", args: ["Carol, without a kei"] };
  const sent = await account.send({ call }, { feePayer: "shop" });
  const receipt = await sent.wait("mined");
  done(`Carol signs the guest book: ${receipt.status} in block ${String(receipt.blockNumber)}`, startMs);
  line(style.dim(receipt.hash));

  // As the node tells it, decoded.
  const transaction = await node.request("kaia_getTransactionByHash", receipt.hash);
  const told = new Map<string, unknown>(isObject(transaction) ? Object.entries(transaction) : []);
  const { name, args } = new Interface(guestBook.abi).parseTransaction({ data: String(told.get("input")) }) ?? {};
  line(`type        ${String(told.get("type"))}`);
  line(`from        ${account.address}  ${style.dim("carol, who paid")} ${String(receipt.fee)} kei`);
  line(`to          ${to}  ${style.dim("the guest book")}`);
  line(`calls       ${name ?? "?"}("${String(args?.[0])}")`);
  line(`fee payer   ${payer.address}  ${style.dim("the shop, which paid")} ${String(receipt.feePayer?.fee)} kei`);
  line(`Carol has ${String(await account.getBalance())} kei, before and after`);
  return { hash: receipt.hash, feePayer: receipt.feePayer?.address ?? "", ratio: 100 };
}
