import { expect } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { openFailed } from "../../src/vault/open-failed.ts";

/** What `attempt` throws; fails the test if it does not. */
export async function thrownBy(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
}

/** Expects the one error of all failures to open: always the same words, no cause, no context. */
export function expectOpenFailed(error: unknown, what?: string): void {
  expect(isLatchkeyError(error, "ERR_VAULT_OPEN_FAILED"), what).toBe(true);
  expect(JSON.stringify(error), what).toBe(JSON.stringify(openFailed()));
  expect(error instanceof Error && error.cause !== undefined, what).toBe(false);
}

/** As `expectOpenFailed`, for something that throws at once. */
export function expectOpenFails(attempt: () => unknown, what?: string): void {
  let thrown: unknown;
  try {
    attempt();
  } catch (error) {
    thrown = error;
  }
  expectOpenFailed(thrown, what);
}
