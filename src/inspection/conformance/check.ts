import { fresh, freshAddress, friend, stranger } from "../scene/kip17-calls.ts";
import { type InterfaceName, zeroAddress } from "../scene/kip17-abi.ts";
import { cannotTell, type Finding, notOffered } from "../scene/finding.ts";
import { type CheckTopic } from "./report.ts";
import type { Cast, Scene } from "../scene/scene.ts";
import { type Line, play } from "../scene/story.ts";

export interface Check extends CheckTopic {
  run(scene: Scene): Promise<Finding>;
}

/** What has to be there for a check. The first that is missing is the answer. */
export interface Needs {
  readonly token?: true;
  readonly minter?: true;
  readonly pauser?: true;
  /** That no pause stands in the way, or somebody is known who ends it. */
  readonly unpaused?: true;
  /** An optional interface, or several of which one is enough. */
  readonly offers?: InterfaceName | readonly InterfaceName[];
}

/** A check that is a story: a sequence of calls with what each has to do. */
export function storyCheck(topic: CheckTopic, needs: Needs, tell: (cast: Cast) => readonly Line[]): Check {
  return prepared(topic, needs, (scene, cast, opening) => play(scene, [...opening, ...tell(cast)]));
}

/**
 * A check that runs once everything that it needs is there.
 *
 * @param run - gets the lines that its stories have to begin with.
 */
export function prepared(
  topic: CheckTopic,
  needs: Needs,
  run: (scene: Scene, cast: Cast, opening: readonly Line[]) => Promise<Finding>,
): Check {
  return {
    ...topic,
    run: async (scene) => {
      const missing = whatIsMissing(scene, needs);
      if (missing !== undefined) return missing;
      const stage = needs.token === true && "value" in scene.stage ? scene.stage.value : undefined;
      return await run(scene, castOf(scene), stage?.opening ?? scene.opening);
    },
  };
}

function whatIsMissing(scene: Scene, { offers, ...needs }: Needs): Finding | undefined {
  const missing = offers === undefined ? undefined : whatIsNotOffered(scene, [offers].flat());
  if (missing !== undefined) return missing;
  if (needs.unpaused === true && scene.blocked !== undefined) return cannotTell(scene.blocked);
  if (needs.minter === true && "reason" in scene.minter) return cannotTell(scene.minter.reason);
  if (needs.pauser === true && "reason" in scene.pauser) return cannotTell(scene.pauser.reason);
  if (needs.token === true && "reason" in scene.stage) return cannotTell(scene.stage.reason);
  return undefined;
}

function whatIsNotOffered({ interfaces }: Scene, offers: readonly InterfaceName[]): Finding | undefined {
  if (offers.some((name) => interfaces[name].reported === true || interfaces[name].present === true)) return undefined;
  const names = offers.join(" or ");
  return offers.every((name) => interfaces[name].present === false)
    ? notOffered(`${names} is not reported, and its functions fail`)
    : cannotTell(`${names} is not reported, and its functions could not be tried`);
}

/** Parts that nobody was found for are played by the zero address: no check that needs them gets here. */
function castOf({ stage, minter, mintBy, pauser, freeIds: [newId, unknownId] }: Scene): Cast {
  const caller = "value" in minter ? minter.value : zeroAddress;
  const more = mintBy === "mint" ? [] : ["ipfs://latchkey"];
  const { id, holder } = "value" in stage ? stage.value : { id: newId, holder: zeroAddress };
  return {
    id,
    holder,
    newId,
    unknownId,
    minter: caller,
    minting: (to, id) => [caller, mintBy, [to, id, ...more]],
    pauser: "value" in pauser ? pauser.value : zeroAddress,
    stranger,
    friend,
    other: freshAddress("other"),
    fresh,
  };
}
