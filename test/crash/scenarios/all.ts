import { login } from "./login.ts";
import { one } from "./one.ts";
import { payer } from "./payer.ts";
import type { Scenario } from "./scenario.ts";
import { sends } from "./sends.ts";
import { storm } from "./storm.ts";

export const scenarios: readonly Scenario[] = [login, one, sends, storm, payer];
