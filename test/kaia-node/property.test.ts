import { computeAddress, Transaction as EthersTransaction, SigningKey, Wallet } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recoverEthereumSender, recoverSigners } from "./authenticate.ts";
import { decodeEthereumTransaction, decodeTransaction } from "./decode.ts";
import { signKaia } from "./encode.ts";
import { kaiaKinds } from "./types.ts";

// Budget: 20 s, nearly all of it for signatures.

const chainId = 7_482n;
const runs = { numRuns: 25 };

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => `0x${Buffer.from(each).toString("hex")}`);
const data = fc.uint8Array({ maxLength: 80 }).map((each) => `0x${Buffer.from(each).toString("hex")}`);
const privateKey = fc
  .bigInt({ min: 1n, max: (1n << 255n) - 1n })
  .map((each) => `0x${each.toString(16).padStart(64, "0")}`);
const amount = fc.bigInt({ min: 0n, max: (1n << 120n) - 1n });
const content = fc.record({
  nonce: fc.bigInt({ min: 0n, max: 1n << 40n }),
  gasPrice: fc.bigInt({ min: 0n, max: 1n << 60n }),
  gas: fc.bigInt({ min: 0n, max: 1n << 40n }),
  to: bytes(20),
  value: amount,
  input: data,
  feeRatio: fc.integer({ min: 1, max: 99 }),
});
const signers = fc.record({ sender: fc.array(privateKey, { minLength: 1, maxLength: 3 }), feePayer: privateKey });

function addresses(keys: readonly string[] | undefined): string[] {
  return (keys ?? []).map((key) => computeAddress(key).toLowerCase());
}

describe.each([...kaiaKinds.values()])("$name", ({ typeInt: type, action, delegation }) => {
  it("comes back from its bytes, with the addresses that signed it", () => {
    fc.assert(
      fc.property(content, signers, (fields, keys) => {
        const [from = ""] = addresses(keys.sender);
        const [feePayer = ""] = addresses([keys.feePayer]);
        const raw = signKaia({ ...fields, type, from, feePayer }, { sender: keys.sender, feePayer: [keys.feePayer] });
        const decoded = decodeTransaction(raw);

        const { nonce, gasPrice, gas } = fields;
        expect(decoded).toMatchObject({ nonce, gasPrice, gas, from, chainId, raw });
        if (/^(valueTransfer|smartContractExecution)/.test(action)) {
          expect(decoded).toMatchObject({ to: fields.to, value: fields.value });
        }
        if (/Memo|smartContract|Anchoring/.test(action)) expect(decoded.input).toBe(fields.input);
        if (action === "accountUpdate") expect(decoded.key).toBe("0x01c0");
        expect(decoded.feeRatio).toBe(delegation === "ratio" ? fields.feeRatio : undefined);
        expect(decoded.feePayer).toBe(delegation === "none" ? undefined : feePayer);

        const { signingHash, signatures, feePayerSigningHash, feePayerSignatures = [] } = decoded;
        expect(addresses(recoverSigners(signingHash, signatures, chainId))).toEqual(addresses(keys.sender));
        if (feePayerSigningHash === undefined) return;
        expect(addresses(recoverSigners(feePayerSigningHash, feePayerSignatures, chainId))).toEqual([feePayer]);
      }),
      runs,
    );
  });

  it("has other signers once a bit of what was signed is another", () => {
    fc.assert(
      fc.property(content, privateKey, fc.nat(), (fields, key, where) => {
        const [from = ""] = addresses([key]);
        const raw = signKaia({ ...fields, type, from }, { sender: [key], feePayer: [key] });
        const { signingHash, signatures } = decodeTransaction(raw);
        const bit = where % 256;
        const altered = `0x${(BigInt(signingHash) ^ (1n << BigInt(bit))).toString(16).padStart(64, "0")}`;
        expect(addresses(recoverSigners(altered, signatures, chainId))).not.toEqual([from]);
      }),
      runs,
    );
  });
});

describe.each([0, 1, 2])("ethers' type %i", (type) => {
  it("comes back from its bytes, with the sender and the hash that ethers gives it", () => {
    fc.assert(
      fc.property(content, privateKey, ({ nonce, gas, gasPrice, to, value, input }, key) => {
        const price = type === 2 ? { maxFeePerGas: gasPrice, maxPriorityFeePerGas: gasPrice / 2n } : { gasPrice };
        const fields = { type, chainId, nonce: Number(nonce), gasLimit: gas, to, value, data: input, ...price };
        const signed = EthersTransaction.from(fields);
        signed.signature = new SigningKey(key).sign(signed.unsignedHash);
        const decoded = decodeEthereumTransaction(signed.serialized);
        expect(decoded).toMatchObject({ nonce, gas, gasPrice, to, value, input, chainId, hash: signed.hash });
        expect(recoverEthereumSender(decoded)).toBe(new Wallet(key).address.toLowerCase());
      }),
      runs,
    );
  });
});
