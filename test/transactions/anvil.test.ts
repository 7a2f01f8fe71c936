import { createECDH, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { evm, evmKeyScheme } from "../../src/chains/evm/index.ts";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { http } from "../../src/rpc/http.ts";
import { createSender, type TransactionSender } from "../../src/transactions/sender.ts";
import { systemClock } from "../../src/units/clock.ts";
import { bytesToHex } from "../../src/units/bytes.ts";
import { signDigest } from "../harness/sign-digest.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { thrownBy } from "../harness/errors.ts";
import { createRecorder } from "../harness/recorder.ts";
import { type Answer, bytes, cut, members, type RpcServer, rpcServerOfTest, silence } from "../harness/rpc-server.ts";

let mining: Anvil;
let waiting: Anvil;
beforeAll(async () => {
  [mining, waiting] = await Promise.all([startAnvil(), startAnvil({ args: ["--no-mining"] })]);
});
afterAll(() => Promise.all([mining.stop(), waiting.stop()]));

interface CountedSigner extends Signer {
  readonly signatures: () => number;
}

/** A key of one test, with money. */
async function fundedSigner(anvil: Anvil): Promise<CountedSigner> {
  const pair = createECDH("secp256k1");
  const publicKey = pair.generateKeys();
  const key = Buffer.from(pair.getPrivateKey("hex").padStart(64, "0"), "hex");
  const address = evmKeyScheme.addressOf(publicKey);
  let signatures = 0;
  await anvil.setBalance(address, 10n ** 20n);
  return {
    address,
    signatures: () => signatures,
    signDigest: (digest) => {
      signatures += 1;
      return Promise.resolve(signDigest(digest, key, publicKey));
    },
  };
}

function anyone(): string {
  return bytesToHex(randomBytes(20));
}

/** A sender of one test whose pauses take no time; `skip` moves its clock on. */
function senderTo(url: string): { sender: TransactionSender; skip: (ms: number) => void } {
  const { meter, logger } = createRecorder();
  let skippedMs = 0;
  const clock = {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    sleep: () => Promise.resolve(),
  };
  const chain = evm({ name: "main", chainId: 31_337, transport: http({ url, timeoutMs: 2_000 }) });
  onTestFinished(() => chain.close());
  return { sender: createSender({ chain, clock, meter, logger }), skip: (ms) => (skippedMs += ms) };
}

/** What becomes of each `eth_sendRawTransaction`, in order: it reaches the node or not, and the answer is this instead of the node's. */
interface Loss {
  readonly reaches: boolean;
  readonly answer: Answer;
}

/** A wire to a node that passes everything but some broadcasts. */
async function lossyWire(anvil: Anvil, losses: readonly Loss[]): Promise<RpcServer> {
  const left = [...losses];
  return rpcServerOfTest(async (request, response) => {
    const loss = request.method === "eth_sendRawTransaction" ? left.shift() : undefined;
    const body = loss?.reaches === false ? undefined : await forward(anvil, request.body);
    await (loss === undefined ? bytes(200, body ?? "") : loss.answer)(request, response);
  });
}

async function forward(anvil: Anvil, body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  return (await fetch(anvil.url, { method: "POST", headers, body })).text();
}

function broadcastsOf(wire: RpcServer): readonly string[] {
  return wire.requests.filter(({ method }) => method === "eth_sendRawTransaction").map(({ body }) => rawIn(body));
}

function rawIn(body: string): string {
  return /"params":\["(0x[0-9a-f]+)"\]/.exec(body)?.[1] ?? expect.fail("there are no raw bytes");
}

async function nonceOf(anvil: Anvil, hash: string): Promise<number> {
  const found = await anvil.request("eth_getTransactionByHash", hash);
  if (typeof found !== "object" || found === null || !("nonce" in found)) return expect.fail("it is not there");
  return Number(found.nonce);
}

const faults: readonly (readonly [string, Answer])[] = [
  ["a cut connection", cut],
  ["silence", silence],
  ["a gateway's page", bytes(502, "<html>bad gateway</html>")],
  ["another hash", members({ result: `0x${"1".repeat(64)}` })],
  ["an internal error", members({ error: { code: -32603, message: "Internal error" } })],
];

// Budget of the file: 10 s.
describe("sends to a real node", { timeout: 30_000 }, () => {
  it("of one address, 50 at once, are all mined, with nonces without a gap", async () => {
    const signer = await fundedSigner(mining);
    const { sender } = senderTo(mining.url);
    const to = anyone();
    const values = Array.from({ length: 50 }, (_, index) => BigInt(index + 1));
    const handles = await Promise.all(values.map((value) => sender.send({ transfer: { to, value } }, signer)));
    const receipts = await Promise.all(handles.map((handle) => handle.wait("mined")));
    expect(new Set(receipts.map(({ status }) => status))).toEqual(new Set(["success"]));
    const nonces = await Promise.all(handles.map(({ hash }) => nonceOf(mining, hash)));
    expect(nonces).toEqual(values.map((_, index) => index));
    expect(BigInt(String(await mining.request("eth_getBalance", to, "latest")))).toBe(1_275n);
    expect(signer.signatures()).toBe(50);
  });

  it("that it refuses are thrown at once, and leave the nonce to the next", async () => {
    const signer = await fundedSigner(mining);
    const wire = await lossyWire(mining, []);
    const { sender } = senderTo(wire.origin);
    const to = anyone();
    expect(await thrownBy(() => sender.send({ transfer: { to, value: 10n ** 21n } }, signer))).toMatchObject({
      code: "ERR_CHAIN_INSUFFICIENT_FUNDS",
    });
    expect(signer.signatures()).toBe(0);
    const { hash } = await sender.send({ transfer: { to, value: 1n } }, signer);
    expect(await nonceOf(mining, hash)).toBe(0);
    expect(broadcastsOf(wire)).toHaveLength(1);
  });
});

describe.each(faults)("a broadcast that the node takes, answered with %s", { timeout: 30_000 }, (_what, answer) => {
  it("was mined meanwhile: it is found by its hash, and mined once", async () => {
    const signer = await fundedSigner(mining);
    const wire = await lossyWire(mining, [{ reaches: true, answer }]);
    const { sender } = senderTo(wire.origin);
    const to = anyone();
    // The second attempt is refused, for the nonce is used: by these very bytes.
    const handle = await sender.send({ transfer: { to, value: 7n } }, signer);
    await expect(handle.wait("mined")).resolves.toMatchObject({ status: "success", hash: handle.hash });
    expect(await mining.request("eth_getBalance", to, "latest")).toBe("0x7");
    expect(await mining.request("eth_getTransactionCount", signer.address, "latest")).toBe("0x1");
    expect(new Set(broadcastsOf(wire)).size).toBe(1);
    expect(broadcastsOf(wire)).toHaveLength(2);
    expect(signer.signatures()).toBe(1);
  });

  it("waits in the pool: the node says that it knows it, and it is mined once", async () => {
    const signer = await fundedSigner(waiting);
    const wire = await lossyWire(waiting, [{ reaches: true, answer }]);
    const { sender } = senderTo(wire.origin);
    const to = anyone();
    const handle = await sender.send({ transfer: { to, value: 7n } }, signer);
    const next = await sender.send({ transfer: { to, value: 1n } }, signer);
    await waiting.request("evm_mine");
    for (const { wait } of [handle, next]) await expect(wait("mined")).resolves.toMatchObject({ status: "success" });
    expect(await waiting.request("eth_getBalance", to, "latest")).toBe("0x8");
    expect([await nonceOf(waiting, handle.hash), await nonceOf(waiting, next.hash)]).toEqual([0, 1]);
    expect(broadcastsOf(wire)).toHaveLength(3);
    expect(signer.signatures()).toBe(2);
  });
});

describe("a broadcast whose answers are all lost", { timeout: 30_000 }, () => {
  it("is found by its hash if it was mined", async () => {
    const signer = await fundedSigner(mining);
    const lost = { reaches: true, answer: cut };
    const wire = await lossyWire(mining, [lost, lost, lost]);
    const { sender } = senderTo(wire.origin);
    const to = anyone();
    const handle = await sender.send({ transfer: { to, value: 7n } }, signer);
    await handle.wait("mined");
    expect(await mining.request("eth_getBalance", to, "latest")).toBe("0x7");
    expect(new Set(broadcastsOf(wire)).size).toBe(1);
  });

  it("is an unknown outcome with the hash if the node is gone, and the hash is there when it is back", async () => {
    const signer = await fundedSigner(mining);
    const wire = await lossyWire(mining, []);
    const passOn = wire.answer;
    wire.answer = async (request, response) => {
      if (request.method !== "eth_sendRawTransaction") {
        await passOn(request, response);
        return;
      }
      await forward(mining, request.body);
      wire.answer = cut;
      await cut(request, response);
    };
    const { sender } = senderTo(wire.origin);
    const to = anyone();
    const error = await thrownBy(() => sender.send({ transfer: { to, value: 7n } }, signer));
    expect(error).toMatchObject({
      code: "ERR_RPC_UNREACHABLE",
      retryable: false,
      context: { outcome: "unknown", nonce: 0 },
    });
    const hash = isLatchkeyError(error) ? String(error.context["hash"]) : "";
    expect(await nonceOf(mining, hash)).toBe(0);
    // The node is back: the next send neither repeats nor replaces it.
    wire.answer = passOn;
    const next = await sender.send({ transfer: { to, value: 1n } }, signer);
    await next.wait("mined");
    expect(await nonceOf(mining, next.hash)).toBe(1);
    expect(await mining.request("eth_getBalance", to, "latest")).toBe("0x8");
  });

  it("and that never arrived leaves a gap, which is closed although sends go on behind it", async () => {
    const signer = await fundedSigner(mining);
    const lost = { reaches: false, answer: cut };
    const wire = await lossyWire(mining, [lost, lost, lost]);
    const { sender, skip } = senderTo(wire.origin);
    const to = anyone();
    expect(await thrownBy(() => sender.send({ transfer: { to, value: 1n } }, signer))).toMatchObject({
      context: { outcome: "unknown", nonce: 0 },
    });
    const behind = [];
    for (const value of [10n, 100n]) {
      behind.push(await sender.send({ transfer: { to, value } }, signer));
      skip(14_000);
    }
    expect(await mining.request("eth_getBalance", to, "latest")).toBe("0x0");
    skip(2_000);
    const closing = await sender.send({ transfer: { to, value: 1_000n } }, signer);
    for (const { wait } of [closing, ...behind])
      await expect(wait("mined")).resolves.toMatchObject({ status: "success" });
    expect(BigInt(String(await mining.request("eth_getBalance", to, "latest")))).toBe(1_110n);
    const nonces = [closing, ...behind].map(({ hash }) => nonceOf(mining, hash));
    expect(await Promise.all(nonces)).toEqual([0, 1, 2]);
  });
});
