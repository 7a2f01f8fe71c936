import { vi } from "vitest";
import { caverCases } from "./cases-caver.ts";
import { startTestNode } from "./real-node.ts";

// Budget of the file: 10 s.
vi.setConfig({ testTimeout: 30_000 });

caverCases(startTestNode);
