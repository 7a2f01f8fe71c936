import { type Check } from "../check.ts";
import { interfaceNames } from "../../scene/interface-facts.ts";
import { type InterfaceName, interfaceIds } from "../../scene/kip17-abi.ts";
import { cannotTell, conforms, deviates, type Finding, notOffered } from "../../scene/finding.ts";
import type { Scene } from "../../scene/scene.ts";

const sections: Readonly<Record<InterfaceName, string>> = {
  IKIP17: "KIP-17, Specification",
  IKIP17Metadata: "KIP-17, Metadata Extension",
  IKIP17Enumerable: "KIP-17, Enumeration Extension",
  IKIP17Mintable: "KIP-17, Minting Extension",
  IKIP17MetadataMintable: "KIP-17, Minting with URI Extension",
  IKIP17Burnable: "KIP-17, Burning Extension",
  IKIP17Pausable: "KIP-17, Pausing Extension",
};

const reportChecks = interfaceNames.map((name): Check => ({
  id: `interfaces.${name}`,
  title: `${name} (${interfaceIds[name]}) is reported if, and only if, its functions are there`,
  group: "interfaces",
  requirement: "must",
  section: sections[name],
  run: (scene) => Promise.resolve(compare(scene, name)),
}));

function compare({ interfaces }: Scene, name: InterfaceName): Finding {
  const { reported, present } = interfaces[name];
  const isRequired = name === "IKIP17";
  if (reported === undefined) return deviates("supportsInterface gives no answer");
  if (reported && present === false) return deviates("reported, but its functions do not work");
  if (reported) return present === true ? conforms("reported, and its functions work") : cannotTell(untried);
  if (present === true) return deviates("its functions work, but it is not reported");
  if (isRequired) return deviates("not reported");
  return present === false ? notOffered("neither reported nor there") : cannotTell(`not reported; ${untried}`);
}

const untried = "its functions could not be tried, for want of a token or a minter";

/** KIP-17 calls the two exclusive. caver-js refuses `mint` without the one and `mintWithTokenURI` without the other. */
const exclusive: Check = {
  id: "interfaces.exclusive",
  title: "Not both of IKIP17Mintable and IKIP17MetadataMintable are reported",
  group: "interfaces",
  requirement: "should",
  section: "KIP-17, Minting with URI Extension",
  run: ({ interfaces }) => {
    const { IKIP17Mintable: plain, IKIP17MetadataMintable: withUri } = interfaces;
    if (plain.reported === true && withUri.reported === true) return Promise.resolve(deviates("both are reported"));
    if (plain.reported !== true && withUri.reported !== true) return Promise.resolve(notOffered("neither is reported"));
    return Promise.resolve(conforms("one of them is reported"));
  },
};

/** What caver.kct.kip17.detectInterface asks for, and what it needs before it mints. */
const caverChecks: readonly Check[] = [
  {
    id: "caver.detectInterface",
    title: "Each id that caver-js asks for is answered with true or false",
    group: "caver-js",
    requirement: "should",
    section: "caver-js 1.12, kip17.detectInterface",
    run: ({ interfaces }) => {
      const silent = interfaceNames.filter((name) => interfaces[name].reported === undefined);
      if (silent.length > 0) return Promise.resolve(deviates(`no answer for ${silent.join(", ")}`));
      const reported = interfaceNames.filter((name) => interfaces[name].reported === true);
      return Promise.resolve(conforms(`reported: ${reported.join(", ") || "none"}`));
    },
  },
  caverMints("caver.mint", "mint", "IKIP17Mintable"),
  caverMints("caver.mintWithTokenURI", "mintWithTokenURI", "IKIP17MetadataMintable"),
];

function caverMints(id: string, name: string, needed: InterfaceName): Check {
  return {
    id,
    title: `caver-js can call ${name}: it refuses to where ${needed} is not reported`,
    group: "caver-js",
    requirement: "should",
    section: `caver-js 1.12, kip17.${name}`,
    run: ({ interfaces }) => {
      const { reported, present } = interfaces[needed];
      if (present === undefined) return Promise.resolve(cannotTell(untried));
      if (!present) return Promise.resolve(notOffered(`${name} does not work, or isMinter is missing`));
      return Promise.resolve(
        reported === true ? conforms("reported, and works") : deviates(`${name} works, but ${needed} is not reported`),
      );
    },
  };
}

export const interfaceChecks: readonly Check[] = [...reportChecks, exclusive, ...caverChecks];
