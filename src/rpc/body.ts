/**
 * Reads a response's body as UTF-8 text, and no further than the limit.
 *
 * @returns undefined if it is longer; the rest is not read.
 */
export async function readBody(response: Response, limitBytes: number): Promise<string | undefined> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    // Leaving the loop cancels the stream.
    if (size > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
