import type { ReportResult, RehearsalResult, VerificationResult } from "../types.ts";
import { cut, grouped, plural } from "./format.ts";
import { html, type Markup } from "./html.ts";
import { code, section, table } from "./table.ts";

/** Of those in the file, how many are shown. */
const mostShown = 200;

export function differencesSection({ differences, differenceCount }: ReportResult): readonly Markup[] {
  if (differenceCount === 0) return [];
  const shown = differences.slice(0, mostShown);
  const more = differenceCount - shown.length;
  return [
    section("Differences", [
      table(
        [{ name: "kind" }, { name: "id" }, { name: "expected" }, { name: "found" }],
        shown.map(({ kind, id, expected, found }) => [kind, cut(id ?? "–"), cut(expected), cut(found)]),
      ),
      more === 0 ? html`` : html`<p class="soft">And ${grouped(more)} more.</p>`,
    ]),
  ];
}

export function verificationSection(verification: VerificationResult | undefined): readonly Markup[] {
  if (verification === undefined) return [];
  const { checks, block, oldBlock, seconds } = verification;
  return [
    section("How it was verified", [
      html`<p>
        Block ${code(block.number)} of the new chain against the snapshot, and the old contract up to its block
        ${code(oldBlock.number)}, in ${seconds.toFixed(1)} s.
      </p>`,
      table(
        [{ name: "check" }, { name: "checked", isNumber: true }, { name: "differences", isNumber: true }],
        checks.map(({ name, checked, differences }) => [name, grouped(checked), grouped(differences)]),
      ),
    ]),
  ];
}

export function rehearsalSection(rehearsal: RehearsalResult | undefined): readonly Markup[] {
  if (rehearsal === undefined) return [];
  const { verified, transactions, gasUsed, plannedGas, seconds, differenceCount } = rehearsal;
  const outcome = verified ? "It was verified there." : `It ended with ${plural(differenceCount, "difference")}.`;
  return [
    section(
      "Rehearsal",
      html`<p>
        On a local node: ${plural(transactions, "transaction")}, ${grouped(gasUsed)} gas where the plan said
        ${grouped(plannedGas)}, in ${seconds.toFixed(1)} s. ${outcome}
      </p>`,
    ),
  ];
}
