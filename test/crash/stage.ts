import type { Place } from "./points.ts";

/** Lets the places of a process do together what concerns the chain that they share. */
export interface Stage {
  /** Resolves when all that go on have come here, and `action` was done once. */
  meet(place: Place, action: () => Promise<unknown>): Promise<void>;
  /** A place has come to its end, in whatever way. */
  leave(place: Place): void;
  /** Resolves when nobody goes on. */
  readonly over: Promise<void>;
}

export function createStage(places: readonly Place[]): Stage {
  const gone = new Set<Place>();
  const waiting = new Map<Place, () => void>();
  let action: (() => Promise<unknown>) | undefined;
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });

  function look(): void {
    const active = places.filter((place) => !place.isDead && !gone.has(place));
    if (active.length === 0) {
      end();
      return;
    }
    if (action === undefined || !active.every((place) => waiting.has(place))) return;
    const [work, resolvers] = [action, [...waiting.values()]];
    action = undefined;
    waiting.clear();
    void work().finally(() => {
      for (const resolve of resolvers) resolve();
    });
  }

  for (const place of places) place.onDeath = look;
  return {
    over,
    meet: (place, work) =>
      new Promise((resolve) => {
        place.doing = `after "${place.doing}", meets the others`;
        action ??= work;
        waiting.set(place, resolve);
        look();
      }),
    leave: (place) => {
      gone.add(place);
      look();
    },
  };
}
