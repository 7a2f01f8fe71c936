import { inspect } from "node:util";
import { expect, it } from "vitest";
import { http } from "../../src/rpc/http.ts";
import { thrownBy } from "../harness/errors.ts";
import { type Answer, bytes, cut, members, rpcServerOfTest, silence } from "../harness/rpc-server.ts";

const path = "/v3/canary-path-0123456789";
const query = "apikey=canary-query-0123";
const header = "canary-header-0123";
const bearer = "canary-bearer-0123";
const user = "canary-user";
const password = "canary p\u00e4ssword";
const pair = Buffer.from(`${user}:${password}`, "utf8").toString("base64");

const hidden = [path, path.slice("/v3/".length), query, "canary", "0123", pair, password, encodeURIComponent(password)];

/** Everything that a logger or an error tracker could find in a value, in its causes too. */
function shownBy(value: unknown): string {
  const everything = { showHidden: true, depth: null, maxStringLength: null, maxArrayLength: null };
  const shown = [JSON.stringify(value), inspect(value), inspect(value, everything)];
  shown.push(inspect(value, { ...everything, customInspect: false, getters: true }));
  for (let one = value; one instanceof Error; one = one.cause) shown.push(String(one), one.message, one.stack ?? "");
  return shown.join("\n");
}

/** Repeats in its texts all that the request showed it, as some nodes and gateways do. */
const telltale = (status: number, code: number): Answer => {
  return (request, response) => {
    const { authorization = "", "x-api-key": key } = request.headers;
    const url = `http://${request.headers.host ?? ""}${request.path}`;
    const message = `${url} ${request.path} ${authorization} ${String(key)} ${user}:${password} ${request.body}`;
    return members({ error: { code, message, data: message } }, status, { "x-seen": "1" })(request, response);
  };
};

const answers: readonly Answer[] = [
  telltale(200, -32000),
  telltale(200, 3),
  telltale(200, -32603),
  telltale(200, -32005),
  telltale(401, -32000),
  telltale(429, 429),
  telltale(503, -32000),
  (request, response) => bytes(404, `no route ${request.path}`)(request, response),
  (request, response) => bytes(307, "", { location: `https://elsewhere.example${request.path}` })(request, response),
  (request, response) => bytes(200, `{"jsonrpc":"2.0","id":"${request.path}"}`)(request, response),
  bytes(200, "x".repeat(5_000)),
  bytes(500, ""),
  cut,
  silence,
];

// Budget of the file: 3 s.
it.each([
  ["in the URL", { "x-api-key": header }],
  ["in headers", { "x-api-key": header, authorization: `Bearer ${bearer}` }],
])("no error and no transport shows a secret that is %s", async (_where, headers) => {
  const server = await rpcServerOfTest(silence);
  const credentials = `//${user}:${encodeURIComponent(password)}@`;
  const url = `${server.origin.replace("//", credentials)}${path}?${query}`;
  const node = http({ url, headers, timeoutMs: 200, maxResponseBytes: 4_096 });
  const ask = () => thrownBy(() => node.request({ method: "eth_call", params: [] }));
  const shown = [shownBy(node)];
  for (const answer of answers) {
    server.answer = answer;
    shown.push(shownBy(await ask()));
  }
  expect(server.requests).toHaveLength(answers.length);
  shown.push(shownBy(await thrownBy(() => node.request({ method: "eth_call", params: [1n] }))));
  server.answer = silence;
  const cutShort = ask();
  await node.close();
  shown.push(shownBy(await cutShort), shownBy(await ask()));
  await server.close();
  const refused = http({ url, headers });
  shown.push(shownBy(await thrownBy(() => refused.request({ method: "eth_call", params: [] }))));

  expect(shown).toHaveLength(answers.length + 5);
  for (const text of shown) {
    expect(text).toContain(server.origin);
    for (const secret of hidden) expect(text).not.toContain(secret);
  }
});

it("a transport shows its origin and nothing else", () => {
  const node = http(`https://${user}:pw@node.example:8551${path}?${query}`);
  expect(JSON.stringify(node)).toBe('{"origin":"https://node.example:8551"}');
  expect(inspect({ node })).toBe("{ node: HttpTransport { origin: 'https://node.example:8551' } }");
  expect(Object.entries(node)).toEqual([["origin", "https://node.example:8551"]]);
});
