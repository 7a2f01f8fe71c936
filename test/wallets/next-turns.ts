/** Lets rejections that nobody handles come up: the test runner fails for them. */
export async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
