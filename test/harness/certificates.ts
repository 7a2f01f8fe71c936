import { generate } from "selfsigned";

export interface CertificateAuthority {
  /** The authority's certificate, PEM. */
  readonly ca: string;
  /** A server's certificate for a DNS name, and its key, both PEM. */
  issue(name: string): Promise<{ readonly cert: string; readonly key: string }>;
}

const elliptic = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** An authority that nobody trusts unless told to. */
export async function createAuthority(): Promise<CertificateAuthority> {
  const authority = await generate([{ name: "commonName", value: "Test authority" }], {
    ...elliptic,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    ca: authority.cert,
    issue: async (name) => {
      const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
        ...elliptic,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: "basicConstraints", cA: false, critical: true },
          { name: "keyUsage", digitalSignature: true, critical: true },
          { name: "extKeyUsage", serverAuth: true },
          { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
        ],
      });
      return { cert, key };
    },
  };
}
