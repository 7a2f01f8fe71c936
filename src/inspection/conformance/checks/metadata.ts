import { type Check, storyCheck } from "../check.ts";
import type { CheckTopic } from "../report.ts";
import { returns, throwsFor } from "../../scene/story.ts";

const about = (id: string, title: string): CheckTopic => ({
  id: `metadata.${id}`,
  title,
  group: "metadata",
  requirement: "must",
  section: "KIP-17, Metadata Extension",
});
const offers = "IKIP17Metadata";

export const metadataChecks: readonly Check[] = [
  storyCheck(about("names", "name and symbol answer"), { offers }, () => [returns("name"), returns("symbol")]),
  storyCheck(about("tokenURI", "tokenURI of a token answers"), { offers, token: true }, ({ id }) => [
    returns("tokenURI", [id]),
  ]),
  storyCheck(about("unknown", "tokenURI of an unknown id throws"), { offers }, ({ unknownId }) => [
    throwsFor("tokenURI", [unknownId]),
  ]),
];
