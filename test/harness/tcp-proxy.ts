import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What becomes of bytes that a client sends: passed on, cut before or after they reach the server, or swallowed from then on. */
export type Verdict = "pass" | "cut-before" | "cut-after" | "swallow";

export interface TcpProxy {
  readonly port: number;
  /** Decides on every piece that a client sends; everything passes until it is set. */
  judge: (sent: Buffer) => Verdict;
  close(): Promise<void>;
}

/** A wire between a client and a server on 127.0.0.1, to be cut at a chosen word. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    let isCut = false;
    const cut = (): void => {
      isCut = true;
      client.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.on("data", (sent) => {
      const verdict = isCut ? "swallow" : proxy.judge(Buffer.from(sent));
      if (verdict === "cut-before") {
        cut();
        upstream.destroy();
      } else if (verdict !== "swallow") {
        upstream.write(sent);
        // The server has its bytes and ends when it has dealt with them; the client never hears of it.
        if (verdict === "cut-after") {
          cut();
          upstream.end();
        }
      }
    });
    client.on("close", () => upstream.end());
    upstream.on("data", (answer) => {
      if (!isCut) client.write(answer);
    });
    upstream.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const proxy: TcpProxy = {
    port: address.port,
    judge: () => "pass",
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
