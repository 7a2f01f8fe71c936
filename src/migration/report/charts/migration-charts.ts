import type { PlanResult, ReportResult } from "../../types.ts";
import { coinOf, coins, ends, grouped, plural } from "../format.ts";
import type { Markup } from "../html.ts";
import { type Bar, bars } from "./bars.ts";
import { type Column, columns } from "./columns.ts";
import { timeline } from "./timeline.ts";

export interface Figure {
  readonly title: string;
  readonly note: string;
  readonly drawing: Markup;
}

/** More columns than this are drawn as the means of neighbours. */
const mostColumns = 120;

/** The charts that there is something to draw for. */
export function figuresOf(report: ReportResult, plan: PlanResult | undefined): readonly Figure[] {
  return [...ownerFigures(report), ...batchFigures(report), ...timeFigures(report), ...costFigures(report, plan)];
}

function ownerFigures({ topOwners, distribution, owners }: ReportResult): readonly Figure[] {
  if (topOwners.length === 0) return [];
  return [
    {
      title: "Largest holders",
      note: `${plural(topOwners.length, "address", "addresses")} of ${grouped(owners ?? topOwners.length)}, by tokens`,
      drawing: bars(
        "Tokens of the largest holders",
        topOwners.map(({ address, tokens }) => ({
          label: ends(address),
          title: address,
          value: tokens,
          shown: grouped(tokens),
        })),
      ),
    },
    {
      title: "How many tokens owners hold",
      note: "owners by number of tokens held",
      drawing: columns(
        "Owners by number of tokens held",
        distribution.map(({ least, most, owners: count }) => {
          const label = most === null ? `${String(least)}+` : least === most ? String(least) : `${least}-${most}`;
          return { label, value: count, title: `${plural(count, "owner")} with ${label} tokens` };
        }),
      ),
    },
  ];
}

function batchFigures({ batches }: ReportResult): readonly Figure[] {
  if (batches.length === 0) return [];
  const isMinted = batches.some(({ gasUsed }) => gasUsed !== null);
  const all = batches.map(({ index, kind, count, gas, gasUsed }): Column => {
    const what = `Batch ${index} (${plural(count, "token")}, ${kind}): planned ${grouped(gas)} gas`;
    return gasUsed === null
      ? { label: String(index), value: isMinted ? 0 : Number(gas), title: `${what}, not minted` }
      : { label: String(index), value: Number(gasUsed), mark: Number(gas), title: `${what}, used ${grouped(gasUsed)}` };
  });
  const size = Math.ceil(all.length / mostColumns);
  const note = isMinted ? "used; the line is what the plan said" : "as planned";
  const means = size === 1 ? "" : `; each column is the mean of ${String(size)} batches`;
  return [{ title: "Gas by batch", note: note + means, drawing: columns("Gas by batch", meansOf(all, size)) }];
}

function meansOf(all: readonly Column[], size: number): readonly Column[] {
  if (size === 1) return all;
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) => {
    const some = all.slice(group * size, (group + 1) * size);
    const mean = (valueOf: (column: Column) => number): number =>
      some.reduce((sum, column) => sum + valueOf(column), 0) / some.length;
    const label = some[0]?.label ?? "";
    return {
      label,
      value: mean(({ value }) => value),
      mark: mean(({ mark = 0 }) => mark),
      title: `Batches ${label} to ${some.at(-1)?.label ?? ""}`,
    };
  });
}

function timeFigures({ batches, sent, oldChainId, newChainId }: ReportResult): readonly Figure[] {
  const points = batches.flatMap(({ index, block, count }) =>
    block === null
      ? []
      : [
          {
            block: Number(block),
            tokens: count,
            title: `Batch ${index}: ${plural(count, "id")} in block ${grouped(block)}`,
          },
        ],
  );
  // Blocks of another chain have numbers of their own.
  const moments = sent.flatMap(({ what, block }) =>
    block === null || what === "mint" || (what === "freeze" && oldChainId !== newChainId)
      ? []
      : [{ block: Number(block), label: what }],
  );
  if (points.length === 0) return [];
  return [
    {
      title: "Transactions",
      note: "ids settled, by block; a dot is a transaction",
      drawing: timeline("Ids settled, by block", points, moments),
    },
  ];
}

function costFigures({ sent, fees, newChainId }: ReportResult, plan: PlanResult | undefined): readonly Figure[] {
  const coin = coinOf(newChainId);
  const bar = (label: string, amount: bigint, isMuted: boolean): Bar => ({
    label,
    value: Number(amount),
    shown: coins(amount),
    title: `${label}, in ${coin}`,
    isMuted,
  });
  const names = ["at half the price", "at the price then", "at twice it"];
  const planned = (plan?.fees ?? []).map(({ total }, index) => bar(names[index] ?? "planned", BigInt(total), true));
  const paid = sent.some(({ fee }) => fee !== null) ? [bar("paid", BigInt(fees), false)] : [];
  if (planned.length + paid.length === 0) return [];
  const note = `in ${coin}; planned at three gas prices${paid.length === 0 ? "" : ", and paid"}`;
  return [{ title: "Cost", note, drawing: bars("Cost, planned and paid", [...paid, ...planned]) }];
}
