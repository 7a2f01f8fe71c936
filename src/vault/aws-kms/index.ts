export { awsKms } from "./aws-kms.ts";
export type { AwsKmsOptions } from "./options.ts";
export type { EncryptionContext, WrappedKey, WrappingKey } from "../../ports/wrapping-key.ts";
