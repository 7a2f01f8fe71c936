import { Interface, verifyTypedData } from "ethers";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { latchkeyAccounts } from "../../src/hardhat/latchkey-accounts.ts";
import type { Signer } from "../../src/ports/signer.ts";
import type { SigningRequest } from "../../src/ports/signing-request.ts";
import type { PolicyOptions } from "../../src/transactions/policy/rules.ts";
import { openOutbox, type OutboxScene } from "../chains/evm/ethers-outbox-scene.ts";
import { keySigner } from "../chains/evm/ethers-parts.ts";
import { rejectedBy } from "../chains/refused.ts";
import { type Anvil, startAnvil } from "../harness/anvil.ts";
import { closeAll, closing, connect, edr } from "./accounts-connections.ts";
import { type Ask, ether, friend } from "./accounts-scene.ts";

// What Hardhat's accounts sign is asked of the policy. Budget of the file: 15 s, a node's start and Hardhat's included.

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil({ args: ["--hardfork", "prague"] });
});
afterAll(() => anvil.stop());
afterEach(() => closeAll(closing));

const token = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const erc20 = new Interface(["function transfer(address to, uint256 value)"]);
const data = erc20.encodeFunctionData("transfer", [friend, 9n]);

function permitOf(owner: string, value: number) {
  return {
    domain: { name: "Token", chainId: 31_337, verifyingContract: token },
    types: {
      EIP712Domain: [
        { name: "name", type: "string" },
        { name: "chainId", type: "uint256" },
        { name: "verifyingContract", type: "address" },
      ],
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
      // Declared, and not signed.
      Unused: [{ name: "of", type: "Permit" }],
    },
    primaryType: "Permit",
    message: { owner, spender: friend, value, nonce: 0, deadline: 1 },
  };
}

const mail = {
  domain: {},
  types: { Mail: [{ name: "to", type: "address" }] },
  primaryType: "Mail",
  message: { to: friend },
};

it("each signature is asked for with what it is of", async () => {
  const inner = keySigner("46".repeat(32));
  const told: (SigningRequest | undefined)[] = [];
  const signDigest: Signer["signDigest"] = (digest, request) => {
    told.push(request);
    return inner.signDigest(digest, request);
  };
  const ask = await connect(() => Promise.resolve([{ address: inner.address, signDigest }]));
  await ask("hardhat_setBalance", inner.address, ether);
  await ask("eth_sendTransaction", { to: token, data, value: "0x5" });
  await ask("eth_sendTransaction", { data: "0x00" });
  await ask("personal_sign", "0x1234", inner.address);
  await ask("eth_sign", inner.address, "0x5678");
  await ask("eth_signTypedData_v4", inner.address, permitOf(inner.address, 9));
  await ask("eth_signTypedData_v4", inner.address, JSON.stringify(mail));
  const grants = [{ kind: "permit", token, spender: friend, amount: 9n }];
  const typed = { kind: "typed-data", chainId: 31_337, verifyingContract: token, primaryType: "Permit", grants };
  expect(told).toMatchObject([
    {
      kind: "transaction",
      chainId: 31_337,
      intent: { kind: "data", to: token, value: 5n, data, function: "transfer(address,uint256)" },
    },
    { kind: "transaction", chainId: 31_337, intent: { kind: "deploy", to: null, value: 0n, data: "0x00" } },
    { kind: "message", bytes: Uint8Array.of(0x12, 0x34) },
    { kind: "message", bytes: Uint8Array.of(0x56, 0x78) },
    typed,
    { kind: "typed-data", chainId: null, verifyingContract: null, primaryType: "Mail", grants: null },
  ]);
});

async function connected(policy?: PolicyOptions): Promise<{ readonly ask: Ask; readonly scene: OutboxScene }> {
  const scene = await openOutbox(anvil, policy === undefined ? {} : { policy });
  const ask = await connect(() => Promise.resolve([scene.account]), { type: "http", url: anvil.url });
  return { ask, scene };
}

const attempts: readonly (readonly [string, string, (ask: Ask, own: string) => Promise<unknown>])[] = [
  ["a transfer", "no-coins", (ask) => ask("eth_sendTransaction", { to: friend, value: "0x2" })],
  ["a token's transfer", "few-tokens", (ask) => ask("eth_sendTransaction", { to: token, data })],
  ["a deployment", "no-coins", (ask) => ask("eth_sendTransaction", { data: "0x00", value: "0x2", gas: "0x186a0" })],
  ["a message", "messages", (ask, own) => ask("personal_sign", "0x12", own)],
  ["a message by eth_sign", "messages", (ask, own) => ask("eth_sign", own, "0x12")],
  ["a permit", "few-tokens", (ask, own) => ask("eth_signTypedData_v4", own, permitOf(own, 9))],
  ["typed data", "typedData", (ask, own) => ask("eth_signTypedData_v4", own, mail)],
];

it("of a frozen wallet nothing is signed, nor under a policy that forbids it", async () => {
  const policy: PolicyOptions = {
    rules: [
      { name: "no-coins", maxValue: 1n },
      { name: "few-tokens", asset: token, maxValue: 8n },
    ],
    messages: "deny",
  };
  const { ask, scene } = await connected(policy);
  const own = scene.account.address;
  for (const [what, rule, attempt] of attempts) {
    const error = await rejectedBy(attempt(ask, own), "ERR_POLICY_DENIED");
    expect(error.context["rule"], what).toBe(rule);
  }
  await scene.latchkey.policy.freeze({ user: "alice" }, "a stolen phone");
  for (const [, , attempt] of attempts) await rejectedBy(attempt(ask, own), "ERR_POLICY_FROZEN");
  expect(scene.signatures()).toBe(0);
  expect(Number(await ask("eth_getTransactionCount", own, "pending"))).toBe(0);
});

it("what the policy allows is signed", async () => {
  const { ask, scene } = await connected({ rules: [{ name: "few-tokens", asset: token, maxValue: 9n }] });
  const own = scene.account.address;
  expect(await ask("eth_sendTransaction", { to: token, data })).toMatch(/^0x/);
  const { domain, types, message } = permitOf(own, 9);
  const signature = String(await ask("eth_signTypedData_v4", own, permitOf(own, 9)));
  expect(verifyTypedData(domain, { Permit: types.Permit }, message, signature)).toBe(own);
  expect(scene.signatures()).toBe(2);
});

it("the plugin takes a service's account as well", async () => {
  const { latchkey } = await openOutbox(anvil);
  const service = await latchkey.service("deployer", keySigner("46".repeat(32)));
  const ask = await connect(() => Promise.resolve([service.accounts.main]), edr);
  expect(await ask("eth_accounts")).toHaveProperty("0", service.address.toLowerCase());
  expect(latchkeyAccounts({ signers: () => Promise.resolve([service.accounts.main]) }).id).toContain("latchkey");
});
