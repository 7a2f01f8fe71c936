import { median } from "../measure.ts";
import type { Suite } from "../suite.ts";
import { Stalled } from "./chain.ts";
import { measureBareLoop, measureOutbox, type Outcome, startPostgres } from "./measure.ts";

const rounds = 3;
const many = { senders: 25, each: 40 };
const hot = { senders: 1, each: 1_000 };

/** A bare loop whose node lost track of a transaction would wait for ever: it is measured again. The outbox has to see to that itself. */
async function measured(
  name: string,
  contender: () => Promise<Outcome>,
  progress: (text: string) => void,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await contender();
    } catch (error) {
      if (!(error instanceof Stalled) || !name.startsWith("bare") || attempt === 3) throw error;
      progress(`${name}: ${error.message}; measured again ...`);
    }
  }
}

/** The outbox beside a loop that keeps keys in the clear and stores nothing. */
export const transactionSuite: Suite = {
  name: "transactions",
  run: async (progress) => {
    const server = await startPostgres();
    try {
      const contenders = {
        outbox: () => measureOutbox(server, { ...many, processes: 4 }),
        bare: () => measureBareLoop({ ...many, inFlight: 1 }),
        hot: () => measureOutbox(server, { ...hot, processes: 4 }),
        bareHot: () => measureBareLoop({ ...hot, inFlight: 16 }),
        sqlite: () => measureOutbox("sqlite", { ...many, processes: 4 }),
        sqliteHot: () => measureOutbox("sqlite", { ...hot, processes: 1 }),
      } as const;
      const outcomes = new Map<string, Outcome[]>();
      for (let round = 1; round <= rounds; round += 1) {
        for (const [name, contender] of Object.entries(contenders)) {
          progress(`round ${String(round)} of ${String(rounds)}: ${name} ...`);
          outcomes.set(name, [...(outcomes.get(name) ?? []), await measured(name, contender, progress)]);
        }
      }
      const rate = (name: keyof typeof contenders): number =>
        median((outcomes.get(name) ?? []).map(({ perSecond }) => perSecond));
      const all = [...outcomes.values()].flat();
      const sum = (what: "lost" | "doubled"): number => all.reduce((total, outcome) => total + outcome[what], 0);
      const figures = {
        outboxTxPerSecond: rate("outbox"),
        bareEthersTxPerSecond: rate("bare"),
        hotSenderTxPerSecond: rate("hot"),
        bareHotSenderTxPerSecond: rate("bareHot"),
        sqliteTxPerSecond: rate("sqlite"),
        sqliteHotSenderTxPerSecond: rate("sqliteHot"),
        lost: sum("lost"),
        doubled: sum("doubled"),
      };
      return {
        figures,
        bars: [
          {
            what: "25 senders, 4 processes, PostgreSQL: times the bare loop",
            measured: figures.outboxTxPerSecond / figures.bareEthersTxPerSecond,
            asked: 0.7,
            atLeast: true,
          },
          {
            what: "one hot sender, PostgreSQL: times the bare loop with 16 in flight",
            measured: figures.hotSenderTxPerSecond / figures.bareHotSenderTxPerSecond,
            asked: 0.8,
            atLeast: true,
          },
          { what: "lost", measured: figures.lost, asked: 0, atLeast: false },
          { what: "doubled", measured: figures.doubled, asked: 0, atLeast: false },
        ],
      };
    } finally {
      await server.stop();
    }
  },
};
