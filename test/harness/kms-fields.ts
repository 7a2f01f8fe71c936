/** An exception as KMS names it. Those of the caller's making have status 400. */
export class KmsException extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export type KmsFields = Readonly<Record<string, unknown>>;

export function bytesOf(input: KmsFields, field: string, most: number): Buffer {
  const value = input[field];
  if (typeof value !== "string") throw validation(field);
  const bytes = Buffer.from(value, "base64");
  if (bytes.length === 0 || bytes.length > most) throw validation(field);
  return bytes;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

export function validation(field: string): KmsException {
  return new KmsException("ValidationException", `1 validation error detected: ${field} failed to satisfy constraint`);
}
