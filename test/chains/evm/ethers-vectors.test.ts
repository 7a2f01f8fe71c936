import { id } from "ethers";
import { expect, it } from "vitest";
import { ethersSigner } from "../../../src/chains/evm/index.ts";
import { eip155Example } from "../../vectors/eip155.ts";
import { authorizations } from "../../vectors/eip7702.ts";
import { mail, personalMessage } from "../../vectors/signed-messages.ts";
import {
  accessListTransactions,
  dynamicFeeTransactions,
  frontierTransactions,
} from "../../vectors/typed-transactions.ts";
import { keySigner, plain } from "./ethers-parts.ts";

// Budget of the file: 3 s.

it("EIP-155: a transaction of the old kind", async () => {
  const { privateKey, raw, signingHash, ...request } = eip155Example;
  const signer = keySigner(privateKey);
  expect(await (await ethersSigner(signer)).signTransaction({ type: 0, ...request })).toBe(raw);
  expect(signer.digests).toEqual([signingHash]);
});

it.each([
  ["before EIP-155", frontierTransactions],
  ["EIP-2930", accessListTransactions],
  ["EIP-1559", dynamicFeeTransactions],
])("%s: the transactions of eth-account", async (_, vectors) => {
  for (const { privateKey, transaction, raw } of vectors)
    expect(await (await ethersSigner(keySigner(privateKey))).signTransaction(transaction)).toBe(raw);
});

it("EIP-191: a message", async () => {
  const signer = keySigner(personalMessage.privateKey);
  expect(await (await ethersSigner(signer)).signMessage(personalMessage.message)).toBe(personalMessage.signature);
  expect(signer.digests).toEqual([personalMessage.digest]);
});

it("EIP-712: the mail", async () => {
  const signer = keySigner(id("cow").slice(2));
  const { Person, Mail } = mail.types;
  const types = { Person: [...Person], Mail: [...Mail] };
  expect(signer.address).toBe(mail.address);
  expect(await (await ethersSigner(signer)).signTypedData(mail.domain, types, mail.message)).toBe(mail.signature);
  expect(signer.digests).toEqual([mail.digest]);
});

it.each(authorizations)("EIP-7702: an authorisation for chain $chainId", async (vector) => {
  const { privateKey, digest, signature, ...request } = vector;
  const signer = keySigner(privateKey);
  expect(plain(await (await ethersSigner(signer)).authorize(request))).toEqual({
    address: request.address,
    chainId: BigInt(request.chainId),
    nonce: BigInt(request.nonce),
    signature,
  });
  expect(signer.digests).toEqual([digest]);
});
