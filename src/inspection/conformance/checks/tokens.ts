import { type Check, type Needs, storyCheck } from "../check.ts";
import { largestId, zeroAddress } from "../../scene/kip17-abi.ts";
import { safeTransfer, safeTransferWithData } from "../../scene/kip17-abi.ts";
import type { Cast } from "../../scene/scene.ts";
import { answers, type Line, prepares, throws, throwsFor, works } from "../../scene/story.ts";

const section = "KIP-17, KIP17 interface";
const token = { token: true } as const;

function about(group: string, needs: Needs) {
  return (id: string, title: string, tell: (cast: Cast) => readonly Line[]): Check =>
    storyCheck({ id, title, group, requirement: "must", section }, needs, tell);
}

const views = about("views", {});
const viewsOfToken = about("views", token);
const transfers = about("transfers", token);
const approvals = about("approvals", token);
const minted = about("ids", { minter: true, unpaused: true });

const viewChecks: readonly Check[] = [
  views("views.balanceOf.zero", "balanceOf of the zero address throws", () => [throwsFor("balanceOf", [zeroAddress])]),
  views("views.ownerOf.unknown", "ownerOf of an unknown id throws", ({ unknownId }) => [
    throwsFor("ownerOf", [unknownId]),
  ]),
  views("views.getApproved.unknown", "getApproved of an unknown id throws", ({ unknownId }) => [
    throwsFor("getApproved", [unknownId]),
  ]),
  views("views.balanceOf.nobody", "balanceOf of who owns nothing is 0", ({ fresh }) => [
    answers("balanceOf", [fresh], 0n),
  ]),
  viewsOfToken("views.balanceOf.counts", "balanceOf counts what comes", ({ id, holder, fresh }) => [
    prepares(holder, "transferFrom", [holder, fresh, id]),
    answers("balanceOf", [fresh], 1n),
  ]),
  viewsOfToken("views.ownerOf", "ownerOf names the owner", ({ id, holder }) => [answers("ownerOf", [id], holder)]),
];

const transferChecks: readonly Check[] = [
  transfers("transfers.owner", "The owner transfers", ({ id, holder, fresh }) => [
    works(holder, "transferFrom", [holder, fresh, id]),
    answers("ownerOf", [id], fresh),
  ]),
  transfers("transfers.approved", "Who is approved for a token transfers it", ({ id, holder, friend, fresh }) => [
    prepares(holder, "approve", [friend, id]),
    works(friend, "transferFrom", [holder, fresh, id]),
    answers("ownerOf", [id], fresh),
  ]),
  transfers("transfers.operator", "An operator transfers", ({ id, holder, friend, fresh }) => [
    prepares(holder, "setApprovalForAll", [friend, true]),
    works(friend, "transferFrom", [holder, fresh, id]),
    answers("ownerOf", [id], fresh),
  ]),
  transfers("transfers.stranger", "transferFrom throws for anybody else", ({ id, holder, stranger, fresh }) => [
    throws(stranger, "transferFrom", [holder, fresh, id]),
    throws(stranger, "transferFrom", [holder, stranger, id]),
    answers("ownerOf", [id], holder),
  ]),
  transfers(
    "transfers.wrongFrom",
    "transferFrom throws if `from` is not the owner",
    ({ id, holder, friend, fresh }) => [
      throws(holder, "transferFrom", [friend, fresh, id]),
      throws(holder, "transferFrom", [fresh, holder, id]),
      answers("ownerOf", [id], holder),
    ],
  ),
  transfers("transfers.toZero", "transferFrom throws if `to` is the zero address", ({ id, holder }) => [
    throws(holder, "transferFrom", [holder, zeroAddress, id]),
    answers("ownerOf", [id], holder),
  ]),
  transfers("transfers.unknown", "transferFrom of an unknown id throws", ({ unknownId, holder, fresh }) => [
    throws(holder, "transferFrom", [holder, fresh, unknownId]),
  ]),
  transfers("transfers.resetApproval", "A transfer resets the approval", ({ id, holder, friend, fresh }) => [
    prepares(holder, "approve", [friend, id]),
    prepares(holder, "transferFrom", [holder, fresh, id]),
    answers("getApproved", [id], zeroAddress),
    throws(friend, "transferFrom", [fresh, friend, id]),
  ]),
  transfers("transfers.safe.stranger", "safeTransferFrom throws for strangers", ({ id, holder, stranger, fresh }) => [
    throws(stranger, safeTransfer, [holder, fresh, id]),
    throws(stranger, safeTransferWithData, [holder, fresh, id, "0x"]),
    answers("ownerOf", [id], holder),
  ]),
  transfers("transfers.safe.toZero", "safeTransferFrom throws if `to` is the zero address", ({ id, holder }) => [
    throws(holder, safeTransfer, [holder, zeroAddress, id]),
    throws(holder, safeTransferWithData, [holder, zeroAddress, id, "0x"]),
    answers("ownerOf", [id], holder),
  ]),
  transfers("transfers.safe.wrongFrom", "safeTransferFrom throws if `from` is not the owner", (cast) => [
    throws(cast.holder, safeTransfer, [cast.friend, cast.fresh, cast.id]),
    throws(cast.holder, safeTransferWithData, [cast.friend, cast.fresh, cast.id, "0x"]),
    answers("ownerOf", [cast.id], cast.holder),
  ]),
];

