import { anyone, type Attempt, type Kind, mostly, reasons, receiver, type Stage, tokenId } from "./attempt.ts";
import { someUri } from "./attempts-mint.ts";
import { error } from "./errors.ts";
import type { Picker } from "./picker.ts";
import { largest } from "./state.ts";

function locking(stage: Stage, pick: Picker, on: boolean): Attempt {
  const { model } = stage;
  const id = tokenId(stage, pick);
  const token = model.tokens.get(id);
  const sender = mostly(model.minters, stage, pick);
  return {
    from: sender,
    method: on ? "lock" : "unlock",
    args: [id],
    errors: reasons(
      [!model.minters.has(sender), () => error.notMinter(sender)],
      [token === undefined, () => error.nonexistent(id)],
      [token?.locked === on, () => (on ? error.locked(id) : error.notLocked(id))],
    ),
    events: [[on ? "Locked" : "Unlocked", id]],
    apply: () => {
      if (token !== undefined) token.locked = on;
    },
  };
}

export const extraKinds = {
  lock: (stage, pick) => locking(stage, pick, true),
  unlock: (stage, pick) => locking(stage, pick, false),

  permit: (stage, pick) => {
    const { model, accounts, now } = stage;
    const id = tokenId(stage, pick);
    const token = model.tokens.get(id);
    const spender = receiver(stage, pick);
    const expired = pick.once(12);
    const deadline = expired ? now - 1n - BigInt(pick.below(1000)) : pick.once(2) ? largest : now + 1_000_000n;
    const nonce = model.nonces.get(id) ?? 0n;
    const stale = pick.once(12);
    // The contract's signatures are those of the first account's key.
    const [first] = accounts;
    const owner = token?.owner === stage.contract ? first : accounts.find(({ address }) => address === token?.owner);
    const signer = owner === undefined || pick.once(10) ? pick.from(accounts) : owner;
    const permit = { spender, tokenId: id, nonce: stale ? nonce + 1n : nonce, deadline };
    const wrong = stale || signer !== owner;
    return {
      from: anyone(stage, pick),
      method: "permit",
      args: [spender, id, deadline, stage.signPermit(signer, permit)],
      errors: reasons(
        [model.paused, error.paused],
        [token === undefined, () => error.nonexistent(id)],
        [expired, () => error.expired(deadline)],
        [wrong && token !== undefined, () => error.permit(token?.owner ?? "")],
      ),
      events: [["Approval", token?.owner, spender, id]],
      apply: () => {
        if (token === undefined) return;
        token.approved = spender;
        model.nonces.set(id, nonce + 1n);
      },
    };
  },

  setTokenURI: (stage, pick) => {
    const { model } = stage;
    const id = tokenId(stage, pick);
    const token = model.tokens.get(id);
    const sender = mostly([model.owner], stage, pick);
    const uri = pick.once(12) ? "k".repeat(8193) : someUri(pick);
    return {
      from: sender,
      method: "setTokenURI",
      args: [id, uri],
      errors: reasons(
        [sender !== model.owner, () => error.notOwner(sender)],
        [token === undefined, () => error.nonexistent(id)],
        [uri.length > 8192, () => error.uriTooLong(uri.length)],
      ),
      events: [["MetadataUpdate", id]],
      apply: () => {
        if (token !== undefined) token.uri = uri;
      },
    };
  },

  setBaseURI: (stage, pick) => {
    const { model } = stage;
    const sender = mostly([model.owner], stage, pick);
    const [base, suffix] = [someUri(pick), pick.from(["", ".json"])];
    return {
      from: sender,
      method: "setBaseURI",
      args: [base, suffix],
      errors: reasons([sender !== model.owner, () => error.notOwner(sender)]),
      events: [["BatchMetadataUpdate", 0n, largest]],
      apply: () => {
        model.base = base;
        model.suffix = suffix;
      },
    };
  },

  setContractURI: (stage, pick) => {
    const { model } = stage;
    const sender = mostly([model.owner], stage, pick);
    const uri = someUri(pick);
    return {
      from: sender,
      method: "setContractURI",
      args: [uri],
      errors: reasons([sender !== model.owner, () => error.notOwner(sender)]),
      events: [["ContractURIUpdated"]],
      apply: () => {
        model.contractUri = uri;
      },
    };
  },
} satisfies Readonly<Record<string, Kind>>;
