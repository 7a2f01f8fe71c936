// Run as a child process: says "ready", waits for its standard input to close, wraps once, and prints the wrapped key in JSON.
import { localRootKey } from "../../../src/vault/local/local-root-key.ts";

const [path = "", secretHex = ""] = process.argv.slice(2);
const key = localRootKey(path);
process.stdout.write("ready\n");
process.stdin.resume().on("end", () => {
  void key.wrap(Buffer.from(secretHex, "hex"), { purpose: "race" }).then(([wrapped]) => {
    if (wrapped === undefined) throw new Error("nothing was wrapped");
    const ciphertext = Buffer.from(wrapped.ciphertext).toString("hex");
    process.stdout.write(`${JSON.stringify({ keyId: wrapped.keyId, ciphertext })}\n`);
  });
});
