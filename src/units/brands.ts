declare const brandOf: unique symbol;

/** A value of type T that went through its constructor, so that a plain string cannot stand in its place. */
export type Brand<T, Name extends string> = T & { readonly [brandOf]: Name };

/** SHA-256 of tenant and user id (32 bytes, lower-case hex): what identifies a user in the store and in envelopes. */
export type UserKey = Brand<string, "UserKey">;

/** A wallet's id: a random UUID. */
export type WalletId = Brand<string, "WalletId">;

/** Bytes as hex text with 0x in front. */
export type Hex = `0x${string}`;

export function toUserKey(value: string): UserKey {
  return value as UserKey;
}

export function toWalletId(value: string): WalletId {
  return value as WalletId;
}
