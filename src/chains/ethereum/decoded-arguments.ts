import type { DecodedArgument } from "../../ports/intent.ts";
import { boundedDecoding, longestAnswer } from "./bounded-decoding.ts";
import type { Ethers } from "./ethers.ts";

type ParamType = InstanceType<Ethers["ParamType"]>;

const mostArguments = 64;
/** Characters of a value that are shown: room for three addresses or words, never for a document. */
const longestValue = 256;
const longestName = 64;

/**
 * Arguments as text for people, read from the bytes that are signed and not from what the caller gave for them. At most 64, each cut at
 * 256 characters.
 *
 * @param encoded - the ABI encoding of the arguments alone. Beyond 128 KiB it is not decoded, and shown as bytes.
 * @returns undefined where the bytes do not fit the types.
 */
export function decodedArguments(
  ethers: Ethers,
  inputs: readonly ParamType[],
  encoded: string,
): readonly DecodedArgument[] | undefined {
  if (inputs.length === 0) return [];
  if (encoded.length > 2 + 2 * longestAnswer) return [{ name: "", type: "bytes", value: cut(encoded, longestValue) }];
  try {
    const values: readonly unknown[] = boundedDecoding(ethers, (): readonly unknown[] =>
      ethers.AbiCoder.defaultAbiCoder().decode(inputs, encoded).toArray(true),
    );
    return inputs.slice(0, mostArguments).map(({ name, type }, index) => ({
      name: cut(name, longestName),
      type: cut(type, longestValue),
      value: textOf(values[index]),
    }));
  } catch {
    return undefined;
  }
}

/** On one line, without control characters. */
function textOf(value: unknown): string {
  if (typeof value === "string") return cut(value, longestValue);
  let text = "";
  const write = (part: unknown): void => {
    if (text.length > longestValue) return;
    if (!Array.isArray(part)) {
      text +=
        typeof part === "string" && !part.startsWith("0x") ? JSON.stringify(cut(part, longestValue)) : String(part);
      return;
    }
    text += "[";
    for (const [index, each] of part.entries()) {
      if (text.length > longestValue) return;
      if (index > 0) text += ", ";
      write(each);
    }
    text += "]";
  };
  write(value);
  return cut(text, longestValue);
}

/** @param longest - in characters, before the "..." of what was cut. */
export function cut(text: string, longest: number): string {
  const shown = text.length <= longest ? text : `${text.slice(0, longest)}...`;
  return shown.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").toWellFormed();
}
