const longestMessage = 300;
/** How much of a text is looked at: whatever a node sends, cleaning it costs no more than this. */
const longestRead = 4 * longestMessage;
// Shorter parts of a path are words such as "v2"; replacing them would garble a node's texts and hide nothing.
const shortestKey = 8;
const shortestCredential = 4;

/**
 * The parts of an endpoint that nothing may show: path, query, credentials and headers, whole and in pieces, longest first.
 *
 * @param headers - those of the caller, and the one made of the credentials.
 */
export function secretsOf(url: URL, headers: Iterable<readonly [string, string]>): readonly string[] {
  const keys = [url.pathname, ...url.pathname.split("/"), url.search.slice(1)];
  for (const [name, value] of url.searchParams) keys.push(name, value);
  for (const [, value] of headers) keys.push(value, ...value.split(/\s+/));
  const secrets = [
    ...keys.filter((key) => key.length >= shortestKey),
    ...[url.username, url.password].filter((key) => key.length >= shortestCredential),
  ];
  return [...new Set([...secrets, ...secrets.map(decoded)])].sort((one, other) => other.length - one.length);
}

/**
 * A node's text, fit for logs: bounded, on one line, without URLs and without what it may repeat of the request's secrets.
 *
 * @param secrets - of `secretsOf`.
 */
export function safeMessage(message: string, secrets: readonly string[]): string {
  // A secret that the bound cuts in two would not be recognised.
  let text = message.length <= longestRead ? message : message.slice(0, longestRead).replace(/\S+$/, "...");
  for (const secret of secrets) text = text.replaceAll(secret, "[secret]");
  return text
    .replaceAll(/[a-z][a-z0-9+.-]*:\/\/\S+/gi, "[url]")
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .slice(0, longestMessage)
    .toWellFormed();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
