import { isPoint } from "tiny-secp256k1";

// SEQUENCE { SEQUENCE { OID 1.2.840.10045.2.1 (ecPublicKey), OID 1.3.132.0.10 (secp256k1) }, BIT STRING of 65 bytes, the first of them 04 }
const header = Buffer.from("3056301006072a8648ce3d020106052b8104000a03420004", "hex");
const pointBytes = 65;

/**
 * Reads a secp256k1 public key as KMS writes it. DER has one way to write an uncompressed point of this curve, and nothing else is taken.
 * Spec: RFC 5280 4.1 (SubjectPublicKeyInfo), RFC 5480 2.
 *
 * @returns the uncompressed point, 65 bytes, on the curve; undefined for any other bytes.
 */
export function parsePublicKey(spki: Uint8Array): Uint8Array | undefined {
  if (spki.length !== header.length - 1 + pointBytes) return undefined;
  if (Buffer.compare(spki.subarray(0, header.length), header) !== 0) return undefined;
  const point = Uint8Array.from(spki.subarray(-pointBytes));
  return isPoint(point) ? point : undefined;
}
