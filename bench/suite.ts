/** What a bar asks of a figure. */
export interface Bar {
  readonly what: string;
  readonly measured: number;
  readonly asked: number;
  /** Whether more is better. */
  readonly atLeast: boolean;
}

export interface SuiteResult {
  readonly figures: Readonly<Record<string, number>>;
  readonly bars: readonly Bar[];
}

export interface Suite {
  readonly name: string;
  run(progress: (text: string) => void): Promise<SuiteResult>;
}
