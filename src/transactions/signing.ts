import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { PreparedTransaction, SignedTransaction } from "../ports/chain-adapter.ts";
import type { RowMacKey, RowOwner } from "../ports/row-macs.ts";
import type { RecoverableSignature, Signer } from "../ports/signer.ts";
import { askPolicy } from "./ask-policy.ts";
import { type Candidate, type Funds, isTerminal, ownerName, type Ready, type Signed } from "./candidates.ts";
import { isCancelAuthorised, isSound } from "./authority.ts";
import { isDestination } from "./destination.ts";
import { cancelled } from "./handle.ts";
import type { LaneParts } from "./lane-state.ts";
import { ownerAt, parseBranch, withKeys } from "./lease-keys.ts";
import { moveUp, prepareAll } from "./prepare-candidates.ts";
import { type Attempt, attemptMacFields, attemptMacTable } from "./record.ts";
import { troubleOf } from "./status.ts";

/**
 * Signs queued transactions under consecutive nonces: checks their MACs and deadlines, asks the node for gas and the policy for its word,
 * and then the keys. Nothing is stored or sent here but what the policy counts.
 *
 * @param funds - the sender's balance, and what its transactions in flight may still take from it.
 */
export async function signCandidates(
  parts: LaneParts,
  candidates: readonly Candidate[],
  firstNonce: number,
  funds: Funds,
): Promise<Signed> {
  const owners = new Map<string, RowOwner>();
  for (const { record, sender } of candidates) {
    const branch = parseBranch(record.macBranch, parts.tenant);
    if (branch !== undefined) owners.set(ownerName(record), ownerAt(sender.owner, branch));
  }
  return await withKeys(parts.macs, owners, async (keys, failures) => {
    const refused: Signed["refused"][number][] = [];
    const sound: Candidate[] = [];
    let held: Signed["held"];
    for (const candidate of candidates) {
      const error = faultOf(parts, candidate, keys, failures);
      if (error === undefined) sound.push(candidate);
      else if (isTerminal(error)) refused.push({ candidate, trouble: troubleOf(error) });
      else {
        held = { candidate, trouble: troubleOf(error), needed: null };
        break;
      }
    }
    const prepared = await prepareAll(parts, sound, firstNonce, funds);
    refused.push(...prepared.refused);
    held = prepared.held ?? held;
    const allowed = await askPolicy(parts, prepared.ready, keys);
    refused.push(...allowed.refused);
    // Who was refused left a nonce free: those behind move up.
    const moved = allowed.refused.length === 0 ? allowed.ready : await moveUp(parts, allowed.ready, firstNonce);
    const signed = await signAll(parts, moved, keys);
    refused.push(...signed.refused);
    return { attempts: signed.attempts, refused, held: signed.held ?? held };
  });
}

/** Whether the row is what was authorised, and in time. */
function faultOf(
  { tenant, clock }: LaneParts,
  { record, previous, isMined, isWhole }: Candidate,
  keys: ReadonlyMap<string, RowMacKey>,
  failures: ReadonlyMap<string, unknown>,
): unknown {
  const name = ownerName(record);
  const key = keys.get(name);
  if (key === undefined) return failures.get(name) ?? tampered(record.id);
  // What was signed and may be mined is not queued: somebody has put its row back.
  if (isMined || !isSound({ record, attempts: previous, mined: null, isWhole }, key, tenant))
    return tampered(record.id);
  // It was cancelled at the moment at which another transaction took its nonce.
  if (record.isCancelRequested) return isCancelAuthorised(record, key) ? cancelled(record.id) : tampered(record.id);
  if (record.deadlineAt !== null && clock.now() >= record.deadlineAt) return tooLate(record.id);
  return undefined;
}

