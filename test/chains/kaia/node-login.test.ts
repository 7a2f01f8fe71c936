import { vi } from "vitest";
import { loginCases } from "./cases-login.ts";
import { startTestNode } from "./real-node.ts";

// Budget of the file: 10 s.
vi.setConfig({ testTimeout: 30_000 });

loginCases(startTestNode);
