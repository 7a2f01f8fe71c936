import { isHex } from "../units/bytes.ts";
import { isRecord } from "../units/is-record.ts";
import type { Results } from "./types.ts";

type Check = (value: unknown) => boolean;
/** A check for every member of a type: one that is added there has to be added here. */
type ChecksOf<T> = { readonly [K in keyof T]-?: Check };

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const seconds: Check = (value) => Number.isFinite(value) && Number(value) >= 0;
/** A whole number from 0, in decimal digits. */
const decimal: Check = (value) => typeof value === "string" && /^(?:0|[1-9]\d{0,77})$/.test(value);
const address: Check = (value) => typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value);
const hash: Check = (value) => isHex(value) && value.length === 66;
const sha256: Check = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const word =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && words.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const orNone =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const record =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const block = record({ number: decimal, hash });
const difference = record({ kind: text, id: orNone(decimal), expected: text, found: text });
const differences = { differences: list(difference), differenceCount: count };
const ownersWithCode = list(record({ address, kind: word("safe", "eip7702", "contract"), tokens: count }));
const planned = { kind: word("packed", "withUri"), index: count, count };
const plannedBatch = { ...planned, first: count, gas: decimal, computation: orNull(decimal), bytes: count };
const mined = { transaction: orNull(hash), block: orNull(decimal) };
const perOwner = record({ address, tokens: count });

const shapes: { readonly [S in keyof Results]: ChecksOf<Omit<Results[S], "step" | "run">> } = {
  audit: {
    report: record({ address, chainId: decimal, block, answers: list(record({ id: text })) }),
    warnings: list(text),
  },
  snapshot: {
    oldChainId: decimal,
    oldContract: address,
    block,
    name: text,
    symbol: text,
    tokens: count,
    owners: count,
    holes: count,
    door: count,
    remapped: count,
    remapSha256: orNull(sha256),
    root: hash,
    manifest: record({ file: text, sha256, bytes: count }),
    pattern: orNull(record({ base: text, suffix: text, tokens: count })),
    ownersWithCode,
    approvals: record({ tokens: count, operators: count }),
    seconds,
  },
  plan: {
    snapshotRoot: hash,
    root: hash,
    count,
    chainId: decimal,
    owner: address,
    name: text,
    symbol: text,
    compareWithOld: flag,
    baseURI: text,
    uriSuffix: text,
    windowStart: decimal,
    windowSize: decimal,
    limits: record({ gas: decimal, computation: orNull(decimal), bytes: count }),
    batches: list(record(plannedBatch)),
    gas: record({ deploy: decimal, mint: decimal, total: decimal }),
    fees: list(record({ perGas: decimal, total: decimal })),
    seconds,
    senders: count,
    leftBehind: list(text),
  },
  rehearsal: {
    root: hash,
    verified: flag,
    transactions: count,
    gasUsed: decimal,
    plannedGas: decimal,
    seconds,
    froze: flag,
    ...differences,
  },
  freeze: { state: word("paused", "open"), transaction: orNull(hash), block, staysOpen: list(text) },
  deployment: { address, transaction: hash, block, gasUsed: decimal, fee: decimal, root: hash, deployer: address },
  mint: {
    address,
    batches: list(record({ ...mined, index: count, gasUsed: decimal, fee: decimal })),
    transactions: count,
    gasUsed: decimal,
    fee: decimal,
    seconds,
  },
  verification: {
    address,
    block,
    oldBlock: block,
    tokens: count,
    owners: count,
    verified: flag,
    ...differences,
    checks: list(record({ name: text, checked: count, differences: count })),
    seconds,
  },
  seal: { transaction: orNull(hash), block },
  report: {
    name: orNull(text),
    symbol: orNull(text),
    oldChainId: decimal,
    oldContract: address,
    newChainId: orNull(decimal),
    newContract: orNull(address),
    tokens: orNull(count),
    owners: orNull(count),
    holes: orNull(count),
    door: orNull(count),
    root: orNull(hash),
    snapshotRoot: orNull(hash),
    block: orNull(block),
    verifiedAt: orNull(block),
    transactions: count,
    gasUsed: decimal,
    fees: decimal,
    verified: flag,
    ...differences,
    batches: list(record({ ...plannedBatch, ...mined, gasUsed: orNull(decimal), fee: orNull(decimal) })),
    sent: list(record({ what: word("freeze", "deploy", "mint", "seal"), batch: orNull(count), hash })),
    topOwners: list(perOwner),
    distribution: list(record({ least: count, most: orNull(count), owners: count })),
    ownersWithCode,
    whatStaysOpen: list(text),
    leftBehind: list(text),
    holdersMust: list(text),
    missingSteps: list(text),
  },
};

/** Whether a value has every member that the step's result has, each of its own kind. More members than those do no harm. */
export function isResult<S extends keyof Results>(step: S, value: unknown): value is Results[S] {
  return record({ step: word(step), run: text, ...shapes[step] })(value);
}
