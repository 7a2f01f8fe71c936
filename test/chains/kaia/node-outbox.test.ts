import { vi } from "vitest";
import { outboxCases } from "./cases-outbox.ts";
import { startTestNode } from "./real-node.ts";

// Budget of the file: 15 s.
vi.setConfig({ testTimeout: 30_000 });

outboxCases(startTestNode);
