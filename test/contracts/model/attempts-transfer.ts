import { anyone, type Attempt, freeId, type Kind, mover, reasons, receiver, type Stage, tokenId } from "./attempt.ts";
import { error } from "./errors.ts";
import type { Picker } from "./picker.ts";
import { isOperator, mayMove, zero } from "./state.ts";

/** A transfer of any kind that asks for a right; what a receiver says to it is told apart. */
function transfer(stage: Stage, pick: Picker, method: string, safe: boolean, data: readonly string[] = []): Attempt {
  const { model } = stage;
  const id = tokenId(stage, pick);
  const token = model.tokens.get(id);
  const sender = mover(stage, pick, token);
  const from = token === undefined || pick.once(15) ? anyone(stage, pick) : token.owner;
  const to = receiver(stage, pick);
  return {
    from: sender,
    method,
    args: [from, to, id, ...data],
    errors: [
      ...reasons(
        [model.paused, error.paused],
        [to === zero, () => error.receiver(zero)],
        [token === undefined, () => error.nonexistent(id)],
        [safe && to === stage.contract, () => error.receiver(to)],
      ),
      ...(token === undefined
        ? []
        : reasons(
            [token.locked, () => error.locked(id)],
            [token.owner !== from, () => error.incorrectOwner(from, id, token.owner)],
            [!mayMove(model, token, sender), () => error.insufficientApproval(sender, id)],
          )),
    ],
    events: [["Transfer", from, to, id]],
    apply: () => {
      if (token === undefined) return;
      token.owner = to;
      token.approved = zero;
      countUp(stage, id);
    },
  };
}

/** What was signed for a token is void once it has moved. */
function countUp({ model }: Stage, id: bigint): void {
  model.nonces.set(id, (model.nonces.get(id) ?? 0n) + 1n);
}

export const transferKinds = {
  transferFrom: (stage, pick) => transfer(stage, pick, "transferFrom", false),
  safeTransferFrom: (stage, pick) => transfer(stage, pick, "safeTransferFrom(address,address,uint256)", true),
  safeTransferFromWithData: (stage, pick) =>
    transfer(stage, pick, "safeTransferFrom(address,address,uint256,bytes)", true, ["0x1234"]),

  approve: (stage, pick) => {
    const { model } = stage;
    const id = tokenId(stage, pick);
    const token = model.tokens.get(id);
    const sender = mover(stage, pick, token);
    const to = receiver(stage, pick);
    return {
      from: sender,
      method: "approve",
      args: [to, id],
      errors: [
        ...reasons([model.paused, error.paused], [token === undefined, () => error.nonexistent(id)]),
        ...(token === undefined
          ? []
          : reasons([sender !== token.owner && !isOperator(model, token.owner, sender), () => error.approver(sender)])),
      ],
      events: [["Approval", token?.owner, to, id]],
      apply: () => {
        if (token !== undefined) token.approved = to;
      },
    };
  },

  setApprovalForAll: (stage, pick) => {
    const { model } = stage;
    const sender = anyone(stage, pick);
    const operator = receiver(stage, pick);
    const on = !pick.once(3);
    return {
      from: sender,
      method: "setApprovalForAll",
      args: [operator, on],
      errors: reasons([model.paused, error.paused], [operator === zero, () => error.operator(zero)]),
      events: [["ApprovalForAll", sender, operator, on]],
      apply: () => {
        const pair = `${sender}>${operator}`;
        if (on) model.operators.add(pair);
        else model.operators.delete(pair);
      },
    };
  },

  burn: (stage, pick) => {
    const { model } = stage;
    const id = pick.once(10) ? freeId(stage, pick) : tokenId(stage, pick);
    const token = model.tokens.get(id);
    const sender = mover(stage, pick, token);
    return {
      from: sender,
      method: "burn",
      args: [id],
      errors: [
        ...reasons([model.paused, error.paused], [token === undefined, () => error.nonexistent(id)]),
        ...(token === undefined
          ? []
          : reasons(
              [token.locked, () => error.locked(id)],
              [!mayMove(model, token, sender), () => error.insufficientApproval(sender, id)],
            )),
      ],
      events: [["Transfer", token?.owner, zero, id]],
      apply: () => {
        model.tokens.delete(id);
        countUp(stage, id);
      },
    };
  },
} satisfies Readonly<Record<string, Kind>>;