async function signAll(
  parts: LaneParts,
  ready: readonly Ready[],
  keys: ReadonlyMap<string, RowMacKey>,
): Promise<Signed> {
  const settled = await Promise.allSettled(ready.map((each) => signOne(parts, each.candidate, each.prepared)));
  const attempts: Signed["attempts"][number][] = [];
  for (const [index, { candidate, prepared }] of ready.entries()) {
    const outcome = settled[index];
    const key = keys.get(ownerName(candidate.record));
    if (outcome?.status === "fulfilled" && key !== undefined) {
      const number = (candidate.previous.at(-1)?.number ?? 0) + 1;
      attempts.push({ candidate, attempt: attemptOf(parts, candidate, prepared, outcome.value, key, number) });
      continue;
    }
    // Those behind it have nonces that would leave a gap: they are signed anew when their turn comes.
    const reason: unknown = outcome?.status === "rejected" ? outcome.reason : undefined;
    const trouble = troubleOf(reason);
    return isTerminal(reason)
      ? { attempts, refused: [{ candidate, trouble }], held: undefined }
      : { attempts, refused: [], held: { candidate, trouble, needed: null } };
  }
  return { attempts, refused: [], held: undefined };
}

/**
 * Asks the sender's key, and the fee payer's where there is one.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID` the bytes go elsewhere than the intent; what the signers throw.
 */
export async function signOne(
  { chain }: Pick<LaneParts, "chain">,
  { record, sender }: Pick<Candidate, "record" | "sender">,
  prepared: PreparedTransaction,
  intent = record.payload.intent,
): Promise<SignedTransaction> {
  if (!isDestination(intent, prepared.to)) throw destinationChanged();
  const { feePayer } = prepared;
  const signing = [
    signatureOf(sender.signer, prepared, { kind: "transaction", chainId: chain.chainId, intent }),
    ...(feePayer === undefined
      ? []
      : [
          feePayer.signer.signDigest(feePayer.digest, {
            kind: "fee",
            chainId: chain.chainId,
            from: sender.key.address,
            maxFee: feePayer.maxFee,
          }),
        ]),
  ] as const;
  // Both are waited for, also when one has failed: nothing is signed behind anybody's back.
  await Promise.allSettled(signing);
  return prepared.assemble(...(await Promise.all(signing)));
}

function signatureOf(
  signer: Signer,
  { digest, unsigned }: PreparedTransaction,
  request: Parameters<Signer["signDigest"]>[1],
): Promise<RecoverableSignature> {
  return signer.signTransaction === undefined || unsigned === undefined
    ? signer.signDigest(digest, request)
    : signer.signTransaction(unsigned);
}

export function attemptOf(
  { clock, view }: Pick<LaneParts, "clock" | "view">,
  { record }: Pick<Candidate, "record">,
  prepared: PreparedTransaction,
  { raw, hash, nonce }: SignedTransaction,
  key: RowMacKey,
  number: number,
  purpose: Attempt["purpose"] = "send",
): Attempt {
  const { fee, gasLimit, maxFee, feePayer } = prepared;
  const signed = {
    transactionId: record.id,
    number,
    nonce,
    purpose,
    raw,
    hash,
    fee,
    gasLimit,
    maxFee,
    feePayer: feePayer === undefined ? null : { address: feePayer.address, maxFee: feePayer.maxFee },
    isDead: false,
  };
  return {
    ...signed,
    mac: key.macOf(attemptMacTable, attemptMacFields(signed)),
    signedAt: clock.now(),
    sinceBlock: view.lastHead?.number ?? 0n,
    acceptedAt: null,
  };
}

function tooLate(id: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_DEADLINE",
    "The deadline passed before the transaction was signed. Nothing was signed or sent; send it anew if it is still wanted.",
    { context: { id } },
  );
}

function destinationChanged(): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INTENT_INVALID",
    "The transaction to sign goes to another destination than the intent. Nothing was signed; report this as a security fault.",
  );
}

export function tampered(id: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_TAMPERED",
    "The stored transaction is not what was authorised. Nothing was signed for it; look into who writes to the database.",
    { context: { id } },
  );
}
