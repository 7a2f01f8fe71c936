import { configVariable, defineConfig } from "hardhat/config";
import latchkey from "../../../src/hardhat/index.ts";

/** Somebody's project; the node's URL comes from outside, as keys of gateways do. */
export default defineConfig({
  plugins: [latchkey],
  networks: {
    target: { type: "http", chainType: "generic", url: configVariable("TEST_NODE_URL") },
    keyed: { type: "http", url: configVariable("TEST_NODE_URL"), accounts: [configVariable("TEST_KEY")] },
    phrased: {
      type: "http",
      url: configVariable("TEST_NODE_URL"),
      accounts: { mnemonic: configVariable("TEST_PHRASE"), initialIndex: 1 },
    },
    guarded: { type: "http", url: configVariable("TEST_NODE_URL"), httpHeaders: { "x-api-key": "c4n4ry-of-a-header" } },
  },
});
