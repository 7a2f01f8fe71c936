import { zeroAddress } from "../../inspection/scene/kip17-abi.ts";

/** What the logs tell of one id. */
export interface Trace {
  /** Times that it was minted. */
  readonly mints: number;
  /** Whom the first mint gave it to; undefined where there was none. */
  readonly firstOwner: string | undefined;
  /** Who has it after the last log; undefined where nobody has. */
  readonly owner: string | undefined;
  /** Whether it has changed hands, or was burned, since it was minted. */
  readonly hasMoved: boolean;
  /** Whether it was minted after the seal: by a minter, as the collection goes on. */
  readonly isLate: boolean;
  /** Whether a log names another sender than the owner that the logs before give. */
  readonly isBroken: boolean;
}

/** What the logs and the manifest tell of each id, in some forty bytes beside its own text. */
export interface TokenBook {
  /** Takes a Transfer log; in the chain's order. */
  record(log: { readonly id: bigint; readonly from: string; readonly to: string; readonly isLate: boolean }): void;
  traceOf(id: bigint): Trace | undefined;
  /** Says who should have it now, by the manifest and what happened since; undefined for nobody. */
  expect(id: bigint, owner: string | undefined): void;
  /** Whether `expect` was told of it. */
  isKnown(id: bigint): boolean;
  /** Who should have it; undefined for nobody, and where `expect` was not told. */
  expectedOwner(id: bigint): string | undefined;
  /** Remembers that it was seen. @returns whether it was before. */
  see(id: bigint): boolean;
  /** Ids that the logs name, or `expect` was told of. */
  named(): Iterable<bigint>;
  /** Ids that the logs name and `expect` was not told of. */
  strangers(): Iterable<bigint>;
  /** Tokens that should be alive. */
  alive(): Iterable<{ readonly id: bigint; readonly owner: string }>;
  wasSeen(id: bigint): boolean;
  aliveCount(): number;
  /** Everybody who had a token at some time or should have one, with how many they should have. */
  balances(): ReadonlyMap<string, number>;
}

const [late, broken, known, seen] = [1, 2, 4, 8];
const largestByte = 255;

export function createTokenBook(): TokenBook {
  // By text, whose hash is seeded: ids come from a contract.
  const slots = new Map<string, number>();
  const owners = new Map<string, number>([[zeroAddress, 0]]);
  const names = [zeroAddress];
  const columns = { mints: new Uint8Array(64), moves: new Uint8Array(64), flags: new Uint8Array(64) };
  const places = { first: new Uint32Array(64), now: new Uint32Array(64), expected: new Uint32Array(64) };

  const ownerNumber = (address: string): number => {
    const known = owners.get(address);
    if (known !== undefined) return known;
    owners.set(address, names.length);
    names.push(address);
    return names.length - 1;
  };
  const slotOf = (id: bigint): number => {
    const key = String(id);
    const found = slots.get(key);
    if (found !== undefined) return found;
    const slot = slots.size;
    slots.set(key, slot);
    if (slot === columns.flags.length) {
      for (const name of ["mints", "moves", "flags"] as const) columns[name] = doubled(columns[name]);
      for (const name of ["first", "now", "expected"] as const) places[name] = doubled(places[name]);
    }
    return slot;
  };
  const nameOf = (number: number | undefined): string | undefined => (number === 0 ? undefined : names[number ?? 0]);
  const has = (slot: number, flag: number): boolean => ((columns.flags[slot] ?? 0) & flag) !== 0;
  const set = (slot: number, flag: number): void => {
    columns.flags[slot] = (columns.flags[slot] ?? 0) | flag;
  };
  const count = (column: Uint8Array, slot: number): void => {
    column[slot] = Math.min((column[slot] ?? 0) + 1, largestByte);
  };
  function* named(): Generator<bigint> {
    for (const id of slots.keys()) yield BigInt(id);
  }
  function* strangers(): Generator<bigint> {
    for (const [id, slot] of slots) if (!has(slot, known)) yield BigInt(id);
  }
  const expectedIn = (slot: number): string | undefined =>
    has(slot, known) ? nameOf(places.expected[slot]) : undefined;
  function* alive(): Generator<{ readonly id: bigint; readonly owner: string }> {
    for (const [id, slot] of slots) {
      const owner = expectedIn(slot);
      if (owner !== undefined) yield { id: BigInt(id), owner };
    }
  }

  return {
    record: ({ id, from, to, isLate }) => {
      const slot = slotOf(id);
      if (places.now[slot] !== ownerNumber(from)) set(slot, broken);
      if (from === zeroAddress) {
        if (columns.mints[slot] === 0) {
          places.first[slot] = ownerNumber(to);
          if (isLate) set(slot, late);
        }
        count(columns.mints, slot);
      } else count(columns.moves, slot);
      places.now[slot] = ownerNumber(to);
    },
    traceOf: (id) => {
      const slot = slots.get(String(id));
      if (slot === undefined || (columns.mints[slot] === 0 && columns.moves[slot] === 0)) return undefined;
      return {
        mints: columns.mints[slot] ?? 0,
        firstOwner: nameOf(places.first[slot]),
        owner: nameOf(places.now[slot]),
        hasMoved: columns.moves[slot] !== 0,
        isLate: has(slot, late),
        isBroken: has(slot, broken),
      };
    },
    expect: (id, owner) => {
      const slot = slotOf(id);
      set(slot, known);
      places.expected[slot] = owner === undefined ? 0 : ownerNumber(owner);
    },
    isKnown: (id) => has(slots.get(String(id)) ?? -1, known),
    expectedOwner: (id) => expectedIn(slots.get(String(id)) ?? -1),
    wasSeen: (id) => has(slots.get(String(id)) ?? -1, seen),
    see: (id) => {
      const slot = slotOf(id);
      const before = has(slot, seen);
      set(slot, seen);
      return before;
    },
    named,
    strangers,
    alive,
    aliveCount: () => {
      let count = 0;
      for (const slot of slots.values()) if (expectedIn(slot) !== undefined) count += 1;
      return count;
    },
    balances: () => {
      const held = new Uint32Array(names.length);
      for (const slot of slots.values()) {
        const owner = has(slot, known) ? (places.expected[slot] ?? 0) : 0;
        held[owner] = (held[owner] ?? 0) + 1;
      }
      return new Map(names.slice(1).map((name, index) => [name, held[index + 1] ?? 0]));
    },
  };
}

function doubled<T extends Uint8Array | Uint32Array>(column: T): T;
function doubled(column: Uint8Array | Uint32Array): Uint8Array | Uint32Array {
  const larger = column instanceof Uint8Array ? new Uint8Array(column.length * 2) : new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}
