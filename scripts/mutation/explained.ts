/** The survivors that a document explains, by id: list items of the form "- `id`: why". */
export function explainedIn(markdown: string): ReadonlyMap<string, string> {
  const items = markdown.matchAll(/^- (`+)(.+?)\1: (.+)$/gm);
  return new Map([...items].map(([, , id = "", why = ""]) => [id.trim(), why]));
}

/** A mutant with what became of it. */
export interface Fate {
  readonly id: string;
  readonly survived: boolean;
}

/** Where the document and the run disagree, in sentences. A document lists what survived and nothing else. */
export function disagreements(explained: ReadonlyMap<string, string>, fates: readonly Fate[]): readonly string[] {
  const survivors = fates.filter(({ survived }) => survived).map(({ id }) => id);
  const met = new Set(fates.map(({ id }) => id));
  return [
    ...survivors.filter((id) => !explained.has(id)).map((id) => `Survived, and is not explained: ${id}`),
    ...[...explained.keys()]
      .filter((id) => !survivors.includes(id))
      .map((id) =>
        met.has(id) ? `Is explained as a survivor, and was killed: ${id}` : `Is explained, and is no mutant: ${id}`,
      ),
  ];
}