const approvalChecks: readonly Check[] = [
  approvals("approvals.owner", "The owner approves, and getApproved says so", ({ id, holder, friend }) => [
    works(holder, "approve", [friend, id]),
    answers("getApproved", [id], friend),
  ]),
  approvals("approvals.operator", "An operator approves", ({ id, holder, friend, other }) => [
    prepares(holder, "setApprovalForAll", [friend, true]),
    works(friend, "approve", [other, id]),
    answers("getApproved", [id], other),
  ]),
  approvals("approvals.stranger", "approve throws for anybody else", ({ id, stranger }) => [
    throws(stranger, "approve", [stranger, id]),
  ]),
  approvals("approvals.clear", "approve(0) clears the approval", ({ id, holder, friend, fresh }) => [
    prepares(holder, "approve", [friend, id]),
    works(holder, "approve", [zeroAddress, id]),
    answers("getApproved", [id], zeroAddress),
    throws(friend, "transferFrom", [holder, fresh, id]),
  ]),
  approvals("approvals.severalOperators", "An owner has several operators", ({ id, holder, friend, other, fresh }) => [
    works(holder, "setApprovalForAll", [friend, true]),
    works(holder, "setApprovalForAll", [other, true]),
    answers("isApprovedForAll", [holder, friend], true),
    answers("isApprovedForAll", [holder, other], true),
    works(holder, "setApprovalForAll", [friend, false]),
    answers("isApprovedForAll", [holder, friend], false),
    throws(friend, "transferFrom", [holder, fresh, id]),
    works(other, "transferFrom", [holder, fresh, id]),
  ]),
];

const idChecks: readonly Check[] = [
  { id: 0n, name: "zero", title: "Id 0 can be a token" },
  { id: largestId, name: "largest", title: "Id 2^256 - 1 can be a token" },
].flatMap(({ id, name, title }) => [
  minted(`ids.${name}`, title, ({ minting, holder, fresh }) => [
    works(...minting(holder, id)),
    answers("ownerOf", [id], holder),
    works(holder, "transferFrom", [holder, fresh, id]),
    answers("ownerOf", [id], fresh),
  ]),
]);

const onceChecks: readonly Check[] = [
  minted("ids.once", "An id that exists cannot be minted again", ({ minting, newId, holder, fresh }) => [
    prepares(...minting(holder, newId)),
    throws(...minting(fresh, newId)),
    answers("ownerOf", [newId], holder),
  ]),
];

export const tokenChecks: readonly Check[] = [
  ...viewChecks,
  ...transferChecks,
  ...approvalChecks,
  ...idChecks,
  ...onceChecks,
];
