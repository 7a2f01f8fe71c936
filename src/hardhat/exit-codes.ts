/** What `npx hardhat kip17 ...` ends with. Scripts and pipelines branch on it. */
export const exitCodes = {
  /** All conforms, or nothing of high severity was found. */
  ok: 0,
  /** Deviations from what the KIP says must be, or findings of high severity. */
  findings: 1,
  /** It could not be made: no contract there, bad arguments, a node that was not reached or cannot simulate. */
  notMade: 3,
} as const;
