import { AbiCoder, Interface } from "ethers";
import { caverKip17, creationCode } from "../../test/harness/creation-code.ts";
import type { Token } from "./workload.ts";

/** A contract, and how tokens are minted on it. */
export interface Minting {
  /** @param deployer - gets every role. @returns creation bytecode and constructor arguments. */
  readonly code: (deployer: string) => Promise<string>;
  /** Calldata that mints these tokens. */
  readonly data: (tokens: readonly Token[]) => string;
  /**
   * The order that is cheapest: each owner's tokens together, the owners in the order of their lowest id. Where ids are
   * not given but counted, there is only the order of ids.
   */
  readonly order: "byOwner" | "byId";
  /** Whether a transaction holds one token alone. */
  readonly oneByOne: boolean;
}

export interface Implementation {
  readonly batch: Minting;
  readonly batchWithUri?: Minting;
  readonly mintWithTokenURI?: Minting;
}

const functions = new Interface([
  "function mint(address to, uint256 id)",
  "function mintWithTokenURI(address to, uint256 id, string uri)",
  "function mintBatch(address[] owners)",
  "function mintBatchPacked(bytes32[] tokens)",
  "function mintBatchWithTokenURI(address[] owners, uint256[] ids, string[] uris)",
]);

type Code = Minting["code"];

const compiled =
  (contract: string): Code =>
  () =>
    creationCode(contract);

const latchkey: Code = async (deployer) =>
  (await creationCode("KIP17Collection")) +
  AbiCoder.defaultAbiCoder()
    .encode(["string", "string", "address", "uint256", "uint256"], ["Latchkey", "KEY", deployer, 1, 10_000])
    .slice(2);

const caver =
  (installedAs: Parameters<typeof caverKip17>[0]): Code =>
  () =>
    Promise.resolve(
      caverKip17(installedAs).bytecode +
        AbiCoder.defaultAbiCoder().encode(["string", "string"], ["Caver", "CAV"]).slice(2),
    );

const only = (tokens: readonly Token[]): Token => {
  const [token, ...others] = tokens;
  if (token === undefined || others.length > 0) throw new Error("This takes one token at a time.");
  return token;
};

const single = (code: Code): Minting => ({
  code,
  data: (tokens) => {
    const { owner, id } = only(tokens);
    return functions.encodeFunctionData("mint", [owner, id]);
  },
  order: "byId",
  oneByOne: true,
});

const singleWithUri = (code: Code): Minting => ({
  code,
  data: (tokens) => {
    const { owner, id, uri } = only(tokens);
    return functions.encodeFunctionData("mintWithTokenURI", [owner, id, uri]);
  },
  order: "byId",
  oneByOne: true,
});

/** Words of 20 bytes of owner and 12 bytes of id. */
const packed = (code: Code): Minting => ({
  code,
  data: (tokens) =>
    functions.encodeFunctionData("mintBatchPacked", [
      tokens.map(({ owner, id }) => owner + id.toString(16).padStart(24, "0")),
    ]),
  order: "byOwner",
  oneByOne: false,
});

const batchWithUri = (code: Code): Minting => ({
  code,
  data: (tokens) =>
    functions.encodeFunctionData("mintBatchWithTokenURI", [
      tokens.map(({ owner }) => owner),
      tokens.map(({ id }) => id),
      tokens.map(({ uri }) => uri),
    ]),
  order: "byOwner",
  oneByOne: false,
});

const counted = (code: Code): Minting => ({
  code,
  data: (tokens) => functions.encodeFunctionData("mintBatch", [tokens.map(({ owner }) => owner)]),
  order: "byId",
  oneByOne: false,
});

const full = (plain: Code, withUri: Code): Implementation => ({
  batch: packed(plain),
  batchWithUri: batchWithUri(withUri),
  mintWithTokenURI: singleWithUri(withUri),
});

const withoutBatches = (code: Code): Implementation => ({
  batch: single(code),
  batchWithUri: singleWithUri(code),
  mintWithTokenURI: singleWithUri(code),
});

/** By name, as the figures are filed. */
export const implementations = {
  latchkey: full(latchkey, latchkey),
  openzeppelin: full(compiled("OpenZeppelinPeer"), compiled("OpenZeppelinUriPeer")),
  caver19: withoutBatches(caver("caver-js-1.9")),
  caver112: withoutBatches(caver("caver-js")),
  kaiaContracts: full(compiled("KaiaContractsPeer"), compiled("KaiaContractsPeer")),
  solady: full(compiled("SoladyPeer"), compiled("SoladyUriPeer")),
  erc721a: { batch: counted(compiled("ERC721APeer")) },
} as const satisfies Readonly<Record<string, Implementation>>;
