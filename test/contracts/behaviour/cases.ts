import { beforeAll, beforeEach, describe } from "vitest";
import { approvalCases } from "./cases-approval.ts";
import { enumerationCases } from "./cases-enumeration.ts";
import { mintAndBurnCases } from "./cases-mint-burn.ts";
import { safeTransferCases } from "./cases-safe-transfer.ts";
import { transferCases } from "./cases-transfer.ts";
import { viewCases } from "./cases-views.ts";
import type { TestChain } from "./chain.ts";
import { type Scene, sceneOf, type Subject } from "./subject.ts";

/** A scene that each test of the suite finds as it was deployed. */
export function sceneOfEachTest(chain: () => TestChain, subject: Subject): () => Scene {
  let scene: Scene;
  let reset: () => Promise<void>;
  beforeAll(async () => {
    scene = await sceneOf(chain(), subject);
    reset = await chain().snapshot();
    return reset;
  });
  beforeEach(() => reset());
  return () => scene;
}

/** What ERC-721 and EIP-6093 say, by OpenZeppelin's contract. */
export function erc721Cases(chain: () => TestChain, subject: Subject): void {
  const scene = sceneOfEachTest(chain, subject);
  viewCases(scene);
  transferCases(scene);
  approvalCases(scene);
  safeTransferCases(scene);
  mintAndBurnCases(scene);
  if (subject.enumerable)
    describe("enumeration", () => {
      enumerationCases(scene);
    });
}
