import { TypedDataEncoder, type TypedDataField } from "ethers";
import { describe, expect, it } from "vitest";
import { loadEthers } from "../../../src/chains/ethereum/ethers.ts";
import { grantsIn } from "../../../src/chains/ethereum/grants.ts";
import type { Grant } from "../../../src/ports/signing-request.ts";

// Budget of the file: 3 s.

const token = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const other = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const spender = "0x52908400098527886E0F7030069857D2E4169EE7";
const owner = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";
const permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const zero = `0x${"00".repeat(20)}`;
const most = 2n ** 256n - 1n;

type Types = Record<string, TypedDataField[]>;
type Message = Readonly<Record<string, unknown>>;

/** Structs as EIP-712 writes them: `Name(type name,...)` each. */
function structs(...written: readonly string[]): Types {
  return Object.fromEntries(
    written.map((each) => {
      const [name = "", fields = ""] = each.replace(/\)$/, "").split("(");
      const members = fields.split(",").map((field) => {
        const [type = "", named = ""] = field.split(" ");
        return { type, name: named };
      });
      return [name, members];
    }),
  );
}

const ethers = await loadEthers();

function grants(types: Types, message: Message, contract: string | null = token, chainId: number | null = 1) {
  const encoder = TypedDataEncoder.from(types);
  // What cannot be hashed is never asked for.
  encoder.hash({ ...message });
  const { primaryType } = encoder;
  return grantsIn(ethers, { types: encoder.types, primaryType, message, chainId, verifyingContract: contract });
}

