import { stranger } from "../../scene/kip17-calls.ts";
import { attempt, isSameAddress } from "../attempt.ts";
import { auditAbi } from "../audit-abi.ts";
import { type AuditScene, by, type Question, question, view } from "../audit-scene.ts";
import { type AuditFinding, cannotSay, no, yes } from "../report.ts";
import { topics, zeroAddress } from "../../scene/kip17-abi.ts";
import { scanLogs } from "../../scene/scan-logs.ts";

async function hasOwner({ holders }: AuditScene): Promise<AuditFinding> {
  const { owner } = holders;
  if (owner === undefined)
    return await Promise.resolve(no("marketplaces ask for owner() before they let a collection be edited", "low"));
  if (/^0x0{40}$/.test(owner)) return no("owner() is the zero address: the ownership was renounced", "low");
  return { ...yes(`owner() is ${owner}`), list: [owner] };
}

async function isProxy(scene: AuditScene): Promise<AuditFinding> {
  const { proxy } = scene;
  if (proxy === undefined) return await Promise.resolve(no("neither EIP-1967's slots nor EIP-1167's code are there"));
  const at = proxy.implementation === undefined ? "" : `; its code is at ${proxy.implementation}`;
  const list = proxy.implementation === undefined ? [] : [proxy.implementation];
  return { ...yes(`${proxy.kind}${at}`), list };
}

/** By a proxy's own admin, or through the code behind it, as UUPS does. Upgraded to the same code, so that it stays what it is. */
async function whoUpgrades(scene: AuditScene): Promise<AuditFinding> {
  const { proxy, holders } = scene;
  if (proxy === undefined) return no("it is no proxy that is known");
  if (proxy.kind === "EIP-1167 clone") return no("a clone's code cannot be exchanged");
  const { implementation, admin } = proxy;
  if (implementation === undefined) return cannotSay("where its code is was not found out");
  const people = [...new Set([stranger, ...holders.admins, ...(holders.owner === undefined ? [] : [holders.owner])])];
  const able: string[] = [];
  for (const each of people.filter((one) => !/^0x0{40}$/.test(one))) {
    for (const act of [by(each, "upgradeToAndCall", [implementation, "0x"]), by(each, "upgradeTo", [implementation])]) {
      const tried = await attempt(scene, { act: { ...act, abi: auditAbi } });
      if (tried.isReached && tried.worked && !able.includes(each)) able.push(each);
    }
  }
  if (able.includes(stranger))
    return { ...yes("a stranger can upgrade it, and so do with it what they like", "high"), list: able };
  const list = [...able, ...(admin === undefined ? [] : [admin])];
  if (list.length === 0) return cannotSay("nobody was found who can upgrade it; somebody unknown may");
  const how = admin === undefined ? "by the code behind it (UUPS)" : "by its own admin or beacon";
  return { ...yes(`${how}; whoever can upgrade it can do with all tokens what they like`, "medium"), list };
}

const mostOwners = 40;
const mostLogs = 200;
const mostRequests = 24;

/** Owners with code, where tokens may be stuck, and accounts that delegate to code (EIP-7702). */
async function ownersWithCode(scene: AuditScene): Promise<AuditFinding> {
  const { simulation, holders } = scene;
  const people = [...holders.admins, ...holders.minters, ...holders.pausers, ...(await recentOwners(scene))];
  const looked = [...new Set(people)].slice(0, mostOwners);
  if (looked.length === 0) return cannotSay("no owner of a token and no holder of a role is known");
  const contracts: string[] = [];
  const delegated: string[] = [];
  for (const each of looked) {
    const params = [each, simulation.block.tag];
    const code = await simulation.transport.request({ method: "eth_getCode", params });
    if (typeof code !== "string" || code === "0x") continue;
    if (/^0xef0100[0-9a-f]{40}$/i.test(code)) delegated.push(each);
    else contracts.push(each);
  }
  const evidence = `of ${String(looked.length)} holders of roles and tokens that were looked at, ${String(contracts.length)} are contracts, and ${String(delegated.length)} accounts delegate to code (EIP-7702)`;
  const list = [...contracts, ...delegated];
  return list.length === 0 ? no(evidence) : { ...yes(evidence), list };
}

/** Who got tokens last, and still has some. */
async function recentOwners({
  simulation,
  address,
  encode,
  simulator,
  logsFrom,
}: AuditScene): Promise<readonly string[]> {
  const query = { address, topics: [topics.transfer], from: logsFrom, to: simulation.block.number };
  const { logs } = await scanLogs(simulation.transport, query, { logs: mostLogs, requests: mostRequests });
  const received = logs.flatMap(({ topics: [, , to] }) => (to === undefined ? [] : [`0x${to.slice(26)}`]));
  const recipients = [...new Set(received)].filter((each) => each !== zeroAddress).slice(0, mostOwners);
  const calls = recipients.map((each) => encode(view("balanceOf", [each])));
  const results = await simulator.run(calls);
  return recipients.filter((_, index) => {
    const result = results[index];
    const balance = result === undefined ? undefined : calls[index]?.decode(result);
    return typeof balance === "bigint" && balance > 0n;
  });
}

async function isImplementationOpen(scene: AuditScene): Promise<AuditFinding> {
  const acts = [
    "initialize()",
    "initialize(string,string)",
    "initialize(address)",
    "initialize(string,string,address)",
  ];
  for (const signature of acts) {
    const args = signature
      .slice(signature.indexOf("(") + 1, -1)
      .split(",")
      .filter(Boolean);
    const values = args.map((type) => (type === "address" ? stranger : "x"));
    const act = { ...by(stranger, signature, values), abi: [`function ${signature}`] };
    const tried = await attempt(scene, { act, then: [view("owner")] });
    if (!tried.isReached || !tried.worked) continue;
    if (isSameAddress(tried.values[0], stranger)) return yes(`${signature} by a stranger makes them the owner`, "high");
  }
  return no("none of the usual initializers makes a stranger the owner");
}

export const ownershipQuestions: readonly Question[] = [
  question("ownership.owner", "Does owner() answer, as marketplaces ask?", hasOwner),
  question("ownership.initialize", "Can a stranger initialize it?", isImplementationOpen),
  question("ownership.proxy", "Is it a proxy?", isProxy),
  question("ownership.upgrade", "Can it be upgraded, and by whom?", whoUpgrades),
  question(
    "ownership.codeOwners",
    "Do contracts, or accounts that delegate to code, hold roles or tokens?",
    ownersWithCode,
  ),
];
