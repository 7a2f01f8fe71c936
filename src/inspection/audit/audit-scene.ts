import type { Scene } from "../scene/scene.ts";
import type { NamedCall } from "../scene/kip17-calls.ts";
import { reader } from "../scene/kip17-calls.ts";
import type { AuditFinding, AuditTopic } from "./report.ts";

/** What the questions know of the contract when they begin. */
export interface AuditScene extends Scene {
  /** Of the address itself. */
  readonly code: string;
  /** Of what runs there: where it is a proxy, with those of the code behind it. */
  readonly selectors: ReadonlySet<string>;
  readonly proxy: Proxy | undefined;
  readonly holders: RoleHolders;
}

/** Who holds what at the block. Logs name candidates; the contract's own views say who of them it is. */
export interface RoleHolders {
  readonly minters: readonly string[];
  readonly pausers: readonly string[];
  readonly admins: readonly string[];
  /** What owner() answers; undefined where it does not. */
  readonly owner: string | undefined;
  /** Whether there are views to ask for each role. */
  readonly canAsk: { readonly minters: boolean; readonly pausers: boolean; readonly admins: boolean };
  /** Whether all past logs were looked at: if not, there may be more. */
  readonly isComplete: boolean;
}

export interface Proxy {
  readonly kind: string;
  readonly implementation: string | undefined;
  /** In the proxy's own slot for it. */
  readonly admin: string | undefined;
}

export interface Question extends AuditTopic {
  ask(scene: AuditScene): Promise<AuditFinding>;
}

export function question(id: string, text: string, ask: Question["ask"]): Question {
  return { id, question: text, ask };
}

export function view(name: string, args: readonly unknown[] = []): NamedCall {
  return { from: reader, function: name, args };
}

export function by(from: string, name: string, args: readonly unknown[] = []): NamedCall {
  return { from, function: name, args };
}
