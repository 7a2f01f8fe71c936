import { proposer } from "./blocks.ts";

/** Answers that never change on the recorded network: mainnet's parameters, every fork active from the start. */

export const clientVersion = "Klaytn/v2.2.1/linux-amd64/go1.26.8";
export const nodeAddress = "0x6225acb0ffcc21d251780c88ba98c4fb5c546701";
export const mintedPerBlock = 9_600_000_000_000_000_000n;

const zeroAddress = "0x0000000000000000000000000000000000000000";
const kip113 = "0x0000000000000000000000000000000000000402";
const reward = { ratio: "50/20/30", kip82ratio: "20/80" };
const kip71 = {
  lowerboundbasefee: 25_000_000_000,
  upperboundbasefee: 750_000_000_000,
  gastarget: 30_000_000,
  maxblockgasusedforbasefee: 60_000_000,
  basefeedenominator: 20,
};
const blobSchedule = { target: 1, max: 1, baseFeeUpdateFraction: 5_007_716 };

export const governanceParams = {
  "governance.deriveshaimpl": 2,
  "governance.governancemode": "single",
  "governance.governingnode": proposer,
  "governance.govparamcontract": zeroAddress,
  "governance.unitprice": 25_000_000_000,
  "istanbul.committeesize": 21,
  "istanbul.epoch": 604_800,
  "istanbul.policy": 0,
  ...Object.fromEntries(Object.entries(kip71).map(([key, value]) => [`kip71.${key}`, value])),
  "reward.deferredtxfee": true,
  "reward.kip82ratio": reward.kip82ratio,
  "reward.minimumstake": "2000000",
  "reward.mintingamount": String(mintedPerBlock),
  "reward.proposerupdateinterval": 1,
  "reward.ratio": reward.ratio,
  "reward.stakingupdateinterval": 1,
  "reward.useginicoeff": false,
};

const forks = ["istanbul", "london", "ethTxType", "magma", "kore", "shanghai", "cancun", "kaia", "prague", "osaka"];

export function chainConfig(chainId: number): Record<string, unknown> {
  return {
    chainId,
    ...Object.fromEntries([...forks, "randao"].map((fork) => [`${fork}CompatibleBlock`, 0])),
    kip103ContractAddress: zeroAddress,
    kip160ContractAddress: zeroAddress,
    randaoRegistry: { records: { KIP113: kip113 }, owner: proposer },
    istanbul: { epoch: 604_800, policy: 0, sub: 21 },
    blobSchedule: { osaka: blobSchedule },
    unitPrice: 25_000_000_000,
    deriveShaImpl: 2,
    governance: {
      governingNode: proposer,
      governanceMode: "single",
      govParamContract: zeroAddress,
      reward: {
        mintingAmount: mintedPerBlock,
        ...reward,
        useGiniCoeff: false,
        deferredTxFee: true,
        stakingUpdateInterval: 1,
        proposerUpdateInterval: 1,
        minimumStake: 2_000_000,
      },
      kip71,
    },
  };
}

export function forkStatus(chainId: number): Record<string, unknown> {
  const flag = (fork: string): string => `Is${fork.charAt(0).toUpperCase()}${fork.slice(1)}`;
  const active = [...forks, "randao"].map((fork): [string, boolean] => [flag(fork), true]);
  return { ChainID: chainId, ...Object.fromEntries(active), IsKIP103: false };
}

export function stakingInfo(block: number): Record<string, unknown> {
  const addresses = ["kefAddr", "kifAddr", "KIRAddr", "PoCAddr", "kcfAddr", "kffAddr"];
  const lists = ["councilNodeAddrs", "councilStakingAddrs", "councilRewardAddrs", "councilStakingAmounts"];
  return {
    blockNum: Math.max(block - 1, 0),
    ...Object.fromEntries(addresses.map((name) => [name, zeroAddress])),
    ...Object.fromEntries(lists.map((name): [string, unknown[]] => [name, []])),
    clStakingInfos: null,
    useGini: false,
    gini: -1,
  };
}

export function totalSupply(number: string): Record<string, unknown> {
  const supply = "0x1def59d99d300cdb6c35c247314e8d5a4ba7a400000";
  const burnt = ["totalBurnt", "burntFee", "zeroBurn", "deadBurn", "kip103Burn", "kip160Burn"];
  return {
    number,
    totalSupply: supply,
    totalMinted: supply,
    ...Object.fromEntries(burnt.map((name) => [name, "0x0"])),
  };
}

export const registryRecords: readonly unknown[] = [{ activation: 0, addr: kip113 }];
export const registryAddress = kip113;

/** Kaia's own three are named here, but the front's EVM has them not. */
const precompiles: Readonly<Record<string, number>> = {
  ...{ BLAKE2F: 0x09, BLS12_G1ADD: 0x0b, BLS12_G1MSM: 0x0c, BLS12_G2ADD: 0x0d, BLS12_G2MSM: 0x0e },
  ...{ BLS12_MAP_FP2_TO_G2: 0x11, BLS12_MAP_FP_TO_G1: 0x10, BLS12_PAIRING_CHECK: 0x0f, BN254_ADD: 0x06 },
  ...{ BN254_MUL: 0x07, BN254_PAIRING: 0x08, ECREC: 0x01, FEE_PAYER: 0x3fe, ID: 0x04, KZG_POINT_EVALUATION: 0x0a },
  ...{ MODEXP: 0x05, P256VERIFY: 0x100, RIPEMD160: 0x03, SHA256: 0x02, VALIDATE_SENDER: 0x3ff, VMLOG: 0x3fd },
};

export function ethConfig(chainId: string): Record<string, unknown> {
  const address = (number: number): string => `0x${number.toString(16).padStart(40, "0")}`;
  return {
    current: {
      blobSchedule,
      chainId,
      forkId: "0x0bff4710",
      precompiles: Object.fromEntries(Object.entries(precompiles).map(([name, number]) => [name, address(number)])),
      systemContracts: {
        ADDRESS_BOOK: address(0x400),
        HISTORY_STORAGE_ADDRESS: "0x0000f90827f1c53a10cb7a02335b175320002935",
        REGISTRY: address(0x401),
      },
    },
    next: null,
    last: null,
  };
}
