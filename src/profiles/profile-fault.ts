import { isRecord } from "../units/is-record.ts";
/** A day: whatever takes longer was meant in another unit. */
const longestMs = 86_400_000;
const mostInFlight = 10_000;
const mostBlocks = 1_000_000;

/**
 * What is wrong with a profile that a caller gave, or undefined. Whoever calls from JavaScript may have given anything.
 *
 * @returns goes on from "profile.": `pollMs is a whole number from 1 to 86400000`.
 */
export function profileFault(profile: unknown): string | undefined {
  if (!isRecord(profile)) return "name is missing: it is no object";
  const { name, finality, replacement } = profile;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,31}$/.test(name))
    return 'name is 1 to 32 of a-z, 0-9 and "-", a letter first';
  const numbers = [
    ["blockTimeMs", 0, longestMs],
    ["inFlight", 1, mostInFlight],
    ["inFlightWhenFull", 1, mostInFlight],
    ["stuckAfterMs", 1, longestMs],
    ["rebroadcastMs", 1, longestMs],
    ["pollMs", 1, longestMs],
  ] as const;
  for (const [key, least, most] of numbers)
    if (!isWhole(profile[key], least, most)) return `${key} is a whole number from ${String(least)} to ${String(most)}`;
  if (Number(profile["inFlightWhenFull"]) > Number(profile["inFlight"])) return "inFlightWhenFull is at most inFlight";
  if (!isFinality(finality)) return `finality is instant, tag, or depth with blocks from 0 to ${String(mostBlocks)}`;
  if (!isReplacement(replacement)) return "replacement is unit, or percent with a whole number from 1 to 1000";
  return undefined;
}

function isFinality(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, blocks } = value;
  return kind === "instant" || kind === "tag" || (kind === "depth" && isWhole(blocks, 0, mostBlocks));
}

function isReplacement(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, percent } = value;
  return kind === "unit" || (kind === "percent" && isWhole(percent, 1, 1_000));
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
