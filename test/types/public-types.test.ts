import { describe, expectTypeOf, it } from "vitest";
import { evm } from "../../src/chains/evm/index.ts";
import {
  type Account,
  type BackfillOptions,
  type BackfillProgress,
  type ErrorCode,
  http,
  type Intent,
  isLatchkeyError,
  type Latchkey,
  type LatchkeyError,
  type Listener,
  openLatchkey,
  type TransactionHandle,
  type Wallet,
  type WalletEvent,
} from "../../src/index.ts";

// The compiler does the checking (npm run typecheck); nothing here opens anything.
const transport = http("http://127.0.0.1:9");
const chains = () => [evm({ name: "main", chainId: 1, transport }), evm({ name: "side-chain", chainId: 2, transport })];
const open = () => openLatchkey({ chains: chains() });

describe("public types", () => {
  it("carry the chains' names from the configuration to the accounts", () => {
    expectTypeOf(open).returns.resolves.toEqualTypeOf<Latchkey<"main" | "side-chain">>();
    type LoggedIn = Awaited<ReturnType<Latchkey<"main" | "side-chain">["login"]>>;
    expectTypeOf<keyof LoggedIn["accounts"]>().toEqualTypeOf<"main" | "side-chain">();
    expectTypeOf<LoggedIn["accounts"]["side-chain"]>().toEqualTypeOf<Account<"side-chain">>();
  });

  it("let a function take any Latchkey or wallet, and ask for one chain of it", () => {
    expectTypeOf<Latchkey<"main">>().toExtend<Latchkey>();
    expectTypeOf<Latchkey<"main" | "side-chain">>().toExtend<Latchkey<"main">>();
    expectTypeOf<Latchkey<"main">>().not.toExtend<Latchkey<"main" | "side-chain">>();
    expectTypeOf<Wallet<"main" | "side-chain">>().toExtend<Wallet<"main">>();
    expectTypeOf<Wallet<"main">>().not.toExtend<Wallet<"main" | "side-chain">>();
  });

  it("take amounts as bigint alone, and one kind of intent at a time", () => {
    expectTypeOf<{ transfer: { to: string; value: bigint } }>().toExtend<Intent>();
    expectTypeOf<{ transfer: { to: string; value: number } }>().not.toExtend<Intent>();
    expectTypeOf<{ transfer: { to: string; value: string } }>().not.toExtend<Intent>();
    expectTypeOf<{ refund: { to: string } }>().not.toExtend<Intent>();
    expectTypeOf<Account["send"]>().returns.resolves.toEqualTypeOf<TransactionHandle>();
  });

  it("let what reports on a backfill, and what listens, take its time", () => {
    type OnProgress = NonNullable<BackfillOptions["onProgress"]>;
    expectTypeOf<(progress: BackfillProgress) => Promise<void>>().toExtend<OnProgress>();
    expectTypeOf<() => void>().toExtend<OnProgress>();
    expectTypeOf<(event: WalletEvent) => Promise<void>>().toExtend<Listener<"wallet.created">>();
  });

  it("narrow an error by the guard", () => {
    const check = (error: unknown): ErrorCode | undefined => (isLatchkeyError(error) ? error.code : undefined);
    expectTypeOf(check).returns.toEqualTypeOf<ErrorCode | undefined>();
    expectTypeOf(isLatchkeyError).guards.toEqualTypeOf<LatchkeyError>();
  });
});
