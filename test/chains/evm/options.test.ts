import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { evm, evmKeyScheme, evmScheme } from "../../../src/chains/evm/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { thrownBy } from "../../harness/errors.ts";
import { refusedBy } from "../refused.ts";
import { scriptedNode } from "../scripted-node.ts";

// Budget of the file: 2 s.

const node = scriptedNode();
const good = { name: "main", chainId: 1, transport: node };

describe("evm's options", () => {
  it.each([
    ["undefined", undefined],
    ["null", null],
    ["text", "https://node.test"],
    ["an array", [good]],
    ...[0, -1, 1.5, NaN, Infinity, 2 ** 53, 1n, "1", null, undefined].map((chainId): [string, unknown] => [
      `chainId ${typeof chainId} ${String(chainId)}`,
      { ...good, chainId },
    ]),
    ...[0n, -1n, 1, 1e13, "1", null, true].map((maxFeePerGas): [string, unknown] => [
      `maxFeePerGas ${typeof maxFeePerGas} ${String(maxFeePerGas)}`,
      { ...good, maxFeePerGas },
    ]),
    ["no transport", { name: "main", chainId: 1 }],
    ["a transport of null", { ...good, transport: null }],
    ["a URL for a transport", { ...good, transport: "https://node.test/secret-key" }],
    ["a function for a transport", { ...good, transport: () => node }],
    ["a transport without request", { ...good, transport: { ...node, request: undefined } }],
    ["a transport whose request is none", { ...good, transport: { ...node, request: "eth_chainId" } }],
    ["a transport without close", { ...good, transport: { ...node, close: undefined } }],
    ["a transport without origin", { ...good, transport: { ...node, origin: undefined } }],
    ["a scheme's name for a scheme", { ...good, scheme: "evm" }],
    ["a scheme of null", { ...good, scheme: null }],
    ["a scheme that is only named", { ...good, scheme: { id: "evm", path: "m/44'/60'/0'/0/0" } }],
  ])("are refused: %s", (_, options) => {
    const { message } = refusedBy(() => {
      Reflect.apply(evm, undefined, [options]);
    }, "ERR_CONFIG_INVALID");
    expect(message).toMatch(/^evm: .+\. Nothing was opened\.$/);
    expect(message).not.toContain("secret-key");
    expect(node.asked).toEqual([]);
  });

  it("are taken as they are, and the usual ones need not be given", () => {
    const scheme = evmScheme({ id: "own", path: "m/44'/60'/7'/0/0" });
    expect(evm(good)).toMatchObject({ name: "main", chainId: 1, scheme: evmKeyScheme });
    expect(evm({ ...good, chainId: Number.MAX_SAFE_INTEGER, maxFeePerGas: 1n, scheme }).scheme).toBe(scheme);
  });

  it("allow 10,000 gwei for a unit of gas where they name no ceiling, and not one wei more", async () => {
    const address = "0x000000000000000000000000000000000000dEaD";
    const asking = (price: bigint) => {
      const transport = scriptedNode({
        eth_getBlockByNumber: { gasLimit: "0x1c9c380" },
        eth_gasPrice: `0x${price.toString(16)}`,
      });
      return evm({ ...good, transport }).prepare({ transfer: { to: address, value: 1n } }, address);
    };
    expect(await asking(10_000n * 10n ** 9n)).toMatchObject({ maxFee: 21_000n * 10n ** 13n });
    expect(await thrownBy(() => asking(10_000n * 10n ** 9n + 1n))).toMatchObject({
      code: "ERR_CHAIN_FEE_TOO_HIGH",
      context: { ceiling: 10n ** 13n },
    });
  });

  it("do not ask the node anything", () => {
    expect(node.asked).toEqual([]);
  });
});

it("a chain shows its node's origin, and neither path nor credentials", () => {
  const transport = http({
    url: "https://user:pass@node.test:8545/v2/secret-key?token=secret-key",
    headers: { "x-key": "secret-key" },
  });
  const chain = evm({ name: "main", chainId: 5, transport });
  expect(JSON.parse(JSON.stringify(chain))).toEqual({ name: "main", chainId: 5, origin: "https://node.test:8545" });
  expect(inspect(chain)).toBe("EvmChain { name: 'main', chainId: 5, origin: 'https://node.test:8545' }");
  const all = { showHidden: true, depth: 12, customInspect: false };
  for (const shown of [JSON.stringify({ chain }), inspect({ chain }, { depth: 12 }), inspect(chain, all)])
    expect(shown).not.toMatch(/secret-key|pass|token/);
});

it("closing a chain closes its transport", async () => {
  let isClosed = false;
  const transport = {
    ...scriptedNode(),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
  await evm({ name: "main", chainId: 1, transport }).close();
  expect(isClosed).toBe(true);
});
