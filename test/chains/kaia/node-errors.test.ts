import { vi } from "vitest";
import { errorCases } from "./cases-errors.ts";
import { startTestNode } from "./real-node.ts";

// Budget of the file: 10 s.
vi.setConfig({ testTimeout: 30_000 });

errorCases(startTestNode);
