import { type AuditReport, auditCollection, type InspectionTarget } from "../../../src/inspection/index.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { signingDeployer } from "../../hardhat/signing-deployer.ts";
import type { Deployer } from "../collections.ts";

export const holder = "0x00000000000000000000000000000000000b0b00";

/** A node of its own, and who deploys there. */
export interface AuditNode {
  readonly anvil: Anvil;
  readonly deployer: Deployer;
  audit(address: string, more?: Partial<InspectionTarget>): Promise<AuditReport>;
}

export async function startAuditNode(): Promise<AuditNode> {
  const anvil = await startAnvil();
  const deployer = signingDeployer(anvil);
  await anvil.setBalance(deployer.address, 10n ** 24n);
  return {
    anvil,
    deployer,
    audit: (address, more = {}) => auditCollection({ transport: http(anvil.url), address, ...more }),
  };
}

/** Every answer by its question's id. */
export function answersIn(report: AuditReport): Readonly<Record<string, string>> {
  return Object.fromEntries(report.answers.map(({ id, answer }) => [id, answer]));
}

export function evidenceFor(report: AuditReport, id: string): string {
  return report.answers.find((each) => each.id === id)?.evidence ?? "no such question";
}

export function severe(report: AuditReport): readonly string[] {
  return report.answers.filter(({ severity }) => severity === "high").map(({ id }) => id);
}
