import { type Check, storyCheck } from "../check.ts";
import { safeTransfer, safeTransferWithData } from "../../scene/kip17-abi.ts";
import type { CheckTopic } from "../report.ts";
import { answers, prepares, throws, works } from "../../scene/story.ts";
import { roleChecks } from "./roles.ts";

const topic = (id: string, title: string): CheckTopic => ({
  id: `pausing.${id}`,
  title,
  group: "pausing",
  requirement: "must",
  section: "KIP-17, Pausing Extension",
});
const offers = "IKIP17Pausable";
const needs = { offers, pauser: true } as const;
const withToken = { ...needs, token: true } as const;

export const pausingChecks: readonly Check[] = [
  storyCheck(topic("pause", "A pauser pauses and unpauses, and paused says so"), needs, ({ pauser }) => [
    answers("paused", [], false),
    works(pauser, "pause"),
    answers("paused", [], true),
    works(pauser, "unpause"),
    answers("paused", [], false),
  ]),
  storyCheck(
    topic("pause.stranger", "pause throws for who is no pauser"),
    { offers, unpaused: true },
    ({ stranger }) => [throws(stranger, "pause")],
  ),
  storyCheck(topic("unpause.stranger", "unpause throws for who is no pauser"), needs, ({ pauser, stranger }) => [
    prepares(pauser, "pause"),
    throws(stranger, "unpause"),
    answers("paused", [], true),
  ]),
  storyCheck(topic("pause.twice", "pause throws while it is paused"), needs, ({ pauser }) => [
    prepares(pauser, "pause"),
    throws(pauser, "pause"),
  ]),
  storyCheck(topic("unpause.twice", "unpause throws while it is not paused"), needs, ({ pauser }) => [
    answers("paused", [], false),
    throws(pauser, "unpause"),
  ]),
  storyCheck(topic("stopsTransfers", "A pause stops transfers"), withToken, ({ id, holder, friend, fresh, pauser }) => [
    prepares(holder, "setApprovalForAll", [friend, true]),
    prepares(pauser, "pause"),
    throws(holder, "transferFrom", [holder, fresh, id]),
    throws(friend, "transferFrom", [holder, fresh, id]),
    throws(holder, safeTransfer, [holder, fresh, id]),
    throws(holder, safeTransferWithData, [holder, fresh, id, "0x"]),
    answers("ownerOf", [id], holder),
  ]),
  storyCheck(topic("stopsApprove", "A pause stops approve"), withToken, ({ id, holder, friend, pauser }) => [
    prepares(pauser, "pause"),
    throws(holder, "approve", [friend, id]),
  ]),
  storyCheck(topic("stopsOperators", "A pause stops setApprovalForAll"), withToken, ({ holder, friend, pauser }) => [
    prepares(pauser, "pause"),
    throws(holder, "setApprovalForAll", [friend, true]),
    answers("isApprovedForAll", [holder, friend], false),
  ]),
  storyCheck(topic("resumes", "Transfers work again after it"), withToken, ({ id, holder, fresh, pauser }) => [
    prepares(pauser, "pause"),
    prepares(pauser, "unpause"),
    works(holder, "transferFrom", [holder, fresh, id]),
    answers("ownerOf", [id], fresh),
  ]),
  ...roleChecks({ name: "Pauser", offers: [offers], topic }),
];
