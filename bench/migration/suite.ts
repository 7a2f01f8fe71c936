import { measureIndexer } from "../indexer/measure-indexer.ts";
import type { Suite } from "../suite.ts";
import { measureOurs, patternedUri, randomUri } from "./ours.ts";
import { measureBatchLoop, measureCaverLoop } from "./peers.ts";

const tokens = 10_000;
const owners = 3_000;
/** One by one: a tenth shows the rate. */
const oneByOne = 1_000;

/** Moves a collection within Kaia's limits, beside what one wrote without us; and reads its history. */
export const migrationSuite: Suite = {
  name: "migration",
  run: async (progress) => {
    const ours = await measureOurs(tokens, owners, randomUri, progress);
    const patterned = await measureOurs(tokens, owners, patternedUri, progress);
    progress("a loop over caver's mintWithTokenURI ...");
    const caverLoop = await measureCaverLoop(oneByOne, owners, randomUri);
    progress("an ethers loop over OpenZeppelin's batch mint ...");
    const ethersBatchLoop = await measureBatchLoop(tokens, owners, randomUri);
    progress("100,000 Transfer logs ...");
    const indexer = await measureIndexer();
    return {
      figures: {
        ...ours,
        secondsWithUriPattern: patterned.seconds,
        gasWithUriPattern: patterned.gasUsed,
        transactionsWithUriPattern: patterned.transactions,
        peers: { caverLoop: { ...caverLoop }, ethersBatchLoop: { ...ethersBatchLoop } },
        ...indexer,
      },
      bars: [
        { what: "snapshot, mint and verification, seconds", measured: ours.seconds, asked: 120, atLeast: false },
        { what: "of which verification, seconds", measured: ours.verifySeconds, asked: 30, atLeast: false },
        { what: "transactions", measured: ours.transactions, asked: 16, atLeast: false },
        { what: "verified", measured: ours.verified, asked: 1, atLeast: true },
        {
          what: "gas with a URI pattern, of gas without",
          measured: patterned.gasUsed / ours.gasUsed,
          asked: 0.6,
          atLeast: false,
        },
        {
          what: "indexer, PostgreSQL: logs a second",
          measured: indexer.indexerLogsPerSecond,
          asked: 5_000,
          atLeast: true,
        },
      ],
    };
  },
};
