import { AbstractSigner, type TransactionRequest, verifyMessage, VoidSigner, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EthersSigner, ethersSigner } from "../../../src/chains/evm/index.ts";
import { isLatchkeyError } from "../../../src/index.ts";
import type { PolicyOptions } from "../../../src/transactions/policy/rules.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { thrownBy } from "../../harness/errors.ts";
import { openOutbox } from "./ethers-outbox-scene.ts";

// Every way to a signature passes the policy. Budget of the file: 10 s, the node's start included.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const token = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const chainId = 7_777;

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil({ chainId, args: ["--hardfork", "prague"] });
});
afterAll(() => anvil.stop());

const whole: TransactionRequest = { to, value: 2n, type: 2, chainId, nonce: 0, gasLimit: 21_000, maxFeePerGas: 9n };
const mail = { types: { Mail: [{ name: "to", type: "address" }] }, value: { to } };
const permitFields = ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"];
const details = ["address token", "uint160 amount", "uint48 expiration", "uint48 nonce"];
const singleFields = ["PermitDetails details", "address spender", "uint256 sigDeadline"];

function struct(fields: readonly string[]): { name: string; type: string }[] {
  return fields.map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { name, type };
  });
}

function permit(by: EthersSigner, value: bigint, spender = to, contract = token): Promise<string> {
  const domain = { name: "Token", version: "1", chainId, verifyingContract: contract };
  const message = { owner: by.address, spender, value, nonce: 0, deadline: 1 };
  return by.signTypedData(domain, { Permit: struct(permitFields) }, message);
}

function permitSingle(by: EthersSigner, amount: bigint, contract = permit2): Promise<string> {
  const domain = { name: "Permit2", chainId, verifyingContract: contract };
  const types = { PermitSingle: struct(singleFields), PermitDetails: struct(details) };
  const message = { details: { token, amount, expiration: 1, nonce: 0 }, spender: to, sigDeadline: 1 };
  return by.signTypedData(domain, types, message);
}

/** What each of ethers' methods signs, if it signs: several where it can sign several things. */
const methods: Readonly<Record<string, "asks" | Readonly<Record<string, (by: EthersSigner) => Promise<unknown>>>>> = {
  getAddress: "asks",
  connect: "asks",
  getNonce: "asks",
  populateCall: "asks",
  populateTransaction: "asks",
  populateAuthorization: "asks",
  estimateGas: "asks",
  call: "asks",
  resolveName: "asks",
  sendTransaction: {
    "sends a transfer": (by) => by.sendTransaction({ to, value: 2n }),
    "sends data": (by) => by.sendTransaction({ to, value: 2n, data: "0x1234" }),
    deploys: (by) => by.sendTransaction({ data: "0x6001600155", value: 2n }),
    "sends by a provider of its own": (by) => by.connect(by.provider).sendTransaction({ to, value: 2n }),
  },
  signTransaction: {
    "signs a transfer": (by) => by.signTransaction(whole),
    "signs an old one": (by) =>
      by.signTransaction({ to, value: 2n, type: 0, nonce: 0, gasPrice: 1n, gasLimit: 21_000 }),
    "signs an access list": (by) => by.signTransaction({ ...whole, type: 1, maxFeePerGas: null, gasPrice: 1n }),
    "signs a token's transfer": (by) => {
      const data = `0xa9059cbb${to.slice(2).toLowerCase().padStart(64, "0")}${"9".padStart(64, "0")}`;
      return by.signTransaction({ ...whole, to: token, value: 0n, data });
    },
    "signs for another chain": (by) => by.signTransaction({ ...whole, chainId: 1 }),
  },
  signMessage: { "signs a message": (by) => by.signMessage("hello") },
  signTypedData: {
    "signs a permit": (by) => permit(by, 9n),
    "signs a permit of Permit2": (by) => permitSingle(by, 9n),
    "signs a permit for a stranger": (by) => permit(by, 1n, permit2),
    "signs unrecognised typed data": (by) => by.signTypedData({}, mail.types, mail.value),
    "signs what is only called Permit": (by) =>
      by.signTypedData({ chainId, verifyingContract: token }, { Permit: struct(["address to"]) }, { to }),
    "signs a permit for no chain": (by) =>
      by.signTypedData(
        { verifyingContract: token },
        { Permit: struct(permitFields) },
        { owner: by.address, spender: to, value: 0, nonce: 0, deadline: 1 },
      ),
  },
  authorize: {
    "delegates the account": (by) => by.authorize({ address: token, nonce: 1, chainId }),
    "delegates it on every chain": (by) => by.authorize({ address: token, nonce: 0, chainId: 0 }),
  },
};

const signing = Object.entries(methods).flatMap(([name, uses]) =>
  uses === "asks" ? [] : Object.entries(uses).map(([what, use]) => ({ name, what, use })),
);

/** The methods of a class and of those that it extends. */
function methodsOf(start: unknown): Set<string> {
  const names = new Set<string>();
  for (let at: unknown = start; typeof at === "object" && at !== null && at !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(at))
      if (typeof Object.getOwnPropertyDescriptor(at, name)?.value === "function") names.add(name);
    at = Object.getPrototypeOf(at);
  }
  names.delete("constructor");
  return names;
}

