import { getBytes, keccak256, toQuantity } from "ethers";
import { accountKeyJson } from "./account-keys.ts";
import { consensusJson, proposer } from "./blocks.ts";
import { estimateComputationCost } from "./calls.ts";
import { refused } from "./errors.ts";
import { blobBaseFee, rewardsOf } from "./fees.ts";
import { chainMethods, receiptBySenderTxHash, transactionBySenderTxHash } from "./methods-chain.ts";
import { callSite, stateMethods } from "./methods-state.ts";
import { type Context, type Method, type Methods, missingBlock, stateBlock } from "./method.ts";
import { poolMethods } from "./methods-pool.ts";
import { balanceAt, codeAt } from "./state.ts";
import * as fixed from "./static-answers.ts";

const ethMethods: Methods = {
  coinbase: () => fixed.nodeAddress,
  etherbase: () => fixed.nodeAddress,
  mining: () => false,
  hashrate: () => "0x0",
  config: ({ core }) => fixed.ethConfig(toQuantity(core.chainId)),
  blobBaseFee: ({ core }) => toQuantity(blobBaseFee(core.chain.baseFee)),
  getUncleCountByBlockNumber: () => "0x0",
  getWork: () => {
    throw refused("no mining work available yet");
  },
};

const kaiaMethods: Methods = {
  chainID: ({ core }) => toQuantity(core.chainId),
  protocolVersion: () => "0x43",
  clientVersion: () => fixed.clientVersion,
  nodeAddress: () => fixed.nodeAddress,
  getCouncil: () => [proposer],
  getCouncilSize: () => 1,
  getCommittee: () => [proposer],
  getCommitteeSize: () => 1,
  getParams: () => fixed.governanceParams,
  getChainConfig: ({ core }) => fixed.chainConfig(core.chainId),
  forkStatus: ({ core }) => fixed.forkStatus(core.chainId),
  getStakingInfo: ({ params }) => fixed.stakingInfo(params.state(0, "latest")),
  getTotalSupply: ({ params }) => fixed.totalSupply(toQuantity(params.state(0, "latest"))),
  getActiveAddressFromRegistry: () => fixed.registryAddress,
  getAllRecordsFromRegistry: () => fixed.registryRecords,
  getRewards: ({ core, params }) => rewardsOf(core.chain.block(params.state(0, "latest")) ?? core.chain.head),
  rewardbase: () => {
    throw refused("rewardbase must be explicitly specified");
  },
  getCypressCredit: () => {
    throw refused("no mainnet credit contract");
  },
  getBlockWithConsensusInfoByNumber: ({ core, params }) => {
    const number = params.blockNumber(0);
    if (core.chain.block(number) === undefined) throw missingBlock(number);
    return consensusJson(core.evm, core.chain, number);
  },
  isSenderTxHashIndexingEnabled: ({ senderTxHashIndexing }) => senderTxHashIndexing,
  getTransactionBySenderTxHash: transactionBySenderTxHash,
  getTransactionReceiptBySenderTxHash: receiptBySenderTxHash,

  estimateComputationCost: async (context) => {
    const site = await callSite(context, await stateBlock(context, 1));
    return estimateComputationCost(context.params.call(0), site);
  },
  getAccount: (context) => account(context),
  getAccountKey: async (context) => {
    const found = await account(context);
    return found === null ? null : found.account.key;
  },
  accountCreated: async (context) => (await account(context)) !== null,
  isContractAccount: async (context) => {
    const { core, params } = context;
    return (await codeAt(core.evm, core.chain, params.address(0), await stateBlock(context, 1))) !== "0x";
  },
};

/** `kaia_getAccount`: null for an account that nobody has touched. Keys are those of the latest block. */
async function account(context: Context) {
  const { core, params } = context;
  const address = params.address(0);
  const block = await stateBlock(context, 1);
  const at = toQuantity(block);
  const nonce = await core.evm.quantity("eth_getTransactionCount", address, at);
  const code = await core.evm.text("eth_getCode", address, at);
  const balance = await balanceAt(core.evm, core.chain, address, block);
  const key = await core.chain.keyOf(address);
  if (nonce === 0n && balance === 0n && code === "0x" && key.type === "legacy") return null;
  const { storageHash } = await core.evm.record("eth_getProof", address, [], at);
  const isContract = code !== "0x" && !code.startsWith("0xef0100");
  return {
    accType: isContract ? 2 : 1,
    account: {
      nonce: Number(nonce),
      balance: toQuantity(balance),
      humanReadable: false,
      key: accountKeyJson(key),
      storageRoot: storageHash,
      // Base64, unlike every other hash.
      codeHash: Buffer.from(getBytes(keccak256(code))).toString("base64"),
      codeFormat: 0,
      vmVersion: code === "0x" ? 0 : 1,
    },
  };
}

const otherMethods: Methods = {
  net_version: ({ core }) => String(core.chainId),
  net_networkID: ({ core }) => core.chainId,
  net_peerCount: () => "0x1",
  net_peerCountByType: () => ({ cn: 1, total: 1 }),
  net_listening: () => true,
  web3_clientVersion: () => fixed.clientVersion,
  web3_sha3: ({ params }) => keccak256(params.bytes(0)),
  rpc_modules: () => ({ eth: "1.0", kaia: "1.0", net: "1.0", rpc: "1.0", web3: "1.0" }),
};

/** Everything the node answers to, by its full name. klay_ is kaia_ under its old name. */
export function allMethods({ txpool }: { readonly txpool: boolean }): ReadonlyMap<string, Method> {
  const named = (namespace: string, methods: Methods): [string, Method][] =>
    Object.entries(methods).map(([name, method]) => [`${namespace}_${name}`, method]);
  const kaia = { ...chainMethods, ...stateMethods, ...kaiaMethods };
  return new Map([
    ...named("eth", { ...chainMethods, ...stateMethods, ...ethMethods }),
    ...named("kaia", kaia),
    ...named("klay", kaia),
    ...Object.entries(otherMethods),
    ...(txpool ? named("txpool", poolMethods) : []),
  ]);
}
