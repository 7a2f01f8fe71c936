import type { Lockfile } from "./installed-packages.mjs";

export function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } | undefined;
export function completeLockfile(lockfile: Lockfile): { lockfile: Lockfile; added: readonly string[] };
export function entriesWithHost(lockfile: Lockfile): readonly string[];
