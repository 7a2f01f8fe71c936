import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { evmKeyScheme } from "../../../src/chains/evm/index.ts";
import { kaia, kaiaKeyScheme } from "../../../src/chains/kaia/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { refusedBy } from "../refused.ts";
import { key, payer, payerKey, person, scriptedKaia, signerOf } from "./scene.ts";

// Budget of the file: 2 s.

const node = scriptedKaia();
const good = { name: "kaia", chainId: 8_217, transport: node };
const feePayer = signerOf(payerKey);
/** Put where an address belongs by mistake. */
const canary = `0x${key}`;

describe("kaia's options", () => {
  it.each([
    ["undefined", undefined],
    ["null", null],
    ["text", "https://node.test"],
    ["an array", [good]],
    ...[0, -1, 1.5, NaN, Infinity, 2 ** 51, 2 ** 53, 1n, "1", null, undefined].map((chainId): [string, unknown] => [
      `chainId ${typeof chainId} ${String(chainId)}`,
      { ...good, chainId },
    ]),
    ...[0n, -1n, 1, 1e13, "1", null, true].map((maxFeePerGas): [string, unknown] => [
      `maxFeePerGas ${typeof maxFeePerGas} ${String(maxFeePerGas)}`,
      { ...good, maxFeePerGas },
    ]),
    ["no transport", { name: "kaia", chainId: 8_217 }],
    ["a transport of null", { ...good, transport: null }],
    ["a URL for a transport", { ...good, transport: "https://node.test/secret-key" }],
    ["a transport without request", { ...good, transport: { ...node, request: undefined } }],
    ...["Kaia", "klaytn", "", null, 0, evmKeyScheme].map((pathScheme): [string, unknown] => [
      `pathScheme ${typeof pathScheme} ${JSON.stringify(pathScheme)}`,
      { ...good, pathScheme },
    ]),
    ["a fee payer of null", { ...good, feePayer: null }],
    ["an address for a fee payer", { ...good, feePayer: payer }],
    ["a key for a fee payer", { ...good, feePayer: canary }],
    ["a fee payer without signDigest", { ...good, feePayer: { address: payer } }],
    ["a fee payer whose signDigest is none", { ...good, feePayer: { address: payer, signDigest: canary } }],
    ["a fee payer without an address", { ...good, feePayer: { ...feePayer, address: undefined } }],
    ["a fee payer with a key for an address", { ...good, feePayer: { ...feePayer, address: canary } }],
    ["a fee payer with a wrong checksum", { ...good, feePayer: { ...feePayer, address: person.replace("A", "a") } }],
    ["a promise of a fee payer", { ...good, feePayer: Promise.resolve(feePayer) }],
  ])("are refused: %s", (_, options) => {
    const error = refusedBy(() => {
      Reflect.apply(kaia, undefined, [options]);
    }, "ERR_CONFIG_INVALID");
    expect(error.message).toMatch(/^kaia: .+\. Nothing was opened\.$/);
    expect(JSON.stringify(error) + String(error.stack)).not.toMatch(/secret-key|464646/);
    expect(node.asked).toEqual([]);
  });

  it("are taken as they are, and the usual ones need not be given", () => {
    expect(kaia(good)).toMatchObject({ name: "kaia", chainId: 8_217, scheme: kaiaKeyScheme });
    const all = { ...good, chainId: 2 ** 50, maxFeePerGas: 1n, feePayer } as const;
    expect(kaia({ ...all, pathScheme: "evm" }).scheme).toBe(evmKeyScheme);
    expect(kaia({ ...all, pathScheme: "kaia" }).scheme).toBe(kaiaKeyScheme);
    expect(kaia({ ...all, feePayer: { ...feePayer, address: payer.toLowerCase() } }).chainId).toBe(2 ** 50);
  });
});

it("Kaia's own path has the coin type of SLIP-44", () => {
  expect(kaiaKeyScheme).toMatchObject({ id: "kaia", path: "m/44'/8217'/0'/0/0" });
});

it("a chain shows its node's origin and its fee payer's address, and neither path nor credentials", () => {
  const transport = http({ url: "https://user:pass@node.test:8545/v2/secret-key?token=secret-key" });
  const chain = kaia({ name: "kaia", chainId: 8_217, transport, feePayer });
  const shown = { name: "kaia", chainId: 8_217, origin: "https://node.test:8545", feePayer: payer };
  expect(JSON.parse(JSON.stringify(chain))).toEqual(shown);
  expect(inspect(chain)).toBe(`KaiaChain ${inspect(shown)}`);
  const all = { showHidden: true, depth: 12, customInspect: false };
  for (const text of [JSON.stringify({ chain }), inspect({ chain }, { depth: 12 }), inspect(chain, all)])
    expect(text).not.toMatch(/secret-key|pass\b|token|4747/);
});

it("closing a chain closes its transport", async () => {
  let isClosed = false;
  const transport = {
    ...scriptedKaia(),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
  await kaia({ ...good, transport }).close();
  expect(isClosed).toBe(true);
});
