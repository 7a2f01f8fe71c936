import { expect } from "vitest";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { isLatchkeyError, type LatchkeyError } from "../../src/errors/latchkey-error.ts";

/** The Latchkey error of this code that `attempt` throws at once; fails the test if it throws none, or another. */
export function refusedBy(attempt: () => unknown, code: ErrorCode): LatchkeyError {
  try {
    attempt();
  } catch (error) {
    if (isLatchkeyError(error, code)) return error;
    throw error;
  }
  return expect.fail("nothing was thrown");
}

/** As `refusedBy`, for something that rejects. */
export async function rejectedBy(attempt: Promise<unknown>, code: ErrorCode): Promise<LatchkeyError> {
  try {
    await attempt;
  } catch (error) {
    if (isLatchkeyError(error, code)) return error;
    throw error;
  }
  return expect.fail("nothing was thrown");
}
