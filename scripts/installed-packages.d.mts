/** An entry of a package-lock.json of version 3, as far as it is read here. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface Machine {
  readonly os: string;
  readonly cpu: string;
  /** "glibc" or "musl", on Linux alone. */
  readonly libc?: string;
}

export function isForMachine(entry: LockedPackage, machine: Machine): boolean;
export function resolveKey(packages: Lockfile["packages"], from: string, name: string): string | undefined;
export function missingPackages(root: string, lockfile: Lockfile): readonly string[];
