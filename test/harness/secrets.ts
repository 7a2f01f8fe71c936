/** Something that may be seen nowhere. */
export interface Secret {
  /** Names it in a failure. */
  readonly what: string;
  readonly bytes: Uint8Array;
  /** So many of its bytes in a row are a leak. */
  readonly least: number;
}

/** Key material: 64 bits of it do not turn up by chance. */
export function keySecret(what: string, bytes: Uint8Array): Secret {
  return { what, bytes: Uint8Array.from(bytes), least: 8 };
}

/** A password or a token, as UTF-8. It has to be random: 12 characters of it are taken for a leak. */
export function textSecret(what: string, text: string): Secret {
  return { what, bytes: Buffer.from(text, "utf8"), least: Math.min(12, Buffer.byteLength(text, "utf8")) };
}

/** Words as one text; four of them in a row are found whatever stands between them. */
export function phraseSecret(what: string, phrase: string): Secret {
  return { what, bytes: Buffer.from(phrase, "utf8"), least: wordsLeast };
}

export interface Finding {
  readonly what: string;
  /** As what it was found: `hex`, `base64`, ... */
  readonly form: string;
}

interface Window {
  readonly bytes: Uint8Array;
  readonly what: string;
}

const wordsLeast = 24;
const wordsInARow = 4;

/**
 * Looks for secrets in texts. Not each secret's forms are looked for, but the text is read in every form that bytes are written in,
 * and any part of any secret that turns up is a finding: so it costs the same for one secret and for thousands, and what was cut
 * short or joined to something else is found too.
 */
export class SecretSearch {
  readonly #windows = new Map<number, Window[]>();
  /** Whether any window begins with these two bytes: most positions are ruled out here. */
  readonly #starts = new Uint8Array(2 ** 16);
  readonly #words = new Map<string, string>();

  constructor(secrets: Iterable<Secret>) {
    for (const { what, bytes, least } of secrets) {
      if (least < 4 || bytes.length < least) throw new Error(`${what} is too short to be looked for`);
      for (let at = 0; at + least <= bytes.length; at += 1)
        this.#addWindow({ what, bytes: bytes.subarray(at, at + least) });
      if (least === wordsLeast)
        for (const row of rowsOfWords(Buffer.from(bytes).toString())) this.#words.set(row, what);
    }
  }

  /** In a text, in any form. */
  inText(text: string): Finding[] {
    const found = [...formsIn(text)].flatMap(([form, bytes]) => this.#find(form, bytes));
    if (this.#words.size > 0) {
      for (const row of rowsOfWords(text)) {
        const what = this.#words.get(row);
        if (what !== undefined) found.push({ what, form: "words" });
      }
    }
    return found;
  }

  /** In the bytes as they are. */
  inBytes(bytes: Uint8Array): Finding[] {
    return this.#find("bytes", Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  #addWindow(window: Window): void {
    const key = Buffer.from(window.bytes).readUInt32BE();
    this.#windows.set(key, [...(this.#windows.get(key) ?? []), window]);
    this.#starts[key >>> 16] = 1;
  }

  #find(form: string, bytes: Buffer): Finding[] {
    const found = new Map<string, Finding>();
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      if (this.#starts[bytes.readUInt16BE(at)] !== 1) continue;
      for (const window of this.#windows.get(bytes.readUInt32BE(at)) ?? []) {
        const there = bytes.subarray(at, at + window.bytes.length);
        if (there.equals(window.bytes)) found.set(window.what, { what: window.what, form });
      }
    }
    return [...found.values()];
  }
}

/** The bytes that a text may stand for, by the form in which it does. */
function* formsIn(text: string): Generator<readonly [form: string, bytes: Buffer]> {
  yield ["text", Buffer.from(text, "latin1")];
  const plain = text
    .replaceAll(/\\(?:u00|x)([0-9a-f]{2})/gi, fromHex)
    .replaceAll(/\\(.)/g, (_all, one: string) => escapes[one] ?? one);
  if (plain !== text) yield ["escaped text", Buffer.from(plain, "latin1")];
  if (plain.includes("%")) {
    yield ["percent-encoding", Buffer.from(plain.replaceAll(/%([0-9a-f]{2})/gi, fromHex), "latin1")];
  }
  for (const [run] of text.matchAll(/[0-9a-f]{16,}/gi)) {
    for (const from of [0, 1]) yield ["hex", Buffer.from(evenHex(run.slice(from)), "hex")];
  }
  // <Buffer 0a 0b>, 0a:0b, 0x0a, 0x0b
  for (const [run] of text.matchAll(
    /(?<![0-9a-z])(?:0x)?[0-9a-f]{2}(?:[\s,:;"'-]+(?:0x)?[0-9a-f]{2}(?![0-9a-z])){7,}/gi,
  )) {
    yield ["hex pairs", Buffer.from(run.replaceAll(/0x|[^0-9a-f]/gi, ""), "hex")];
  }
  // [1, 2], Uint8Array(2) [ 1, 2 ], {"0":1,"1":2}
  const unnumbered = text.replaceAll(/(?<!\d)(["']?)\d{1,5}\1\s*:\s*(?=\d)/g, "");
  for (const [run] of unnumbered.matchAll(/(?<![\w.])\d{1,3}(?:[\s,;]+\d{1,3}(?![\w.])){7,}/g)) {
    yield ["byte list", Buffer.from(run.split(/[\s,;]+/).map(Number))];
  }
  for (const [run] of text.matchAll(/\d[\d_]{16,}/g)) {
    const digits = BigInt(run.replaceAll("_", "")).toString(16);
    yield ["decimal", Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex")];
  }
  // Both alphabets; wherever in a run the base64 of a secret begins, one of four readings meets it.
  for (const [run] of text.matchAll(/[\w+/-]{11,}/g)) {
    for (const from of [0, 1, 2, 3]) yield ["base64", Buffer.from(run.slice(from), "base64")];
  }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };

function fromHex(_all: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function evenHex(digits: string): string {
  return digits.slice(0, digits.length - (digits.length % 2));
}

function rowsOfWords(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.flatMap((_word, at) =>
    at + wordsInARow > words.length ? [] : [words.slice(at, at + wordsInARow).join(" ")],
  );
}
