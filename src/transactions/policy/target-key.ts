import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { subjectText } from "../senders.ts";
import type { ControlTarget } from "./policy.ts";

/**
 * How rows name what is frozen or given rules.
 *
 * @throws `ERR_CONFIG_INVALID` for what is neither, as JavaScript may have it.
 */
export function targetKey(target: ControlTarget): string {
  if (target === "tenant") return target;
  const key = typeof target === "object" ? subjectText(target) : "";
  if (/^(?:user:[0-9a-f-]{36}|service:.{1,256})$/su.test(key)) return key;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    'What is frozen or given rules is "tenant", a user\'s wallet, or a service account by its name. Nothing was changed.',
  );
}
