import { type Authorization, type CodedEthersError, type ErrorCode, isError } from "ethers";
import { expect } from "vitest";
import type { EthersChain } from "../../../src/chains/evm/index.ts";
import type { RecoverableSignature, Signer } from "../../../src/ports/signer.ts";
import { publicKeyOf } from "../../../src/vault/derivation/leaf-keys.ts";
import { signDigest } from "../../harness/sign-digest.ts";
import { type Answer, type ScriptedNode, scriptedNode } from "../scripted-node.ts";
import { addressOfKey } from "../signing.ts";

export interface KeySigner extends Signer {
  /** What it was asked to sign, as hex. */
  readonly digests: readonly string[];
}

/** A bare signer over a key in hand, which signs as the vault does. */
export function keySigner(key: string): KeySigner {
  const secret = Buffer.from(key, "hex");
  const publicKey = publicKeyOf(secret);
  const digests: string[] = [];
  return {
    address: addressOfKey(key),
    digests,
    signDigest: (digest) => {
      digests.push(`0x${Buffer.from(digest).toString("hex")}`);
      return Promise.resolve(signDigest(digest, secret, publicKey));
    },
  };
}

/** A signer of that address that answers with whatever it is told, as one in JavaScript can. */
export function lyingSigner(address: string, answer: (digest: Uint8Array) => Promise<unknown>): Signer {
  const passes = (_value: unknown): _value is RecoverableSignature => true;
  return {
    address,
    signDigest: async (digest) => {
      const value = await answer(digest);
      return passes(value) ? value : expect.fail("everything passes");
    },
  };
}

export interface ScriptedChain extends EthersChain {
  readonly transport: ScriptedNode;
}

/** A chain whose node answers as told; it knows blocks as ethers wants them. */
export function scriptedChain(answers: Readonly<Record<string, Answer>> = {}, chainId = 7_777): ScriptedChain {
  return { chainId, transport: scriptedNode({ eth_blockNumber: "0x10", eth_getBlockByNumber: block, ...answers }) };
}

const word = `0x${"00".repeat(32)}`;
const block = {
  number: "0x10",
  hash: word,
  parentHash: word,
  timestamp: "0x65",
  nonce: "0x0000000000000000",
  difficulty: "0x0",
  gasLimit: "0x1c9c380",
  gasUsed: "0x0",
  miner: `0x${"00".repeat(20)}`,
  extraData: "0x",
  baseFeePerGas: "0x3b9aca00",
  transactions: [],
};

/** An authorisation that can be compared: ethers' Signature shows nothing of itself. */
export function plain({ signature, ...authorization }: Authorization): Record<string, unknown> {
  return { ...authorization, signature: signature.serialized };
}

/** ethers' error of this code; fails the test if nothing is thrown, or anything else. */
export async function ethersErrorBy<const Code extends ErrorCode>(
  attempt: Promise<unknown>,
  code: Code,
): Promise<CodedEthersError<Code>> {
  try {
    await attempt;
  } catch (error) {
    if (isError(error, code)) return error;
    throw error;
  }
  return expect.fail("nothing was thrown");
}
