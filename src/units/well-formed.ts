/** Whether all keys and values are text that has one UTF-8 form (no lone surrogates). */
export function isWellFormedRecord(record: Readonly<Record<string, string>>): boolean {
  return Object.entries(record).every(([key, value]) => key.isWellFormed() && value.isWellFormed());
}
