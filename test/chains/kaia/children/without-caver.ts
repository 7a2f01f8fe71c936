// Run as a child process in which caver-js is not installed. Prints in JSON what works without it, and the error of the first use of it.
import { registerHooks } from "node:module";
import { caverWallet, kaia } from "../../../../src/chains/kaia/index.ts";

registerHooks({
  // Looked up from a place that has no packages, as in a project without it.
  resolve: (specifier, context, next) =>
    next(specifier, specifier === "caver-js" ? { ...context, parentURL: "file:///nowhere/index.js" } : context),
});

const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const asked: string[] = [];
const chain = kaia({
  name: "kaia",
  chainId: 7_482,
  transport: {
    origin: "http://node.test",
    request: ({ method }) => {
      asked.push(method);
      return Promise.resolve(method === "kaia_chainID" ? "0x1d3a" : "0x7");
    },
    close: () => Promise.resolve(),
  },
});

const balance = String(await chain.getBalance(address));
const isExisted = caverWallet([]).isExisted(address);
const before = asked.length;
const errors: unknown[] = [];
for (let attempt = 1; attempt <= 2; attempt += 1)
  await chain.prepare({ transfer: { to: address, value: 1n } }, address).catch((error: unknown) => errors.push(error));
process.stdout.write(JSON.stringify({ balance, isExisted, askedAfter: asked.length - before, errors }));
