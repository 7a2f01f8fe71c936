import hre from "hardhat";

/** Compiles once for all test files, before any of them starts; takes well under a second where nothing has changed. */
export async function setup(): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}
