// Run as a child process. Prints in JSON which optional peers were looked for by the end of each step.
import { registerHooks } from "node:module";

const looked = new Set<string>();
registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === "caver-js" || specifier === "ethers") looked.add(specifier);
    return next(specifier, context);
  },
});
const soFar = (): string[] => [...looked].sort();

const { kaia } = await import("../../../../src/chains/kaia/index.ts");
const imported = soFar();

const answers: Readonly<Record<string, unknown>> = {
  kaia_chainID: "0x1d3a",
  kaia_getTransactionCount: "0x0",
  kaia_getBalance: "0xde0b6b3a7640000",
  kaia_getCode: "0x",
  kaia_estimateGas: "0x5208",
  kaia_getHeaderByNumber: { baseFeePerGas: "0x5d21dba00" },
  kaia_maxPriorityFeePerGas: "0x0",
};
const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const chain = kaia({
  name: "kaia",
  chainId: 7_482,
  transport: {
    origin: "http://node.test",
    request: ({ method }) => Promise.resolve(answers[method]),
    close: () => Promise.resolve(),
  },
});
await chain.getBalance(address);
const balance = soFar();
await chain.prepare({ transfer: { to: address, value: 1n } }, address);
process.stdout.write(JSON.stringify({ imported, balance, prepared: soFar() }));
