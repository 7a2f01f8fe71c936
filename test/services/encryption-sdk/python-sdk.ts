import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { python } from "../python.ts";

/** What sdk.py is asked; bytes are base64. */
export interface SdkRequest {
  readonly do: "decrypt" | "encrypt";
  readonly by: "keyring" | "master-key";
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly message?: string;
  readonly plaintext?: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** What it answers; `refused` names the exception. */
export type SdkOutcome = Readonly<Record<string, unknown>>;

const program = fileURLToPath(new URL("sdk.py", import.meta.url));

/** Hands the requests to one Python process, through its stdin: arguments are there for all to see. */
export function askSdk(requests: readonly SdkRequest[]): readonly SdkOutcome[] {
  const { status, stdout, stderr, error } = spawnSync(python, [program], {
    input: JSON.stringify(requests),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(`sdk.py ended with ${error?.message ?? stderr}`);
  const outcomes: unknown = JSON.parse(stdout);
  if (!Array.isArray(outcomes) || outcomes.length !== requests.length) throw new Error("sdk.py did not answer each");
  return outcomes.map((outcome: unknown) => {
    if (typeof outcome !== "object" || outcome === null) throw new Error("sdk.py answered something else");
    return Object.fromEntries(Object.entries(outcome));
  });
}
