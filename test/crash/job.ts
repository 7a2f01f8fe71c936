import type { Target } from "./points.ts";

/** A database and a root key of one run's own. */
export interface PlaceJob {
  readonly name: string;
  readonly directory: string;
  /** Of a PostgreSQL database; empty: a SQLite file in the directory. */
  readonly url: string;
  /** Null: it runs to its end. */
  readonly target: Target | null;
}

/** What a child is told, as a JSON file. */
export interface Job {
  /** `run`: stand still at the targets, then die; `recover`: go on there, and look at what came of it. */
  readonly phase: "run" | "recover";
  readonly scenario: string;
  readonly nodeUrl: string;
  readonly chainId: number;
  /** The chain's height when the runs began. */
  readonly sinceBlock: number;
  /** Where webhooks are received. */
  readonly hooksUrl: string;
  /** Where the child writes its report. */
  readonly report: string;
  /** A run that takes longer is stuck. */
  readonly timeoutMs: number;
  readonly places: readonly PlaceJob[];
}

export interface PlaceReport {
  readonly name: string;
  /** `killed`: at its target; `through`: it never came there; `failed`, `stuck`: the run itself went wrong. */
  readonly state: "killed" | "through" | "failed" | "stuck" | "recovered";
  /** What is wrong, each beginning with `lost`, `doubled`, `gap` or another word. */
  readonly problems: readonly string[];
  /** How often each moment was passed. */
  readonly passed: Readonly<Record<string, number>>;
}

export interface Report {
  readonly places: readonly PlaceReport[];
  /** Moments that were passed outside any place. */
  readonly strays: readonly string[];
}

export function isJob(value: unknown): value is Job {
  return typeof value === "object" && value !== null && "phase" in value && "places" in value;
}

export function isReport(value: unknown): value is Report {
  return typeof value === "object" && value !== null && "strays" in value && "places" in value;
}
