import type { Named } from "../behaviour/deployed.ts";
import { zero } from "./state.ts";

/** The errors of the contracts, by what they say. */
export const error = {
  nonexistent: (id: bigint): Named => ["ERC721NonexistentToken", id],
  exists: (): Named => ["ERC721InvalidSender", zero],
  receiver: (account: string): Named => ["ERC721InvalidReceiver", account],
  incorrectOwner: (from: string, id: bigint, owner: string): Named => ["ERC721IncorrectOwner", from, id, owner],
  insufficientApproval: (account: string, id: bigint): Named => ["ERC721InsufficientApproval", account, id],
  approver: (account: string): Named => ["ERC721InvalidApprover", account],
  operator: (account: string): Named => ["ERC721InvalidOperator", account],

  paused: (): Named => ["EnforcedPause"],
  notPaused: (): Named => ["ExpectedPause"],
  notMinter: (account: string): Named => ["KIP17NotMinter", account],
  notPauser: (account: string): Named => ["KIP17NotPauser", account],
  notOwner: (account: string): Named => ["OwnableUnauthorizedAccount", account],
  noOwner: (): Named => ["OwnableInvalidOwner", zero],
  locked: (id: bigint): Named => ["KIP17TokenLocked", id],
  notLocked: (id: bigint): Named => ["KIP17TokenNotLocked", id],
  expired: (deadline: bigint): Named => ["KIP17PermitExpired", deadline],
  permit: (owner: string): Named => ["KIP17InvalidPermit", owner],
  lengths: (given: number, ids: number): Named => ["KIP17LengthMismatch", BigInt(given), BigInt(ids)],
  empty: (): Named => ["KIP17EmptyBatch"],
  uriTooLong: (length: number): Named => ["KIP17URITooLong", BigInt(length), 8192n],
  royalty: (receiver: string, basisPoints: bigint): Named => ["KIP17InvalidRoyalty", receiver, basisPoints],
  window: (start: bigint, size: bigint): Named => ["KIP17InvalidWindow", start, size],

  commitment: (): Named => ["KIP17InvalidCommitment"],
  proof: (): Named => ["KIP17InvalidProof"],
  migrated: (): Named => ["KIP17AlreadyMigrated"],
  open: (): Named => ["KIP17MigrationOpen"],
  incomplete: (settled: bigint, committed: bigint): Named => ["KIP17MigrationIncomplete", settled, committed],
  reserved: (id: bigint): Named => ["KIP17IdReserved", id],
  notOld: (caller: string): Named => ["KIP17NotOldContract", caller],
  notAtDoor: (id: bigint): Named => ["KIP17NotAtDoor", id],
} as const;
