import type { SimulatedLog } from "../../simulation/simulator.ts";
import { type Check, prepared } from "../check.ts";
import { cannotTell, conforms, deviates, type Finding } from "../../scene/finding.ts";
import { type CheckTopic } from "../report.ts";
import type { Cast, Scene } from "../../scene/scene.ts";
import { scanLogs } from "../../scene/scan-logs.ts";
import type { Line } from "../../scene/story.ts";
import { type EventKind, eventKinds, word } from "./event-kinds.ts";

const bounds = { logs: 20, requests: 24 };

/** By a simulator that sees logs, where there is one. Otherwise by what the contract emitted in the past. */
export const eventChecks: readonly Check[] = eventKinds.map((kind) => {
  const { id, title, section, needs } = kind;
  const topic: CheckTopic = { id: `events.${id}`, title, group: "events", requirement: "must", section };
  const { offers } = needs;
  const simulated = prepared(topic, needs, (scene, cast, opening) => inSimulation(scene, kind, cast, opening));
  const past = prepared(topic, offers === undefined ? {} : { offers }, (scene) => inPast(scene, kind));
  return {
    ...topic,
    run: async (scene) => {
      const simulator = await scene.logSimulator();
      if (simulator === undefined) return await past.run(scene);
      return { ...(await simulated.run({ ...scene, simulator })), method: simulator.method };
    },
  };
});

async function inSimulation(scene: Scene, kind: EventKind, cast: Cast, opening: readonly Line[]): Promise<Finding> {
  const lines = [...opening, ...kind.tell(cast)];
  const result = (await scene.simulator.run(lines.map(scene.encode))).at(-1);
  if (result?.succeeded !== true) return cannotTell(`${lines.at(-1)?.function ?? "the call"} does not work`);
  if (result.logs === undefined) return cannotTell("the simulator shows no logs");
  const [log, ...more] = ofKind(scene, kind, result.logs);
  if (log === undefined) return deviates("no such event");
  if (!isShaped(kind, log)) return deviates(shapeOf(log));
  const said = [...log.topics.slice(1), ...wordsOf(log.data)].map((each) => each.toLowerCase());
  const expected = kind.says(cast).map(word);
  if (said.join() !== expected.join()) return deviates("emitted with other arguments");
  return more.length === 0 ? conforms("emitted once, with the right arguments") : deviates("emitted more than once");
}

async function inPast({ simulation, address, logsFrom }: Scene, kind: EventKind): Promise<Finding> {
  const { transport, block } = simulation;
  const query = { address, topics: [kind.topic, ...kind.like], from: logsFrom, to: block.number };
  const { logs, isComplete } = await scanLogs(transport, query, bounds);
  const wrong = logs.find((log) => !isShaped(kind, log));
  const right = logs.find((log) => isShaped(kind, log) && (kind.isIt?.(log) ?? true));
  if (wrong !== undefined)
    return { ...deviates(`${shapeOf(wrong)}, in block ${String(wrong.block)}`), method: "past logs" };
  if (right !== undefined) return { ...conforms(`seen in block ${String(right.block)}`), method: "past logs" };
  const looked = isComplete ? "past logs have none" : "those past logs that the node gave have none";
  return { ...cannotTell(`${looked}, and eth_call shows no logs: a local replica does`), method: "past logs" };
}

function ofKind({ address }: Scene, { topic }: EventKind, logs: readonly SimulatedLog[]): readonly SimulatedLog[] {
  return logs.filter((log) => log.topics[0] === topic && log.address.toLowerCase() === address.toLowerCase());
}

function isShaped({ indexed, words }: EventKind, { topics, data }: SimulatedLog): boolean {
  return topics.length === indexed + 1 && data.length === 2 + 64 * words;
}

function shapeOf({ topics, data }: SimulatedLog): string {
  return `emitted with ${String(topics.length - 1)} indexed arguments and ${String(data.length / 2 - 1)} bytes of data`;
}

function wordsOf(data: string): readonly string[] {
  return (
    data
      .slice(2)
      .match(/.{64}/g)
      ?.map((each) => `0x${each}`) ?? []
  );
}
