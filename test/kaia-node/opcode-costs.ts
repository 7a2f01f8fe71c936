/**
 * What each opcode adds to a transaction's computation cost since Cancun, by the name anvil's traces use.
 * Spec: Kaia v2.2.1, params/computation_cost_params.go.
 */
const named: Readonly<Record<string, number>> = {
  ...{ ADD: 150, MUL: 200, SUB: 219, DIV: 404, SDIV: 360, MOD: 320, SMOD: 560, ADDMOD: 360, MULMOD: 700, EXP: 720 },
  ...{ SIGNEXTEND: 481, LT: 201, GT: 264, SLT: 176, SGT: 222, EQ: 220, ISZERO: 165, AND: 288, OR: 160, XOR: 454 },
  ...{ NOT: 364, BYTE: 589, SHL: 478, SHR: 498, SAR: 834, KECCAK256: 560, SHA3: 560 },
  ...{ ADDRESS: 284, BALANCE: 1_407, ORIGIN: 210, CALLER: 188, CALLVALUE: 149, GASPRICE: 131, SELFBALANCE: 374 },
  ...{ CALLDATALOAD: 596, CALLDATASIZE: 194, CALLDATACOPY: 100, CODESIZE: 145, CODECOPY: 898 },
  ...{ EXTCODESIZE: 1_481, EXTCODECOPY: 1_000, EXTCODEHASH: 1_000, RETURNDATASIZE: 10, RETURNDATACOPY: 40 },
  ...{ BLOCKHASH: 500, COINBASE: 189, TIMESTAMP: 265, NUMBER: 202, PREVRANDAO: 1_498, DIFFICULTY: 1_498 },
  ...{ GASLIMIT: 166, CHAINID: 120, BASEFEE: 198, BLOBHASH: 165, BLOBBASEFEE: 120 },
  ...{ POP: 140, MLOAD: 376, MSTORE: 288, MSTORE8: 230, MCOPY: 250, SLOAD: 2_550, SSTORE: 2_510, TLOAD: 220 },
  ...{ TSTORE: 280, JUMP: 253, JUMPI: 176, PC: 147, MSIZE: 137, GAS: 230, JUMPDEST: 10, PUSH0: 80 },
  ...{ LOG0: 100, LOG1: 500, LOG2: 500, LOG3: 500, LOG4: 500 },
  ...{ CREATE: 2_094, CREATE2: 10_000, CALL: 5_000, CALLCODE: 4_000, DELEGATECALL: 696, STATICCALL: 10_000 },
};
const dups = [190, 190, 176, 142, 177, 165, 147, 157, 138, 174, 141, 144, 157, 143, 237, 149];
const swaps = [141, 156, 145, 135, 115, 146, 199, 130, 160, 134, 147, 128, 121, 114, 197, 128];

/** STOP, RETURN, REVERT, SELFDESTRUCT and what does not exist cost nothing. */
export const opcodeCosts: ReadonlyMap<string, number> = new Map([
  ...Object.entries(named),
  ...Array.from({ length: 32 }, (_, index): [string, number] => [`PUSH${index + 1}`, 120]),
  ...dups.map((cost, index): [string, number] => [`DUP${index + 1}`, cost]),
  ...swaps.map((cost, index): [string, number] => [`SWAP${index + 1}`, cost]),
]);

/** What a precompile adds for so many bytes of input, for those whose cost follows from the length alone; others count as 0. */
export function precompileCost(address: bigint, inputLength: number): number {
  const words = Math.ceil(inputLength / 32);
  switch (address) {
    case 0x01n:
      return 113_150;
    case 0x02n:
      return 1_000 + words * 100;
    case 0x03n:
      return 100 + words * 10;
    case 0x06n:
      return 8_000;
    case 0x07n:
      return 100_000;
    case 0x08n:
      return 2_000_000 + Math.floor(inputLength / 192) * 1_000_000;
    case 0x0an:
      return 2_200_000;
    case 0x0bn:
      return 18_750;
    case 0x0dn:
      return 30_000;
    case 0x0fn:
      return 1_885_000 + Math.floor(inputLength / 384) * 1_630_000;
    case 0x10n:
      return 275_000;
    case 0x11n:
      return 1_190_000;
    case 0x100n:
      return 235_000;
    default:
      return 0;
  }
}
