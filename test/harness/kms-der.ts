/** An INTEGER that is not negative, in DER (X.690 8.3): as few bytes as hold it and a sign bit of zero. */
export function derInteger(value: bigint): Buffer {
  const digits = value.toString(16);
  const content = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return derElement(0x02, content.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), content]) : content);
}

/** SEQUENCE { INTEGER r, INTEGER s }. */
export function derSignature(r: bigint, s: bigint): Buffer {
  return derElement(0x30, Buffer.concat([derInteger(r), derInteger(s)]));
}

/** One element with its length in the short form, for a content of less than 128 bytes. */
function derElement(tag: number, content: Uint8Array): Buffer {
  if (content.length > 127) throw new RangeError("the length would need the long form");
  return Buffer.concat([Uint8Array.of(tag, content.length), content]);
}

/** The contents of a signature's two INTEGERs. Trusts that it is one. */
export function derContents(der: Uint8Array): readonly [r: Uint8Array, s: Uint8Array] {
  const bytes = Buffer.from(der);
  const middle = 4 + bytes.readUInt8(3);
  return [bytes.subarray(4, middle), bytes.subarray(middle + 2)];
}

/** What BER allows, or nothing does, and DER forbids: each takes a true signature and writes it otherwise. */
export const notDer: Readonly<Record<string, (der: Buffer) => Uint8Array>> = {
  "a trailing byte": (der) => Buffer.concat([der, Uint8Array.of(0)]),
  "a trailing byte within the sequence": (der) => derElement(0x30, Buffer.concat([der.subarray(2), Uint8Array.of(0)])),
  "cut short": (der) => der.subarray(0, -1),
  "a length in the long form": (der) => Buffer.concat([Uint8Array.of(0x30, 0x81), der.subarray(1)]),
  "no length": (der) => Buffer.concat([Uint8Array.of(0x30, 0x80), der.subarray(2), Buffer.alloc(2)]),
  "an integer's length in the long form": (der) => {
    const [r, s] = derContents(der);
    return derElement(0x30, Buffer.concat([Uint8Array.of(0x02, 0x81, r.length), r, Uint8Array.of(0x02, s.length), s]));
  },
  "a zero byte too many in r": (der) => withContents(der, (r) => Buffer.concat([Buffer.alloc(1), r]), same),
  "a zero byte too many in s": (der) => withContents(der, same, (s) => Buffer.concat([Buffer.alloc(1), s])),
  "a negative r": (der) => withContents(der, (r) => negative(r), same),
  "a negative s": (der) => withContents(der, same, (s) => negative(s)),
  "an empty r": (der) => withContents(der, () => Buffer.alloc(0), same),
  "an empty s": (der) => withContents(der, same, () => Buffer.alloc(0)),
  "an r of 34 bytes": (der) => withContents(der, () => Buffer.alloc(34, 1), same),
  "an r of 33 bytes that are all digits": (der) => withContents(der, () => Buffer.alloc(33, 1), same),
  "one integer": (der) => derElement(0x30, derElement(0x02, derContents(der)[0])),
  "a third integer": (der) => derElement(0x30, Buffer.concat([der.subarray(2), derInteger(1n)])),
  "another tag": (der) => Buffer.concat([Uint8Array.of(0x31), der.subarray(1)]),
  "another tag of r": (der) => Buffer.concat([der.subarray(0, 2), Uint8Array.of(0x03), der.subarray(3)]),
  "r and s without DER": (der) => Buffer.concat(derContents(der).map((number) => fixed(number))),
  nothing: () => Buffer.alloc(0),
};

function withContents(der: Uint8Array, ofR: (r: Uint8Array) => Uint8Array, ofS: (s: Uint8Array) => Uint8Array): Buffer {
  const [r, s] = derContents(der);
  return derElement(0x30, Buffer.concat([derElement(0x02, ofR(r)), derElement(0x02, ofS(s))]));
}

function same(content: Uint8Array): Uint8Array {
  return content;
}

/** The sign bit set: a zero byte in front left out, or the first bit changed. */
function negative(content: Uint8Array): Uint8Array {
  return content[0] === 0 ? content.subarray(1) : content.map((byte, at) => (at === 0 ? byte | 0x80 : byte));
}

function fixed(content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.alloc(33), content]).subarray(-32);
}
