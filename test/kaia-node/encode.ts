import { concat, encodeRlp, keccak256, type RlpStructuredData, SigningKey, toBeHex } from "ethers";
import { rlpQuantity } from "./rlp.ts";
import { kaiaKinds } from "./types.ts";

/** What a Kaia-typed transaction says. A type takes the fields it has; the rest are ignored. */
export interface Content {
  /** 0x08 to 0x4a. */
  readonly type: number;
  readonly nonce?: bigint;
  /** Default 50 gkei. */
  readonly gasPrice?: bigint;
  /** Default 300,000. */
  readonly gas?: bigint;
  readonly from: string;
  readonly to?: string;
  readonly value?: bigint;
  readonly input?: string;
  readonly key?: string;
  readonly feeRatio?: number;
  readonly feePayer?: string;
}

/** Private keys, several where the account's key is a multisig one. */
export interface Keys {
  readonly sender: readonly string[];
  readonly feePayer?: readonly string[];
}

/** Encodes and signs a Kaia type without caver, for tests that need transactions of their own. */
export function signKaia(content: Content, keys: Keys, chainId = 7_482n): string {
  const kind = kaiaKinds.get(content.type);
  if (kind === undefined) throw new Error(`no Kaia type ${content.type}`);
  const type = toBeHex(content.type);
  const fields = [...head(content), ...middle(content, kind.action, kind.delegation === "ratio")];
  const unsigned = encodeRlp([type, ...fields]);
  const chain = [rlpQuantity(chainId), "0x", "0x"];
  const signatures = sign(keccak256(encodeRlp([unsigned, ...chain])), keys.sender, chainId);
  if (kind.delegation === "none") return concat([type, encodeRlp([...fields, signatures])]);
  const feePayer = content.feePayer ?? content.from;
  const payerDigest = keccak256(encodeRlp([unsigned, feePayer, ...chain]));
  const payerSignatures = sign(payerDigest, keys.feePayer ?? [], chainId);
  return concat([type, encodeRlp([...fields, signatures, feePayer, payerSignatures])]);
}

function head({ nonce = 0n, gasPrice = 50_000_000_000n, gas = 300_000n }: Content): string[] {
  return [nonce, gasPrice, gas].map(rlpQuantity);
}

function middle(content: Content, action: string, withRatio: boolean): string[] {
  const { from, to = "0x", value = 0n, input = "0x", key = "0x01c0", feeRatio = 0 } = content;
  const ratio = withRatio ? [rlpQuantity(BigInt(feeRatio))] : [];
  switch (action) {
    case "valueTransfer":
      return [to, rlpQuantity(value), from, ...ratio];
    case "valueTransferMemo":
    case "smartContractExecution":
      return [to, rlpQuantity(value), from, input, ...ratio];
    case "smartContractDeploy":
      return ["0x", rlpQuantity(value), from, input, "0x", ...ratio, "0x"];
    case "accountUpdate":
      return [from, key, ...ratio];
    case "chainDataAnchoring":
      return [from, input, ...ratio];
    default:
      return [from, ...ratio];
  }
}

function sign(digest: string, keys: readonly string[], chainId: bigint): RlpStructuredData {
  return keys.map((key) => {
    const { r, s, yParity } = new SigningKey(key).sign(digest);
    return [chainId * 2n + 35n + BigInt(yParity), BigInt(r), BigInt(s)].map(rlpQuantity);
  });
}
