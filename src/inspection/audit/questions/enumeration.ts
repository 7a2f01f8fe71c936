import { viewGas } from "../../scene/interface-facts.ts";
import { topics, zeroAddress } from "../../scene/kip17-abi.ts";
import type { NamedCall } from "../../scene/kip17-calls.ts";
import { type PastLog, scanLogs } from "../../scene/scan-logs.ts";
import { isSameAddress } from "../attempt.ts";
import { type AuditScene, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, cannotSay, no, yes } from "../report.ts";

const bounds = { logs: 20_000, requests: 96 };
const mostSampled = 24;

async function answersOf({ simulator, encode }: AuditScene, calls: readonly NamedCall[]): Promise<readonly unknown[]> {
  const encoded = calls.map((call) => encode({ ...call, gas: viewGas }));
  const results = await simulator.run(encoded);
  return encoded.map((call, index) => {
    const result = results[index];
    return result === undefined ? undefined : call.decode(result);
  });
}

async function isEnumerable(scene: AuditScene): Promise<AuditFinding> {
  const [supply] = await answersOf(scene, [view("totalSupply")]);
  if (typeof supply !== "bigint") return no("there is no totalSupply()");
  if (supply === 0n) return cannotSay("totalSupply() is 0, so there is nothing to enumerate");
  const [id] = await answersOf(scene, [view("tokenByIndex", [0n])]);
  if (typeof id !== "bigint") return no(`totalSupply() is ${String(supply)}, but tokenByIndex(0) gives no id`);
  const [owner] = await answersOf(scene, [view("ownerOf", [id])]);
  const [first] = await answersOf(
    scene,
    [view("tokenOfOwnerByIndex", [owner, 0n])].slice(0, typeof owner === "string" ? 1 : 0),
  );
  if (typeof first !== "bigint") return no("tokenOfOwnerByIndex gives no id for the first token's owner", "low");
  return yes(`totalSupply() is ${String(supply)}; tokenByIndex and tokenOfOwnerByIndex answer`);
}

/** Each token's last owner by the logs, zero once it was burned. */
function ownersIn(logs: readonly PastLog[]): ReadonlyMap<bigint, string> {
  const owners = new Map<bigint, string>();
  // Newest first: the first that names an id is the last that happened to it.
  for (const {
    topics: [, , to, id],
  } of logs) {
    if (to === undefined || id === undefined) continue;
    const key = BigInt(id);
    if (!owners.has(key)) owners.set(key, `0x${to.slice(26)}`);
  }
  return owners;
}

async function agreesWithLogs(scene: AuditScene): Promise<AuditFinding> {
  const { simulation, address, logsFrom } = scene;
  const query = { address, topics: [topics.transfer], from: logsFrom, to: simulation.block.number };
  const { logs, isComplete } = await scanLogs(simulation.transport, query, bounds);
  const isComplete721 = logs.every((log) => log.topics.length === 4);
  if (!isComplete721)
    return { ...no("Transfer logs do not have three indexed arguments", "medium"), method: "past logs" };
  const owners = ownersIn(logs);
  if (owners.size === 0) return cannotSay(isComplete ? "there are no Transfer logs" : "the node gave no Transfer logs");
  const held = [...owners].filter(([, owner]) => owner !== zeroAddress);
  const [supply] = await answersOf(scene, [view("totalSupply")]);
  if (isComplete && typeof supply === "bigint" && supply !== BigInt(held.length)) {
    return no(`totalSupply() is ${String(supply)}, but the logs leave ${String(held.length)} tokens`, "medium");
  }
  const sample = spread([...owners]);
  const said = await answersOf(
    scene,
    sample.map(([id]) => view("ownerOf", [id])),
  );
  const wrong = sample.filter(([, owner], index) => {
    const answer = said[index];
    return owner === zeroAddress ? typeof answer === "string" && answer !== zeroAddress : !isSameAddress(answer, owner);
  });
  if (wrong.length > 0) {
    const list = wrong.map(([id]) => String(id));
    return {
      ...no(
        `ownerOf names another owner than the logs for ${String(wrong.length)} of ${String(sample.length)} tokens looked at`,
        "medium",
      ),
      list,
    };
  }
  const those = isComplete ? "all past logs" : "those past logs that the node gave";
  return yes(
    `ownerOf agrees with ${those} for ${String(sample.length)} of ${String(owners.size)} ids${typeof supply === "bigint" && isComplete ? ", and totalSupply() with their number" : ""}`,
  );
}

/** Some from everywhere. */
function spread<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, all.length / mostSampled);
  return Array.from(
    { length: Math.min(all.length, mostSampled) },
    (_, index) => all.slice(Math.floor(index * step))[0],
  ).filter((each) => each !== undefined);
}

export const enumerationQuestions: readonly Question[] = [
  question("enumerable.views", "Can its tokens be enumerated?", isEnumerable),
  question("enumerable.logs", "Do its views agree with its past logs?", agreesWithLogs),
];
