import type { Figures } from "../suite.ts";
import { type Chain, openChain } from "./chain.ts";
import { measureTokenOfOwnerByIndex } from "./enumeration.ts";
import { type Implementation, implementations } from "./implementations.ts";
import { mintAll, sizesOf } from "./mint.ts";
import { measureTransfers, type TransferFigures } from "./transfers.ts";
import { tokensOf3042Owners, tokensOf500Owners, tokensOf50Owners } from "./workload.ts";

export type Scenario =
  | "batchMint500Owners"
  | "batchMint50Owners"
  | "batchMint10k"
  | "batchMint10kByOwner"
  | "batchMintWithUri"
  | "mintWithTokenURI"
  | keyof TransferFigures;

/** Gas a token. What an implementation cannot do is not there. */
export type ScenarioFigures = Readonly<Partial<Record<Scenario, number>>>;

export interface GasFigures extends Figures {
  readonly gas: Readonly<Record<keyof typeof implementations, ScenarioFigures>>;
  /** Gas of one call on Latchkey's collection of 10,000 tokens. */
  readonly tokenOfOwnerByIndex: number;
}

/** Runs every scenario on every implementation. The figures are the same on each machine. */
export async function measureGas(progress: (text: string) => void): Promise<GasFigures> {
  progress("compiling ...");
  const chain = await openChain();
  try {
    const of = (name: keyof typeof implementations): Promise<Measured> => {
      const implementation: Implementation = implementations[name];
      return measure(chain, implementation, (text) => {
        progress(`${name}: ${text}`);
      });
    };
    const latchkey = await of("latchkey");
    progress("latchkey: tokenOfOwnerByIndex ...");
    const tokenOfOwnerByIndex = await measureTokenOfOwnerByIndex(chain, latchkey.contract10k, tokensOf3042Owners());
    return {
      gas: {
        latchkey: latchkey.figures,
        openzeppelin: (await of("openzeppelin")).figures,
        caver19: (await of("caver19")).figures,
        caver112: (await of("caver112")).figures,
        kaiaContracts: (await of("kaiaContracts")).figures,
        solady: (await of("solady")).figures,
        erc721a: (await of("erc721a")).figures,
      },
      tokenOfOwnerByIndex,
    };
  } finally {
    await chain.close();
  }
}

interface Measured {
  readonly figures: ScenarioFigures;
  /** Where the 10,000 tokens are. */
  readonly contract10k: string;
}

async function measure(
  chain: Chain,
  { batch, batchWithUri, mintWithTokenURI }: Implementation,
  progress: (text: string) => void,
): Promise<Measured> {
  const a = tokensOf500Owners();
  const b = tokensOf50Owners();
  const many = tokensOf3042Owners();
  const aToken = (gas: number, count: number): number => Number((gas / count).toFixed(2));

  progress("batches of 500 tokens ...");
  const of500 = await mintAll(chain, batch, a, sizesOf(a.length));
  const of50 = await mintAll(chain, batch, b, sizesOf(b.length));
  progress("transfers ...");
  const transfers = await measureTransfers(chain, of500.contract, a);
  progress("10,000 tokens ...");
  // Everybody gets the same words here, as an old collection hands them out. What sorting them saves comes after.
  const of3042 = await mintAll(chain, { ...batch, order: "byId" }, many, [250, 125]);
  const byOwner = batch.order === "byOwner" ? await mintAll(chain, batch, many, [250, 125]) : undefined;
  progress("URIs ...");
  const withUri = batchWithUri && (await mintAll(chain, batchWithUri, a, sizesOf(a.length)));
  const oneByOne = mintWithTokenURI && (await mintAll(chain, mintWithTokenURI, a, [1]));
  progress(
    `tokens a transaction: ${[of500, of50, of3042, withUri].flatMap((each) => each?.tokensATransaction ?? []).join(", ")}`,
  );

  return {
    figures: {
      batchMint500Owners: aToken(of500.gas, a.length),
      batchMint50Owners: aToken(of50.gas, b.length),
      batchMint10k: aToken(of3042.gas, many.length),
      ...(byOwner && { batchMint10kByOwner: aToken(byOwner.gas, many.length) }),
      ...(withUri && { batchMintWithUri: aToken(withUri.gas, a.length) }),
      ...(oneByOne && { mintWithTokenURI: aToken(oneByOne.gas, a.length) }),
      ...transfers,
    },
    contract10k: of3042.contract,
  };
}
