import { type Check, storyCheck } from "../check.ts";
import type { InterfaceName } from "../../scene/kip17-abi.ts";
import type { CheckTopic } from "../report.ts";
import type { Cast } from "../../scene/scene.ts";
import { answers, type Line, prepares, throws, works } from "../../scene/story.ts";

/** Minters and pausers are named, added and renounced in the same words. */
export interface Role {
  /** "Minter" or "Pauser", as in the names of the functions. */
  readonly name: "Minter" | "Pauser";
  /** Which interfaces have the functions. */
  readonly offers: readonly InterfaceName[];
  readonly topic: (id: string, title: string) => CheckTopic;
}

/** Who holds the role is who may give it: an administrator who does not hold it may not, and a holder needs nobody. */
export function roleChecks({ name, offers, topic }: Role): readonly Check[] {
  const is = `is${name}`;
  const add = `add${name}`;
  const renounce = `renounce${name}`;
  const needs = name === "Minter" ? ({ offers, minter: true } as const) : ({ offers, pauser: true } as const);
  const role = name.toLowerCase();
  const check = (id: string, title: string, tell: (cast: Cast, holder: string) => readonly Line[]): Check =>
    storyCheck(topic(id, title), needs, (cast) => tell(cast, name === "Minter" ? cast.minter : cast.pauser));
  return [
    check(is, `${is} tells who is one`, ({ stranger }, holder) => [
      answers(is, [holder], true),
      answers(is, [stranger], false),
    ]),
    check(add, `A ${role} adds another`, ({ friend }, holder) => [
      works(holder, add, [friend]),
      answers(is, [friend], true),
    ]),
    check(`${add}.added`, `A ${role} who was added adds another`, ({ friend, other }, holder) => [
      prepares(holder, add, [friend]),
      works(friend, add, [other]),
      answers(is, [other], true),
    ]),
    check(`${add}.stranger`, `${add} throws for who is no ${role}`, ({ stranger, friend }) => [
      throws(stranger, add, [friend]),
      throws(stranger, add, [stranger]),
      answers(is, [stranger], false),
    ]),
    check(`${add}.renounced`, `${add} throws for who was a ${role}, and holds another office`, ({ friend }, holder) => [
      prepares(holder, renounce),
      throws(holder, add, [friend]),
      answers(is, [friend], false),
    ]),
    check(renounce, `A ${role} renounces`, (_, holder) => [works(holder, renounce), answers(is, [holder], false)]),
    check(`${renounce}.stranger`, `${renounce} throws for who is no ${role}`, ({ stranger }) => [
      throws(stranger, renounce),
    ]),
  ];
}
