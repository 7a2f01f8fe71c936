import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface CertificateAuthority {
  /** The authority's certificate, PEM. */
  readonly ca: string;
  /** A server's certificate for a DNS name, and its key, both PEM. */
  issue(name: string): { readonly cert: string; readonly key: string };
}

/** An authority that nobody trusts unless told to. Needs the `openssl` command. */
export function createAuthority(): CertificateAuthority {
  return inDirectory((directory) => {
    run(directory, "req", "-x509", ...newKey("ca.key"), "-out", "ca.crt", "-days", "2", "-subj", "/CN=Test authority");
    const ca = readFileSync(join(directory, "ca.crt"), "utf8");
    const caKey = readFileSync(join(directory, "ca.key"), "utf8");
    return { ca, issue: (name) => issue(ca, caKey, name) };
  });
}

function issue(ca: string, caKey: string, name: string): { cert: string; key: string } {
  return inDirectory((directory) => {
    writeFileSync(join(directory, "ca.crt"), ca);
    writeFileSync(join(directory, "ca.key"), caKey, { mode: 0o600 });
    writeFileSync(join(directory, "names"), `subjectAltName=DNS:${name}\n`);
    run(directory, "req", ...newKey("server.key"), "-out", "server.csr", "-subj", `/CN=${name}`);
    const signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
    run(directory, "x509", "-req", "-in", "server.csr", "-out", "server.crt", ...signing);
    return {
      cert: readFileSync(join(directory, "server.crt"), "utf8"),
      key: readFileSync(join(directory, "server.key"), "utf8"),
    };
  });
}

function newKey(file: string): string[] {
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file];
}

function run(directory: string, ...args: string[]): void {
  execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
}

function inDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-certificates-"));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
