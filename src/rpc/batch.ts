import { isRecord } from "../units/is-record.ts";
import { errorIn, parseJson } from "./answer.ts";
import { faultOf } from "./fault.ts";

/** One request of a batch, as it is written. */
export interface Encoded {
  readonly id: number;
  readonly method: string;
  readonly json: string;
}

/** Kaia's nodes refuse bodies of more than 524,288 bytes (HTTP 413); others allow more. */
const largestBody = 512_000;

/** Splits requests into batches, in their order, by count and by size. One that is larger by itself goes alone. */
export function batchesOf(requests: readonly Encoded[], most: number): readonly (readonly Encoded[])[] {
  const batches: Encoded[][] = [];
  let size = 0;
  for (const request of requests) {
    // A comma between each, and brackets around all.
    const bytes = Buffer.byteLength(request.json) + 1;
    const last = batches.at(-1);
    if (last !== undefined && last.length < most && size + bytes + 1 <= largestBody) {
      last.push(request);
      size += bytes;
    } else {
      batches.push([request]);
      size = bytes;
    }
  }
  return batches;
}

/** A parsed answer to a batch. */
export type BatchAnswer =
  /** By id. An id that comes twice is undefined: neither can be trusted. */
  | { readonly kind: "answers"; readonly byId: ReadonlyMap<unknown, Record<string, unknown> | undefined> }
  /** The node takes no batches, or none of this size; it has done nothing. */
  | { readonly kind: "no-batches" }
  /** One answer for all, or none. */
  | { readonly kind: "whole"; readonly message: Record<string, unknown> | undefined };

export function parseBatch(text: string, status: number): BatchAnswer {
  const value = parseJson(text);
  if (Array.isArray(value)) {
    const byId = new Map<unknown, Record<string, unknown> | undefined>();
    for (const each of value) {
      if (!isRecord(each)) continue;
      const { id } = each;
      byId.set(id, byId.has(id) ? undefined : each);
    }
    return { kind: "answers", byId };
  }
  const message = isRecord(value) ? { ...value, id: null } : undefined;
  return refusesBatches(message, status) ? { kind: "no-batches" } : { kind: "whole", message };
}

/** An error for all of them, which is about neither the node's troubles nor its rate limit. */
function refusesBatches(message: Record<string, unknown> | undefined, status: number): boolean {
  const error = errorIn(message, 0, status);
  if (error === undefined || status === 429) return false;
  return /\bbatch/i.test(error.message) || (status < 500 && faultOf(error.code, error.message) === "request");
}
