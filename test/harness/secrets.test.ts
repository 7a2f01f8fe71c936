import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { keySecret, phraseSecret, SecretSearch, textSecret } from "./secrets.ts";

const key = Buffer.from("00f1d2c3b4a5968778695a4b3c2d1e0fa1b2c3d4e5f60718293a4b5c6d7e8f90", "hex");
const token = "qT7/w+Zk3@nR:9xV 5mL2";
const phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const search = new SecretSearch([keySecret("key", key), textSecret("token", token), phraseSecret("phrase", phrase)]);

const hex = key.toString("hex");
const pairs = hex.match(/../g) ?? [];

/** A key, in every form in which somebody may come to print it. */
const planted: readonly (readonly [form: string, text: string])[] = [
  ["hex", hex],
  ["hex", `0x${hex}`],
  ["hex", hex.toUpperCase()],
  ["hex", `0X${hex.toUpperCase()}`],
  ["hex", `ab${hex}cd`],
  ["hex", `a${hex}`],
  ["hex", hex.slice(20, 40)],
  ["hex pairs", pairs.join(":")],
  ["hex pairs", pairs.map((pair) => `0x${pair}`).join(", ")],
  ["hex pairs", inspect(key)],
  ["hex pairs", inspect({ nested: { key } }, { depth: null })],
  ["hex pairs", inspect(Buffer.concat([randomBytes(41), key]))],
  ["base64", key.toString("base64")],
  ["base64", key.toString("base64url")],
  ...[1, 2].map((before) => ["base64", Buffer.concat([Buffer.alloc(before), key]).toString("base64")] as const),
  ...[1, 2, 3].map((before) => ["base64", "x".repeat(before) + key.toString("base64url")] as const),
  ["decimal", BigInt(`0x${hex}`).toString()],
  ["decimal", inspect(BigInt(`0x${hex}`), { numericSeparator: true })],
  ["byte list", JSON.stringify(key)],
  ["byte list", JSON.stringify(Uint8Array.from(key))],
  ["byte list", JSON.stringify([...key])],
  ["byte list", inspect(Uint8Array.from(key))],
  ["byte list", inspect(Object.fromEntries(key.entries()))],
  ["byte list", [...key].join(" ")],
  ["byte list", String(Uint8Array.from(key))],
  ["text", key.toString("latin1")],
  ["escaped text", JSON.stringify(key.toString("latin1"))],
  ["escaped text", pairs.map((pair) => `\\x${pair}`).join("")],
  ["percent-encoding", pairs.map((pair) => `%${pair}`).join("")],
];

const plantedTokens: readonly (readonly [form: string, text: string])[] = [
  ["text", `postgres://me:${token}@host`],
  ["text", token.slice(3, 16)],
  ["escaped text", JSON.stringify(`"${token}`).replaceAll("/", "\\/")],
  ["percent-encoding", encodeURIComponent(token)],
  ["percent-encoding", new URL(`http://me:${encodeURIComponent(token)}@host`).href],
  ["base64", `Basic ${Buffer.from(`me:${token}`).toString("base64")}`],
  ["hex", Buffer.from(token).toString("hex")],
  ["hex pairs", inspect(Buffer.from(token))],
];

const plantedPhrases: readonly (readonly [form: string, text: string])[] = [
  ["text", phrase],
  ["words", phrase.replaceAll(" ", "\n")],
  ["words", phrase.toUpperCase()],
  ["words", JSON.stringify(phrase.split(" "))],
  ["words", "1. year 2. wave 3. sausage 4. worth"],
  ["base64", Buffer.from(phrase).toString("base64")],
];

describe("the search for secrets", () => {
  it.each([
    ...planted.map(([form, text]) => ["key", form, text] as const),
    ...plantedTokens.map(([form, text]) => ["token", form, text] as const),
    ...plantedPhrases.map(([form, text]) => ["phrase", form, text] as const),
  ])("finds the %s as %s: %s", (what, form, text) => {
    for (const around of [text, `x ${text}`, `{"a":"${text}"}`, `(${text})\nmore`]) {
      expect(search.inText(around)).toContainEqual({ what, form });
    }
  });

  it("finds bytes", () => {
    expect(search.inBytes(Buffer.concat([randomBytes(99), key, randomBytes(9)]))).toEqual([
      { what: "key", form: "bytes" },
    ]);
    expect(search.inBytes(key.subarray(7, 15))).toHaveLength(1);
  });

  it("finds nothing where there is nothing", () => {
    const other = randomBytes(32);
    const harmless = [
      other.toString("hex"),
      other.toString("base64"),
      JSON.stringify(other),
      inspect(other),
      String([...other]),
    ];
    for (const text of [...harmless, "", "legal winner thank", hex.slice(0, 14), token.slice(0, 11)]) {
      expect(search.inText(text)).toEqual([]);
    }
    expect(search.inBytes(other)).toEqual([]);
  });

  it("refuses what is too short to mean anything", () => {
    expect(() => new SecretSearch([keySecret("short", Buffer.from("abc"))])).toThrow("too short");
  });
});
