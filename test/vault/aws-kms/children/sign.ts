// Run as a child process: signs the digest with the key of KMS that the arguments name. Prints the signer, and r, s and v in hex.
import { kmsSigner } from "../../../../src/vault/aws-kms/index.ts";

const [keyId = "", endpoint = "", digest = ""] = process.argv.slice(2);
const signer = await kmsSigner({ keyId, endpoint });
const { r, s, yParity } = await signer.signDigest(Buffer.from(digest, "hex"));
await signer.close();
const signature = Buffer.from([...r, ...s, 27 + yParity]).toString("hex");
process.stdout.write(`${JSON.stringify(signer)} 0x${signature}`);
