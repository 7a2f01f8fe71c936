import { createHash } from "node:crypto";
import type { TransferLog } from "../read/transfers.ts";
import { createNumberedWords } from "./number-words.ts";

/** Who has each id, by transfers in their order. Outside the heap, some 50 bytes an id and an owner. */
export interface TokenLedger {
  /** Ids that ever were, burned ones among them. */
  readonly size: number;
  /** Ids that somebody has. */
  readonly alive: number;
  /** Transfers whose sender was not the owner: a log before them is missing, or the contract lies. */
  readonly breaks: number;
  record(transfer: TransferLog): void;
  /** Ids ascending; the owner in lower case, undefined for a burned one. */
  tokens(): Generator<LedgerToken>;
  /** Who has tokens now, and how many. In the order of their first token. */
  owners(): Generator<{ readonly address: string; readonly tokens: number }>;
  /** The same after the same transfers. */
  digest(): string;
}

export interface LedgerToken {
  readonly id: bigint;
  readonly owner: string | undefined;
}

export function createLedger(): TokenLedger {
  const ids = createNumberedWords();
  const people = createNumberedWords();
  // The zero address is the first of them.
  const nobody = people.numberOf("0");
  let ownerAt = new Uint32Array(1024);
  let held = new Uint32Array(1024);
  const hash = createHash("sha256");
  let [alive, breaks] = [0, 0];

  const addressAt = (person: number): string => `0x${people.digitsAt(person).slice(24)}`;
  const hold = (person: number, change: 1 | -1): void => {
    held[person] = (held[person] ?? 0) + change;
    if (person !== nobody) alive += change;
  };

  return {
    get size() {
      return ids.size;
    },
    get alive() {
      return alive;
    },
    get breaks() {
      return breaks;
    },
    record: ({ id, from, to, block, index }) => {
      const known = ids.size;
      const place = ids.numberOf(id.toString(16));
      const isNew = place === known;
      ownerAt = roomFor(ownerAt, place);
      const before = isNew ? nobody : (ownerAt[place] ?? nobody);
      const after = people.numberOf(to.slice(2));
      held = roomFor(held, after);
      if (addressAt(before) !== from) breaks += 1;
      if (!isNew) hold(before, -1);
      hold(after, 1);
      ownerAt[place] = after;
      hash.update(`${String(block)}.${String(index)}.${String(id)}.${from}.${to};`);
    },
    tokens: function* () {
      for (const place of Uint32Array.from({ length: ids.size }, (_, index) => index).sort(ids.compare)) {
        const owner = ownerAt[place] ?? nobody;
        yield { id: BigInt(`0x${ids.digitsAt(place)}`), owner: owner === nobody ? undefined : addressAt(owner) };
      }
    },
    owners: function* () {
      for (let person = 0; person < people.size; person += 1) {
        const tokens = held[person] ?? 0;
        if (person !== nobody && tokens > 0) yield { address: addressAt(person), tokens };
      }
    },
    digest: () => hash.copy().digest("hex"),
  };
}

function roomFor(numbers: Uint32Array<ArrayBuffer>, place: number): Uint32Array<ArrayBuffer> {
  if (place < numbers.length) return numbers;
  const larger = new Uint32Array(2 * place);
  larger.set(numbers);
  return larger;
}
