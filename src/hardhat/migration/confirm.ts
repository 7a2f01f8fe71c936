import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { LatchkeyError } from "../../errors/latchkey-error.ts";

/** Asks whoever sits there, before something that cannot be taken back. @throws `ERR_CONFIG_INVALID` the answer was no, or nobody sits there. */
export type Confirm = (what: string) => Promise<void>;

export function confirmWith(
  { interruptions }: Pick<HardhatRuntimeEnvironment, "interruptions">,
  isAgreed: boolean,
  isTerminal: boolean = process.stdin.isTTY,
): Confirm {
  return async (what) => {
    if (isAgreed) return;
    if (!isTerminal)
      throw refused(`${what}: this cannot be taken back, and nobody is there to ask; --yes agrees to it`);
    const answer = await interruptions.requestInput(
      "latchkey",
      `${what}. This cannot be taken back. Type yes to go on`,
    );
    if (answer.trim().toLowerCase() !== "yes") throw refused(`${what}: the answer was not yes`);
  };
}

function refused(what: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `${what}. It was not done; what was done before is in the run's folder.`,
  );
}
