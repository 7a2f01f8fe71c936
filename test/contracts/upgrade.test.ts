import { getStorageUpgradeErrors } from "@openzeppelin/upgrades-core";
import { Interface, keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileContracts, inputsOf } from "../../scripts/contracts-compile.ts";
import {
  bytecodeOf,
  erc1967ProxyAbi,
  kip17CollectionAbi,
  kip17CollectionUpgradeableAbi,
} from "../../src/contracts/index.ts";
import { startChain, type TestChain } from "./behaviour/chain.ts";
import { deployCode, type Deployed, deployedAt } from "./behaviour/deployed.ts";
import { check, type Checked, placesOf } from "./upgrade-layout.ts";

const preset = "KIP17CollectionUpgradeable";

describe("what the upgradeable preset keeps", { timeout: 120_000 }, () => {
  let checked: Checked;
  let sources: Readonly<Record<string, { readonly content: string }>>;
  /** The preset with two mistakes: an initial value, and a variable that was put before another. */
  let mistaken: Checked;
  beforeAll(async () => {
    const [compiled] = await inputsOf([`contracts/${preset}.sol`]);
    if (compiled === undefined) throw new Error("There is no input.");
    sources = compiled.input.sources;
    checked = await check(compiled.input, preset);
    mistaken = await check(compiled.input, preset, (source, text) =>
      (source === compiled.source
        ? text.replace(/(\bcontract \w+[^{]*\{)/, "$1 uint256 private _x = 1;")
        : text
      ).replaceAll(/(@custom:storage-location erc7201:latchkey[^{]*struct \w+ \{)/g, "$1 uint256 inserted;"),
    );
  }, 120_000);

  it("is safe by OpenZeppelin's upgrade checks", () => {
    expect(checked.faults).toEqual([]);
    expect(mistaken.faults).toEqual(["state-variable-assignment"]);
  });

  it("lies in namespaces alone, where it lay before", async () => {
    const places = placesOf(checked.layout);
    expect(places["own slots"]).toEqual({});
    await expect(`${JSON.stringify(places, null, 2)}\n`).toMatchFileSnapshot("upgrade-layout.json");
  });

  it("lies at the slots that ERC-7201 gives to the names", () => {
    const named = Object.values(sources).flatMap(({ content }) => {
      const [, name] = /@custom:storage-location erc7201:(latchkey[\w.]*)/.exec(content) ?? [];
      const [, slot] = /constant \w+_STORAGE = (0x[0-9a-f]{64});/.exec(content) ?? [];
      return name === undefined ? [] : [[name, slot] as const];
    });
    expect(named.length).toBe(Object.keys(placesOf(checked.layout)).filter((name) => name.includes("latchkey")).length);
    for (const [name, slot] of named) {
      const hash = BigInt(keccak256(toBeHex(BigInt(keccak256(toUtf8Bytes(name))) - 1n, 32)));
      expect([name, slot]).toEqual([name, toBeHex(hash & ~0xffn, 32)]);
    }
  });

  it("would be reported, were a variable put before another", () => {
    expect(getStorageUpgradeErrors(checked.layout, mistaken.layout).length).toBeGreaterThan(0);
    expect(getStorageUpgradeErrors(checked.layout, checked.layout)).toEqual([]);
  });
});

describe("an upgrade", { timeout: 60_000 }, () => {
  let chain: TestChain;
  let restore: () => Promise<void>;
  let implementation: Deployed;
  let collection: Deployed;
  let next: Deployed;
  let owner: string;
  let stranger: string;
  let holder: string;

  const abi = new Interface(kip17CollectionUpgradeableAbi);
  const settings = (): readonly unknown[] => ["Tickets", "TKT", owner, 1n, 1000n];

  beforeAll(async () => {
    chain = await startChain();
    [owner = "", stranger = "", holder = ""] = chain.accounts.map(({ address }) => address);
    implementation = await deployCode(chain, abi, await bytecodeOf(preset), []);
    const call = implementation.data("initialize", ...settings());
    const proxyAbi = new Interface(erc1967ProxyAbi);
    const proxy = await deployCode(chain, proxyAbi, await bytecodeOf("ERC1967Proxy"), [implementation.address, call]);
    collection = deployedAt(chain, abi, proxy.address);
    const [upgraded] = await compileContracts(["test/contracts/solidity/UpgradedCollection.sol"]);
    if (upgraded === undefined) throw new Error("The next version was not compiled.");
    next = await deployCode(chain, new Interface(JSON.stringify(upgraded.abi)), upgraded.bytecode, []);
    await collection.send(owner, "mintBatch", [holder, owner, holder], [5n, 6n, 2n ** 255n]);
    await collection.send(owner, "mintWithTokenURI", holder, 7n, "ipfs://seven");
    await collection.send(holder, "approve", stranger, 5n);
    await collection.send(owner, "setBaseURI", "https://tickets.example/", ".json");
    await collection.send(owner, "setDefaultRoyalty", stranger, 250n);
    await collection.send(owner, "lock", 6n);
    await collection.send(owner, "addMinter", stranger);
    restore = await chain.snapshot();
  }, 120_000);
  afterAll(() => chain.close());

  const reads: readonly (readonly [string, ...unknown[]])[] = [
    ["name"],
    ["symbol"],
    ["owner"],
    ["totalSupply"],
    ["denseWindow"],
    ["tokenURI", 5n],
    ["tokenURI", 7n],
    ["getApproved", 5n],
    ["locked", 6n],
    ["royaltyInfo", 5n, 10_000n],
    ["paused"],
    ["DOMAIN_SEPARATOR"],
  ];
  async function state(): Promise<readonly unknown[]> {
    const views: unknown[] = [];
    for (const [method, ...args] of reads) views.push(await collection.read(method, ...args));
    for (const account of [owner, holder, stranger]) {
      views.push(await collection.read("balanceOf", account), await collection.read("isMinter", account));
    }
    for (const index of [0n, 1n, 2n, 3n]) views.push(await collection.read("tokenByIndex", index));
    for (const index of [0n, 1n, 2n]) views.push(await collection.read("tokenOfOwnerByIndex", holder, index));
    return views;
  }

  it("keeps every state, and brings what is new", async () => {
    await restore();
    const before = await state();
    expect(before).toContain("ipfs://seven");
    const events = await collection.send(owner, "upgradeToAndCall", next.address, "0x");
    expect(events).toContainEqual(["Upgraded", next.address]);
    expect(await state()).toEqual(before);
    expect(await deployedAt(chain, next.abi, collection.address).read("version")).toBe(2n);
    await collection.send(stranger, "mint", stranger, 8n);
    expect(await collection.read("ownerOf", 8n)).toBe(stranger);
  });

  it("is refused to anybody but the owner, a minter too", async () => {
    await restore();
    const before = await state();
    for (const from of [stranger, holder]) {
      expect(await collection.refusal(from, "upgradeToAndCall", next.address, "0x")).toEqual([
        "OwnableUnauthorizedAccount",
        from,
      ]);
    }
    expect(await state()).toEqual(before);
  });

  it("goes with the ownership, and not before that is accepted", async () => {
    await restore();
    await collection.send(owner, "transferOwnership", stranger);
    expect((await collection.refusal(stranger, "upgradeToAndCall", next.address, "0x"))[0]).toBe(
      "OwnableUnauthorizedAccount",
    );
    await collection.send(stranger, "acceptOwnership");
    expect((await collection.refusal(owner, "upgradeToAndCall", next.address, "0x"))[0]).toBe(
      "OwnableUnauthorizedAccount",
    );
    await collection.send(stranger, "upgradeToAndCall", next.address, "0x");
  });

  it("is refused to what is no UUPS implementation: an account, another contract, a proxy", async () => {
    await restore();
    const plain = await deployCode(
      chain,
      new Interface(kip17CollectionAbi),
      await bytecodeOf("KIP17Collection"),
      settings(),
    );
    for (const address of [holder, plain.address, collection.address]) {
      const [error] = await collection.refusal(owner, "upgradeToAndCall", address, "0x");
      expect(error).toBe(address === holder ? "raw" : "ERC1967InvalidImplementation");
    }
    expect(await collection.read("ownerOf", 5n)).toBe(holder);
  });

  it("leaves no way to initialise twice", async () => {
    await restore();
    const again = (): Promise<readonly unknown[]> => collection.refusal(stranger, "initialize", ...settings());
    expect(await again()).toEqual(["InvalidInitialization"]);
    await collection.send(owner, "upgradeToAndCall", next.address, "0x");
    expect(await again()).toEqual(["InvalidInitialization"]);
    expect(await collection.read("owner")).toBe(owner);
  });

  it("leaves the implementation itself locked", async () => {
    await restore();
    expect(await implementation.refusal(owner, "initialize", ...settings())).toEqual(["InvalidInitialization"]);
    expect(await implementation.refusal(owner, "upgradeToAndCall", next.address, "0x")).toEqual([
      "UUPSUnauthorizedCallContext",
    ]);
    expect((await implementation.refusal(owner, "mint", owner, 1n))[0]).not.toBe("raw");
  });
});