const erc2612 = structs("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
const erc4494 = structs("Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)");
const dai = structs("Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)");
const details = "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)";
const permissions = "TokenPermissions(address token,uint256 amount)";
const transfer = "address spender,uint256 nonce,uint256 deadline";
const witness = "Order(address taker,uint256 price)";

const ofOwner = { owner, spender, value: 7n, nonce: 0, deadline: most };
const ofToken = { spender, tokenId: 7n, nonce: 0, deadline: most };
const ofHolder = { holder: owner, spender, nonce: 0, expiry: 0, allowed: true };
const detail = { token, amount: 5n, expiration: 1, nonce: 0 };
const permitted = { token, amount: 5n };
const rest = { spender, nonce: 0, deadline: most };
const order = { taker: owner, price: 1 };

const one = (kind: Grant["kind"], amount: bigint | null, of = token): Grant => ({ kind, token: of, spender, amount });

describe("permits that one contract takes", () => {
  it.each<readonly [string, Types, Message, readonly Grant[]]>([
    ["ERC-2612", erc2612, ofOwner, [one("permit", 7n)]],
    ["ERC-2612, of all", erc2612, { ...ofOwner, value: most }, [one("permit", most)]],
    [
      "ERC-2612, numbers as text and addresses in lower case",
      erc2612,
      { ...ofOwner, value: "0x07", spender: spender.toLowerCase() },
      [one("permit", 7n)],
    ],
    ["ERC-2612, taken back", erc2612, { ...ofOwner, value: "0" }, []],
    ["ERC-4494", erc4494, ofToken, [one("permit", 7n)]],
    ["ERC-4494, the token 0", erc4494, { ...ofToken, tokenId: 0 }, [one("permit", 0n)]],
    ["ERC-4494, taken back", erc4494, { ...ofToken, spender: zero }, []],
    ["DAI's", dai, ofHolder, [one("permit", null)]],
    ["DAI's, of something truthy", dai, { ...ofHolder, allowed: "false" }, [one("permit", null)]],
    ["DAI's, taken back", dai, { ...ofHolder, allowed: false }, []],
  ])("%s", (_, types, message, expected) => {
    expect(grants(types, message)).toEqual(expected);
    // They name a token's contract in the domain: Permit2 is none.
    expect(grants(types, message, permit2)).toBeNull();
  });
});

const single = structs(`PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)`, details);
const batch = structs(`PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)`, details);
const transferFrom = structs(`PermitTransferFrom(TokenPermissions permitted,${transfer})`, permissions);
const transferBatch = structs(`PermitBatchTransferFrom(TokenPermissions[] permitted,${transfer})`, permissions);
const witnessed = structs(
  `PermitWitnessTransferFrom(TokenPermissions permitted,${transfer},Order order)`,
  permissions,
  witness,
);
const witnessedBatch = structs(
  `PermitBatchWitnessTransferFrom(TokenPermissions[] permitted,${transfer},bytes32 witness)`,
  permissions,
);
const two = [permitted, { token: other, amount: most }];

describe("permits of Permit2", () => {
  it.each<readonly [string, Types, Message, readonly Grant[]]>([
    ["PermitSingle", single, { details: detail, spender, sigDeadline: 0 }, [one("permit2", 5n)]],
    ["PermitSingle, taken back", single, { details: { ...detail, amount: 0 }, spender, sigDeadline: 0 }, []],
    [
      "PermitBatch",
      batch,
      { details: [detail, { ...detail, token: other, amount: 2n ** 160n - 1n }], spender, sigDeadline: 0 },
      [one("permit2", 5n), one("permit2", 2n ** 160n - 1n, other)],
    ],
    ["PermitTransferFrom", transferFrom, { permitted, ...rest }, [one("permit2", 5n)]],
    [
      "PermitBatchTransferFrom",
      transferBatch,
      { permitted: two, ...rest },
      [one("permit2", 5n), one("permit2", most, other)],
    ],
    ["PermitBatchTransferFrom of nothing", transferBatch, { permitted: [], ...rest }, []],
    ["PermitWitnessTransferFrom", witnessed, { permitted, ...rest, order }, [one("permit2", 5n)]],
    [
      "PermitBatchWitnessTransferFrom",
      witnessedBatch,
      { permitted: two, ...rest, witness: `0x${"12".repeat(32)}` },
      [one("permit2", 5n), one("permit2", most, other)],
    ],
  ])("%s", (_, types, message, expected) => {
    expect(grants(types, message, permit2)).toEqual(expected);
    expect(grants(types, message, permit2.toLowerCase())).toEqual(expected);
    // Another contract may do anything with it.
    expect(grants(types, message, token)).toBeNull();
  });
});

describe("what only looks like a permit is not recognised:", () => {
  it.each<readonly [string, Types, Message]>([
    [
      "a field more",
      structs("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline,uint256 more)"),
      { ...ofOwner, more: 1 },
    ],
    ["a field less", structs("Permit(address owner,address spender,uint256 value,uint256 nonce)"), ofOwner],
    [
      "another order",
      structs("Permit(address spender,address owner,uint256 value,uint256 nonce,uint256 deadline)"),
      ofOwner,
    ],
    [
      "another type",
      structs("Permit(address owner,address spender,uint128 value,uint256 nonce,uint256 deadline)"),
      ofOwner,
    ],
    [
      "another name of a field",
      structs("Permit(address owner,address spender,uint256 amount,uint256 nonce,uint256 deadline)"),
      { ...ofOwner, amount: 7n },
    ],
    [
      "another name",
      structs("Permits(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
      ofOwner,
    ],
    ["no fields that are known", structs("Permit(bytes32 order)"), { order: `0x${"00".repeat(32)}` }],
    [
      "names that give the same text",
      {
        Permit: [
          { type: "address", name: "spender,uint256 tokenId" },
          { type: "uint256", name: "nonce" },
          { type: "uint256", name: "deadline" },
        ],
      },
      { "spender,uint256 tokenId": spender, nonce: 0, deadline: 0 },
    ],
    ["an order of a market", structs("Order(address taker,uint256 price)"), order],
  ])("%s", (_, types, message) => {
    expect(grants(types, message)).toBeNull();
  });

  it.each<readonly [string, Types, Message]>([
    [
      "other details",
      structs(
        "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)",
        "PermitDetails(address token,uint256 amount,uint48 expiration,uint48 nonce)",
      ),
      { details: detail, spender, sigDeadline: 0 },
    ],
    [
      "other permissions",
      structs(
        `PermitTransferFrom(TokenPermissions permitted,${transfer})`,
        "TokenPermissions(address token,uint160 amount)",
      ),
      { permitted, ...rest },
    ],
    [
      "no witness",
      structs(`PermitWitnessTransferFrom(TokenPermissions permitted,${transfer})`, permissions),
      { permitted, ...rest },
    ],
    [
      "two witnesses",
      structs(`PermitWitnessTransferFrom(TokenPermissions permitted,${transfer},uint256 a,uint256 b)`, permissions),
      { permitted, ...rest, a: 1, b: 1 },
    ],
    [
      "a witness where there is none",
      structs(`PermitTransferFrom(TokenPermissions permitted,${transfer},uint256 a)`, permissions),
      { permitted, ...rest, a: 1 },
    ],
    [
      "a list where there is none",
      structs(`PermitTransferFrom(TokenPermissions[] permitted,${transfer})`, permissions),
      { permitted: [permitted], ...rest },
    ],
  ])("of Permit2: %s", (_, types, message) => {
    expect(grants(types, message, permit2)).toBeNull();
  });

  it("what is for no contract, or for any chain", () => {
    expect(grants(erc2612, ofOwner, null)).toBeNull();
    expect(grants(erc2612, ofOwner, token, null)).toBeNull();
    expect(grants(erc2612, ofOwner, token, 0)).toBeNull();
    expect(grants(single, { details: detail, spender, sigDeadline: 0 }, permit2, null)).toBeNull();
  });
});

it("the structs are those of the standards: their type hashes are as published", () => {
  const hash = (types: Types): string => {
    const encoder = TypedDataEncoder.from(types);
    return ethers.id(encoder.encodeType(encoder.primaryType));
  };
  // EIP-2612 as OpenZeppelin has it, EIP-4494 as Uniswap v3's positions, DAI's contract.
  expect(hash(erc2612)).toBe("0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9");
  expect(hash(erc4494)).toBe("0x49ecf333e5b8c95c40fdafc95c1ad136e8914a8fb55e9dc8bb01eaa83a2df9ad");
  expect(hash(dai)).toBe("0xea2aa0a1be11a07ed86d755c93467f4f82362b452371d1ba94d1715123511acb");
  // Permit2's PermitHash.sol.
  expect(ethers.id(details)).toBe("0x65626cad6cb96493bf6f5ebea28756c966f023ab9e8a83a7101849d5573b3678");
  expect(hash(single)).toMatch(/^0xf3841cd1ff0085026a6327b620b67997ce40f282c88a8e905a7a5626e310/);
});