it("the methods of ethers' signers are those that are tried here", async () => {
  const { signer } = await openOutbox(anvil);
  const known = new Set(Object.keys(methods));
  expect(methodsOf(AbstractSigner.prototype)).toEqual(
    new Set([...known].filter((name) => !["getAddress", "connect"].includes(name) && !name.startsWith("sign"))),
  );
  expect(methodsOf(VoidSigner.prototype)).toEqual(known);
  expect(methodsOf(signer)).toEqual(new Set([...known, "toJSON"]));
  // Wallet's own show a key, or sign without waiting: ours has none of them.
  const more = [...methodsOf(Wallet.prototype)].filter((name) => !known.has(name));
  expect(more).toContain("signMessageSync");
  for (const name of more) expect(signer).not.toHaveProperty(name);
});

/** Tries everything, and expects that nothing is signed. */
async function expectNothing(
  { signer, account, signatures, latchkey }: Awaited<ReturnType<typeof openOutbox>>,
  expected: (what: string) => object,
): Promise<void> {
  const before = signatures();
  for (const { what, use } of signing) {
    const error = await thrownBy(() => use(signer));
    expect(isLatchkeyError(error), `${what}: ${String(error)}`).toBe(true);
    expect(error, what).toMatchObject(expected(what));
  }
  const digest = new Uint8Array(32).fill(7);
  expect(await thrownBy(() => account.signer.signDigest(digest))).toMatchObject(expected("a digest"));
  const bare = await ethersSigner(account.signer, null);
  expect(await thrownBy(() => bare.signMessage("x"))).toMatchObject(expected("signs a message"));
  expect((await latchkey.transactions.list()).transactions).toEqual([]);
  expect(await signer.getNonce("pending")).toBe(0);
  expect(signatures() - before).toBe(0);
}

describe("no signature comes out", () => {
  it("of a frozen wallet, and all of them when it is thawed", async () => {
    const scene = await openOutbox(anvil);
    const { latchkey, signer, account } = scene;
    await latchkey.policy.freeze({ user: "alice" }, "a stolen phone");
    await expectNothing(scene, () => ({ code: "ERR_POLICY_FROZEN", context: { frozen: "subject" } }));
    expect(String(await thrownBy(() => signer.signMessage("x")))).toContain("a stolen phone");
    await latchkey.policy.unfreeze({ user: "alice" });
    for (const { use } of signing) await use(signer);
    await account.signer.signDigest(new Uint8Array(32).fill(7));
    expect(scene.signatures()).toBeGreaterThanOrEqual(signing.length);
  });

  it("of a frozen tenant", async () => {
    const scene = await openOutbox(anvil);
    await scene.latchkey.policy.freeze("tenant", "an incident");
    await expectNothing(scene, () => ({ code: "ERR_POLICY_FROZEN", context: { frozen: "tenant" } }));
  });

  it("under a policy that forbids it: each denial names the rule", async () => {
    const policy: PolicyOptions = {
      rules: [
        { name: "no-coins", maxValue: 1n },
        { name: "few-tokens", asset: token, maxValue: 8n },
        { name: "no-strangers", denyTo: [permit2] },
      ],
      messages: "deny",
    };
    const rules: Readonly<Record<string, string>> = {
      "signs a token's transfer": "few-tokens",
      "signs a permit": "few-tokens",
      "signs a permit of Permit2": "few-tokens",
      "signs a permit for a stranger": "no-strangers",
      "signs a message": "messages",
      "signs unrecognised typed data": "typedData",
      "signs what is only called Permit": "typedData",
      "signs a permit for no chain": "typedData",
      "delegates the account": "delegates",
      "delegates it on every chain": "delegates",
      "a digest": "digests",
    };
    const scene = await openOutbox(anvil, { policy });
    await expectNothing(scene, (what) => ({ code: "ERR_POLICY_DENIED", context: { rule: rules[what] ?? "no-coins" } }));
  });

  it("but what the policy allows", async () => {
    const policy: PolicyOptions = {
      rules: [{ name: "few-tokens", asset: token, maxValue: 8n }],
      typedData: [{ primaryType: "Mail" }, { primaryType: "PermitSingle", verifyingContract: token, chainId }],
      delegates: [token],
    };
    const { signer, signatures } = await openOutbox(anvil, { policy });
    await permit(signer, 8n);
    await permitSingle(signer, 8n);
    // Taken back, it gives nobody anything.
    await permit(signer, 0n);
    await signer.signTypedData({}, mail.types, mail.value);
    await permitSingle(signer, 9n, token);
    await signer.authorize({ address: token, nonce: 0, chainId });
    expect(verifyMessage("hello", await signer.signMessage("hello"))).toBe(signer.address);
    expect(signatures()).toBe(7);
    expect(await thrownBy(() => permitSingle(signer, 9n))).toMatchObject({ context: { rule: "few-tokens" } });
    expect(await thrownBy(() => signer.authorize({ address: to, nonce: 0, chainId }))).toMatchObject({
      context: { rule: "delegates" },
    });
    expect(signatures()).toBe(7);
  });

  it("beyond a limit that permits count for, as what is sent does", async () => {
    const limit = { value: 10n, windowMs: 3_600_000, per: "user" } as const;
    const { signer } = await openOutbox(anvil, { policy: { rules: [{ name: "hourly", asset: token, limit }] } });
    await permit(signer, 6n);
    expect(await thrownBy(() => permitSingle(signer, 5n))).toMatchObject({ context: { rule: "hourly" } });
    await permitSingle(signer, 4n);
    expect(await thrownBy(() => permit(signer, 1n))).toMatchObject({ context: { rule: "hourly" } });
  });
});
