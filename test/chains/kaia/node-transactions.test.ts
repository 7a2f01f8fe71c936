import { vi } from "vitest";
import { transactionCases } from "./cases-transactions.ts";
import { startTestNode } from "./real-node.ts";

// Budget of the file: 10 s.
vi.setConfig({ testTimeout: 30_000 });

transactionCases(startTestNode);
