import { anyone, type Attempt, type Kind, mostly, reasons, receiver, type Stage } from "./attempt.ts";
import type { Named } from "../behaviour/deployed.ts";
import { error } from "./errors.ts";
import type { Picker } from "./picker.ts";
import { zero } from "./state.ts";

/** The two roles, which differ in their names alone. */
const roles = {
  minter: { holders: "minters", added: "MinterAdded", removed: "MinterRemoved", not: error.notMinter },
  pauser: { holders: "pausers", added: "PauserAdded", removed: "PauserRemoved", not: error.notPauser },
} as const;

type Role = (typeof roles)[keyof typeof roles];

/** By a holder of the role, to anyone. */
function add(stage: Stage, pick: Picker, { holders, added, not }: Role, method: string): Attempt {
  const of = stage.model[holders];
  const sender = mostly(of, stage, pick);
  const to = receiver(stage, pick);
  return {
    from: sender,
    method,
    args: [to],
    errors: reasons([!of.has(sender), () => not(sender)]),
    events: of.has(to) ? [] : [[added, to]],
    apply: () => of.add(to),
  };
}

function renounce(stage: Stage, pick: Picker, { holders, removed, not }: Role, method: string): Attempt {
  const of = stage.model[holders];
  const sender = anyone(stage, pick);
  return {
    from: sender,
    method,
    args: [],
    errors: reasons([!of.has(sender), () => not(sender)]),
    events: [[removed, sender]],
    apply: () => of.delete(sender),
  };
}

/** By the owner alone, who gives and takes. */
function set(stage: Stage, pick: Picker, { holders, added, removed }: Role, method: string): Attempt {
  const { model } = stage;
  const of = model[holders];
  const sender = mostly([model.owner], stage, pick);
  const to = receiver(stage, pick);
  const on = !pick.once(3);
  const event: Named = [on ? added : removed, to];
  return {
    from: sender,
    method,
    args: [to, on],
    errors: reasons([sender !== model.owner, () => error.notOwner(sender)]),
    events: of.has(to) === on ? [] : [event],
    apply: () => {
      if (on) of.add(to);
      else of.delete(to);
    },
  };
}

function pausing(stage: Stage, pick: Picker, on: boolean): Attempt {
  const { model } = stage;
  const sender = mostly(model.pausers, stage, pick);
  return {
    from: sender,
    method: on ? "pause" : "unpause",
    args: [],
    errors: reasons(
      [!model.pausers.has(sender), () => error.notPauser(sender)],
      [model.paused === on, on ? error.paused : error.notPaused],
    ),
    events: [[on ? "Paused" : "Unpaused", sender]],
    apply: () => {
      model.paused = on;
    },
  };
}

export const roleKinds = {
  addMinter: (stage, pick) => add(stage, pick, roles.minter, "addMinter"),
  addPauser: (stage, pick) => add(stage, pick, roles.pauser, "addPauser"),
  renounceMinter: (stage, pick) => renounce(stage, pick, roles.minter, "renounceMinter"),
  renouncePauser: (stage, pick) => renounce(stage, pick, roles.pauser, "renouncePauser"),
  setMinter: (stage, pick) => set(stage, pick, roles.minter, "setMinter"),
  setPauser: (stage, pick) => set(stage, pick, roles.pauser, "setPauser"),
  pause: (stage, pick) => pausing(stage, pick, true),
  unpause: (stage, pick) => pausing(stage, pick, false),

  transferOwnership: (stage, pick) => {
    const { model } = stage;
    const sender = mostly([model.owner], stage, pick);
    const to = receiver(stage, pick);
    return {
      from: sender,
      method: "transferOwnership",
      args: [to],
      errors: reasons([sender !== model.owner, () => error.notOwner(sender)]),
      events: [["OwnershipTransferStarted", model.owner, to]],
      apply: () => {
        model.pendingOwner = to;
      },
    };
  },

  acceptOwnership: (stage, pick) => {
    const { model } = stage;
    const sender = mostly(model.pendingOwner === zero ? [] : [model.pendingOwner], stage, pick);
    return {
      from: sender,
      method: "acceptOwnership",
      args: [],
      errors: reasons([sender !== model.pendingOwner, () => error.notOwner(sender)]),
      events: [["OwnershipTransferred", model.owner, sender]],
      apply: () => {
        model.owner = sender;
        model.pendingOwner = zero;
      },
    };
  },
} satisfies Readonly<Record<string, Kind>>;
