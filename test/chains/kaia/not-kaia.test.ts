import { expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { startAnvil } from "../../harness/anvil.ts";
import { rejectedBy } from "../refused.ts";
import { person } from "./scene.ts";

// Budget of the file: 3 s.

it("a real node that knows eth_* alone is unsuitable, and is told apart before anything is signed", async () => {
  const anvil = await startAnvil({ chainId: 8_217 });
  const chain = kaia({ name: "kaia", chainId: 8_217, transport: http(anvil.url) });
  const intent = { transfer: { to: person, value: 1n } };
  const error = await rejectedBy(chain.prepare(intent, person), "ERR_CHAIN_NODE_UNSUITABLE");
  expect(error.context).toEqual({ origin: anvil.url });
  await rejectedBy(chain.getBalance(person), "ERR_CHAIN_NODE_UNSUITABLE");
  await chain.close();
  await anvil.stop();
});
