export { awsKms } from "./aws-kms.ts";
export { type KmsSigner, kmsSigner } from "./signer.ts";
export type { AwsKmsOptions, KmsSignerOptions } from "./options.ts";
export type { EncryptionContext, WrappedKey, WrappingKey } from "../../ports/wrapping-key.ts";
export type { Meter, MetricDeclaration, MetricLabels } from "../../ports/meter.ts";
