/** Runs `work` once per key at a time: callers that arrive while it runs share its outcome. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  async do(key: string, work: () => Promise<T>): Promise<T> {
    const underway = this.#flights.get(key);
    if (underway !== undefined) return underway;
    const flight = work().finally(() => {
      this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Resolves when nothing is under way any more; outcomes are the callers' business. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) await Promise.allSettled(this.#flights.values());
  }
}
