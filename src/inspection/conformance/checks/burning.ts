import { type Check, storyCheck } from "../check.ts";
import type { Cast } from "../../scene/scene.ts";
import { answers, type Line, prepares, throws, throwsFor, works } from "../../scene/story.ts";

const check = (id: string, title: string, tell: (cast: Cast) => readonly Line[]): Check =>
  storyCheck(
    { id: `burning.${id}`, title, group: "burning", requirement: "must", section: "KIP-17, Burning Extension" },
    { offers: "IKIP17Burnable", token: true },
    tell,
  );

export const burningChecks: readonly Check[] = [
  check("owner", "The owner burns, and the id is unknown then", ({ id, holder }) => [
    works(holder, "burn", [id]),
    throwsFor("ownerOf", [id]),
  ]),
  check("approved", "Who is approved burns", ({ id, holder, friend }) => [
    prepares(holder, "approve", [friend, id]),
    works(friend, "burn", [id]),
    throwsFor("ownerOf", [id]),
  ]),
  check("operator", "An operator burns", ({ id, holder, friend }) => [
    prepares(holder, "setApprovalForAll", [friend, true]),
    works(friend, "burn", [id]),
    throwsFor("ownerOf", [id]),
  ]),
  check("stranger", "burn throws for anybody else", ({ id, holder, stranger }) => [
    throws(stranger, "burn", [id]),
    answers("ownerOf", [id], holder),
  ]),
  check("unknown", "burn of an unknown id throws", ({ unknownId, holder }) => [throws(holder, "burn", [unknownId])]),
  check("resetApproval", "A burn takes the approval with it", ({ id, holder, friend }) => [
    prepares(holder, "approve", [friend, id]),
    prepares(holder, "burn", [id]),
    throwsFor("getApproved", [id]),
    throws(friend, "transferFrom", [holder, friend, id]),
  ]),
];
