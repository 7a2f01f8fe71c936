/** What a bar asks of a figure. */
export interface Bar {
  readonly what: string;
  readonly measured: number;
  readonly asked: number;
  /** Whether more is better. */
  readonly atLeast: boolean;
}

/** Figures by name, in groups of any depth. */
export interface Figures {
  readonly [name: string]: number | Figures;
}

export interface SuiteResult {
  readonly figures: Figures;
  readonly bars: readonly Bar[];
}

export interface Suite {
  readonly name: string;
  run(progress: (text: string) => void): Promise<SuiteResult>;
}

/** Each figure with the names of its groups before its own, a point between them. */
export function flatFigures(figures: Figures): readonly (readonly [name: string, value: number])[] {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === "number"
      ? [[name, value] as const]
      : flatFigures(value).map(([rest, each]) => [`${name}.${rest}`, each] as const),
  );
}

export function isFigures(value: unknown): value is Figures {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => typeof each === "number" || isFigures(each))
  );
}
