import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./answers.ts";
import { type KaiaNode, startKaiaNode } from "./index.ts";
import { recorded, recording } from "./recordings.ts";

// Budget: 10 s.

let node: KaiaNode;

beforeAll(async () => {
  node = await startKaiaNode();
});

afterAll(() => node.stop());

interface Response {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

function post(body: string, headers: Readonly<Record<string, string>>, method = "POST"): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(node.url, { method, headers }, (response) => {
      void text(response).then((answer) => {
        resolve({ status: response.statusCode, contentType: response.headers["content-type"], body: answer });
      }, reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null;
}

describe("HTTP", () => {
  const complete = recorded(/^(http|en2\.fasthttp)\./).filter(
    ({ name, method, response }) =>
      method === "(HTTP)" && "body" in response && !/hostHeader|body540KB|fasthttp\.batch$/.test(name),
  );

  it.each(complete)("$name", async ({ params, response }) => {
    const [body, headers] = params;
    const given = isHeaders(headers) ? headers : {};
    const answer = await post(String(body), { "content-type": "application/json", ...given });
    expect(answer).toEqual(response);
  });

  it("refuses a body over 512 KiB", async () => {
    const { response } = recording("en2.fasthttp.body540KB");
    const answer = await post("x".repeat(540_128), { "content-type": "application/json" });
    expect(answer).toEqual(response);
  });

  it("answers a GET with nothing", async () => {
    expect(await post("", {}, "GET")).toMatchObject({ status: 200, body: recording("http.GET").response["text"] });
  });

  it("refuses a foreign Host, in plain text", async () => {
    const answer = await post("{}", { "content-type": "application/json", host: "evil.example" });
    expect(answer).toEqual({
      status: 403,
      contentType: "text/plain; charset=utf-8",
      body: "invalid host specified\n",
    });
  });

  it.each(recorded(/^http\.batch\d+$/))("takes a batch as long as $name", async ({ params, response }) => {
    const call = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
    const calls = Array.from({ length: Number(params[0]) }, () => call);
    const { status, body } = await post(JSON.stringify(calls), { "content-type": "application/json" });
    expect(status).toBe(response["status"]);
    expect(body.startsWith(String(response["head"]))).toBe(true);
    expect(body.match(/"result":"0x1d3a"/g)).toHaveLength(Number(response["len"]));
  });

  it("has no notifications", async () => {
    const { method, params, error } = recording("http.eth_subscribe");
    expect(await ask(node, method, params)).toEqual({ error });
  });

  it("writes numbers beyond 2^53 with all their digits", async () => {
    const call = { jsonrpc: "2.0", id: 1, method: "kaia_getRewards", params: ["latest"] };
    const { body } = await post(JSON.stringify(call), { "content-type": "application/json" });
    expect(body).toContain('"minted":9600000000000000000,');
  });
});
