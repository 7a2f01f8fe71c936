import { type Check, storyCheck } from "../check.ts";
import { zeroAddress } from "../../scene/kip17-abi.ts";
import type { CheckTopic } from "../report.ts";
import { answers, type Line, prepares, throws } from "../../scene/story.ts";
import { roleChecks } from "./roles.ts";

const topic = (id: string, title: string): CheckTopic => ({
  id: `minting.${id}`,
  title,
  group: "minting",
  requirement: "must",
  section: "KIP-17, Minting Extension",
});
const topicWithUri = (id: string, title: string): CheckTopic => ({
  id: `mintingWithUri.${id}`,
  title,
  group: "minting with URI",
  requirement: "must",
  section: "KIP-17, Minting with URI Extension",
});

const plain = { offers: "IKIP17Mintable", minter: true } as const;
const withUri = { offers: "IKIP17MetadataMintable", minter: true } as const;
const uri = "ipfs://latchkey/8170";

/** The call of who may, with what it returns. */
const returnsTrue = (from: string, name: string, args: readonly unknown[]): Line => ({
  ...answers(name, args, true),
  from,
});

export const mintingChecks: readonly Check[] = [
  storyCheck(topic("mint", "mint by a minter gives the token and returns true"), plain, (cast) => [
    returnsTrue(cast.minter, "mint", [cast.fresh, cast.newId]),
    answers("ownerOf", [cast.newId], cast.fresh),
    answers("balanceOf", [cast.fresh], 1n),
    answers("getApproved", [cast.newId], zeroAddress),
  ]),
  storyCheck(
    topic("mint.stranger", "mint throws for who is no minter"),
    { offers: "IKIP17Mintable", unpaused: true },
    ({ stranger, fresh, newId }) => [
      throws(stranger, "mint", [fresh, newId]),
      throws(stranger, "mint", [stranger, newId]),
    ],
  ),
  storyCheck(topic("mint.renounced", "mint throws for who was a minter"), plain, ({ minter, fresh, newId }) => [
    prepares(minter, "renounceMinter"),
    throws(minter, "mint", [fresh, newId]),
  ]),
  ...roleChecks({ name: "Minter", offers: ["IKIP17Mintable", "IKIP17MetadataMintable"], topic }),
  storyCheck(
    topicWithUri("mint", "mintWithTokenURI gives the token, with its URI, and returns true"),
    withUri,
    (cast) => [
      returnsTrue(cast.minter, "mintWithTokenURI", [cast.fresh, cast.newId, uri]),
      answers("ownerOf", [cast.newId], cast.fresh),
      answers("tokenURI", [cast.newId], uri),
    ],
  ),
  storyCheck(
    topicWithUri("mint.stranger", "mintWithTokenURI throws for who is no minter"),
    { offers: "IKIP17MetadataMintable", unpaused: true },
    ({ stranger, fresh, newId }) => [
      throws(stranger, "mintWithTokenURI", [fresh, newId, uri]),
      throws(stranger, "mintWithTokenURI", [stranger, newId, uri]),
    ],
  ),
];
