import { profileOf } from "../../profiles/profile-of.ts";

const decimals = 18n;

/** With commas between thousands. */
export function grouped(value: number | bigint | string): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+(?!\d))/g, ",");
}

/** Base units as coins, such as `1,234.5678`: six digits after the point, and more where those would all be zero. */
export function coins(baseUnits: bigint): string {
  const digits = baseUnits.toString().padStart(Number(decimals) + 1, "0");
  const whole = digits.slice(0, -Number(decimals));
  const fraction = digits.slice(-Number(decimals));
  const first = fraction.search(/[1-9]/);
  const kept = whole === "0" && first > 3 ? first + 3 : 6;
  const shown = fraction.slice(0, kept).replace(/0+$/, "");
  return shown === "" ? grouped(whole) : `${grouped(whole)}.${shown}`;
}

const coinNames: Readonly<Record<string, string>> = {
  ethereum: "ETH",
  anvil: "ETH",
  kaia: "KAIA",
  kairos: "KAIA",
  polygon: "POL",
  bsc: "BNB",
};

export function coinOf(chainId: string | null): string {
  return coinNames[profileOf(Number(chainId ?? 0)).name] ?? "coins";
}

/** Few digits, for the axis of a chart: `950`, `12.5k`, `3.2M`. */
export function short(value: number): string {
  for (const [unit, size] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const)
    if (value >= size) return `${trimmed(value / size)}${unit}`;
  return trimmed(value);
}

function trimmed(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
}

/** A long text's beginning, with how much was left out. */
export function cut(text: string, most = 300): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${grouped(text.length)} characters)`;
}

/** An address or hash by its ends, for a chart's label. */
export function ends(hex: string): string {
  return hex.length <= 13 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
