import type { PlanResult, ReportResult, RehearsalResult, VerificationResult } from "../types.ts";
import { figuresOf } from "./charts/migration-charts.ts";
import { coinOf, coins, grouped, plural } from "./format.ts";
import { each, html, type Markup } from "./html.ts";
import { page } from "./page.ts";
import { differencesSection, rehearsalSection, verificationSection } from "./proofs.ts";
import { code, listed, section, table } from "./table.ts";

export interface Details {
  readonly plan?: PlanResult | undefined;
  readonly rehearsal?: RehearsalResult | undefined;
  readonly verification?: VerificationResult | undefined;
}

/** The report as one HTML file, whatever has been done of the run. */
export function documentOf(report: ReportResult, { plan, rehearsal, verification }: Details): string {
  const name = report.name ?? report.oldContract;
  return page(`Migration of ${name}`, [
    heading(report, name),
    ...missing(report),
    tiles(report),
    figures(report, plan),
    ...listed("What holders must do", report.holdersMust),
    ...listed("What stays open on the old contract", report.whatStaysOpen),
    ...listed("What does not move", report.leftBehind),
    ...differencesSection(report),
    ...verificationSection(verification),
    ...rehearsalSection(rehearsal),
    ...ownersWithCode(report),
    facts(report),
    ...transactions(report),
  ]);
}

function heading(report: ReportResult, name: string): Markup {
  const symbol = report.symbol === null ? "" : ` (${report.symbol})`;
  return html`<header>
    <h1>${name}${symbol}</h1>
    <p>
      ${state(report)}<br />
      From ${code(report.oldContract)} on chain ${report.oldChainId} to
      ${report.newContract === null ? "a contract that is not deployed yet" : code(report.newContract)}
      ${report.newChainId === null ? "" : html`on chain ${report.newChainId}`}
    </p>
  </header> `;
}

/** In words and with a sign, so that nobody has to tell colours apart. */
function state({ verified, verifiedAt, differenceCount }: ReportResult): Markup {
  if (verifiedAt === null) return html`<span class="state wait">… Not verified yet</span>`;
  return verified
    ? html`<span class="state good">✓ Verified</span> in block ${grouped(verifiedAt.number)}`
    : html`<span class="state bad">✗ ${plural(differenceCount, "difference")}</span> in block
        ${grouped(verifiedAt.number)}`;
}

function missing({ missingSteps }: ReportResult): readonly Markup[] {
  if (missingSteps.length === 0) return [];
  return [
    section(
      "Steps not done yet",
      html`<p>${missingSteps.join(", ")}. What they would tell is missing from this report.</p>`,
    ),
  ];
}

function tiles(report: ReportResult): Markup {
  const count = (value: number | null): string => (value === null ? "–" : grouped(value));
  const all: readonly (readonly [string, string])[] = [
    ["Tokens", count(report.tokens)],
    ["Owners", count(report.owners)],
    ["Burned ids", count(report.holes)],
    ["At the door", count(report.door)],
    ["Transactions", count(report.transactions)],
    ["Gas used", grouped(report.gasUsed)],
    [`Fees, ${coinOf(report.newChainId)}`, coins(BigInt(report.fees))],
  ];
  return html`<section>
    <dl class="tiles">
      ${each(
        all,
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div> `,
      )}
    </dl>
  </section> `;
}

function figures(report: ReportResult, plan: PlanResult | undefined): Markup {
  return html`<div class="grid charts">
    ${each(
      figuresOf(report, plan),
      ({ title, note, drawing }) =>
        html`<figure>
          <figcaption>${title}<span>${note}</span></figcaption>
          ${drawing}
        </figure> `,
    )}
  </div> `;
}

function ownersWithCode({ ownersWithCode: owners }: ReportResult): readonly Markup[] {
  if (owners.length === 0) return [];
  return [
    section(
      "Owners that are contracts",
      table(
        [{ name: "address" }, { name: "kind" }, { name: "tokens", isNumber: true }],
        owners.map(({ address, kind, tokens }) => [code(address), kind, grouped(tokens)]),
      ),
    ),
  ];
}

function facts(report: ReportResult): Markup {
  const { block, verifiedAt, root, snapshotRoot } = report;
  const rows: readonly (readonly [string, string | null])[] = [
    ["Snapshot's block on the old chain", block === null ? null : `${block.number} ${block.hash}`],
    ["Verified block on the new chain", verifiedAt === null ? null : `${verifiedAt.number} ${verifiedAt.hash}`],
    ["Root over the snapshot", snapshotRoot],
    ["Root in the new contract", root],
    ["Run", report.run],
  ];
  return section(
    "What anybody can check",
    table(
      [{ name: "fact" }, { name: "value" }],
      rows.map(([name, value]) => [name, value === null ? "–" : code(value)]),
    ),
  );
}

function transactions({ sent }: ReportResult): readonly Markup[] {
  if (sent.length === 0) return [];
  const rows = sent.map(({ what, batch, hash, block, gasUsed, fee }) => [
    batch === null ? what : `${what} ${batch}`,
    block ?? "–",
    gasUsed === null ? "–" : grouped(gasUsed),
    fee === null ? "–" : coins(BigInt(fee)),
    code(hash),
  ]);
  const columns = [
    { name: "what" },
    { name: "block", isNumber: true },
    { name: "gas", isNumber: true },
    { name: "fee", isNumber: true },
    { name: "hash" },
  ];
  return [
    section(
      "Transactions",
      html`<details>
        <summary>${grouped(sent.length)} transactions</summary>
        ${table(columns, rows)}
      </details>`,
    ),
  ];
}
