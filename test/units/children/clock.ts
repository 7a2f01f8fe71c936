// Run as a child process: it ends after its sleep, long before the call back.
import { systemClock } from "../../../src/units/clock.ts";

systemClock.onTimeout(60_000, () => process.stdout.write("called back"));
await systemClock.sleep(10);
process.stdout.write("slept");
