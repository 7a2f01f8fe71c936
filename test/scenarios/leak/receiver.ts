import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { WebhookEndpoint } from "../../../src/index.ts";
import type { Observed } from "./observed.ts";
import { randomToken } from "./tokens.ts";

/** What no log, event, row or delivery may show: the signature is made with it, and the URL's query is as good as a password. */
export const webhookSecrets = { secret: randomToken() + randomToken(), query: randomToken() + randomToken() };

export interface Receiver {
  readonly endpoint: WebhookEndpoint;
  /** Deliveries that were taken. */
  readonly delivered: number;
  close(): Promise<void>;
}

/** It takes five seconds until a delivery that was refused is repeated. */
let hasRefused = false;

/** Somebody who is told of transactions. The first answer of the first of them is an error that quotes all that it was sent. */
export async function startReceiver(observed: Observed): Promise<Receiver> {
  let delivered = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      observed.add("webhook body", body, ...Object.values(request.headers));
      if (hasRefused) delivered += 1;
      response.writeHead(hasRefused ? 204 : 500);
      response.end(hasRefused ? "" : `${request.url ?? ""} ${JSON.stringify(request.headers)} ${body}`);
      hasRefused = true;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  const { secret, query } = webhookSecrets;
  return {
    endpoint: { name: "shop", url: `http://127.0.0.1:${String(address.port)}/told?key=${query}`, secret },
    get delivered() {
      return delivered;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
