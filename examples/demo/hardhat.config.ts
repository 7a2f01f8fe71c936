import { configVariable, defineConfig } from "hardhat/config";
import latchkey from "../../src/hardhat/index.ts";

/** A project that moves a collection: the plugin, and the node. */
export default defineConfig({
  plugins: [latchkey],
  networks: { demo: { type: "http", url: configVariable("DEMO_NODE_URL") } },
});
