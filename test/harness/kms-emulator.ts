import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { KmsException, type KmsFields } from "./kms-fields.ts";
import { type KmsKeyMaterial, KmsKeys, type NewKey } from "./kms-keys.ts";
import type { SignatureShape } from "./kms-signing.ts";

export interface KmsEmulatorOptions {
  /** Default ap-northeast-2. */
  readonly region?: string;
  /** Twelve digits. Default 111122223333. */
  readonly account?: string;
  /** Requests accepted in each window of `perMs` (default 1,000); the rest get ThrottlingException. Default: no limit. */
  readonly quota?: { readonly requests: number; readonly perMs?: number };
}

/** What goes wrong with a request that reached the server. */
export type KmsFault =
  /** The true answer, late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** An exception in KMS's form; `date` sets the reply's Date header. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly type: string;
      readonly message?: string;
      readonly date?: string;
    }
  /** Not KMS's form at all. `$` in the body stands for the true answer. */
  | { readonly kind: "garbage"; readonly status: number; readonly body: string }
  /** The connection is cut instead of an answer. */
  | { readonly kind: "reset" }
  /** The connection is cut in the middle of the true answer. */
  | { readonly kind: "drop" }
  /** The true answer with some members replaced, by what may depend on it; `undefined` leaves one out. */
  | { readonly kind: "patch"; readonly fields: KmsFields | ((reply: KmsFields) => KmsFields) };

export interface KmsFaultScope {
  /** Only requests of this operation: `Encrypt`, `Decrypt`, ... */
  readonly operation?: string;
  /** Only so many requests, after which the fault is gone. */
  readonly times?: number;
}

/** Counts of requests, by operation beside their total. */
export interface KmsCalls extends Readonly<Record<string, number>> {
  readonly total: number;
}

export interface KmsEmulator {
  /** Give it to clients in any number of processes. */
  readonly endpoint: string;
  readonly region: string;
  /** Makes an enabled key and returns its ARN. */
  createKey(key?: NewKey): string;
  /** A key's material, to make a replica of it in another emulator: `createKey({ replicaOf })`. */
  exportKey(arn: string): KmsKeyMaterial;
  setKeyState(arn: string, state: "Enabled" | "Disabled" | "PendingDeletion"): void;
  /** Which signatures are given from now on. Default: any, as KMS does. */
  setSignatureShape(shape: SignatureShape): void;
  /** Replaces the fault in force; without one, the service is well again. */
  setFault(fault?: KmsFault, scope?: KmsFaultScope): void;
  /** Requests received so far, those that met a fault too. */
  readonly calls: KmsCalls;
  /** Stops listening and cuts open connections: clients find the connection refused. Once is enough. */
  readonly close: () => Promise<void>;
}

/**
 * A small AWS KMS: the JSON 1.1 protocol over HTTP, real AES-GCM ciphertexts that name their key, real secp256k1 signatures, and the checks of
 * the real service for encryption context, key state, key usage, pinned key, sizes and quota. It wants a Signature Version 4 header, but does
 * not verify the signature.
 */
export async function startKmsEmulator(options: KmsEmulatorOptions = {}): Promise<KmsEmulator> {
  const { region = "ap-northeast-2", account = "111122223333" } = options;
  const keys = new KmsKeys(region, account);
  const admit = quotaOf(options.quota);
  let calls: KmsCalls = { total: 0 };
  let active: { readonly fault: KmsFault; readonly operation: string | undefined; left: number } | undefined;

  const takeFault = (operation: string): KmsFault | undefined => {
    if (active === undefined || active.left < 1 || (active.operation ?? operation) !== operation) return undefined;
    active.left -= 1;
    return active.fault;
  };

  const perform = async (request: IncomingMessage): Promise<{ reply: Reply; fault: KmsFault | undefined }> => {
    const body = await text(request);
    const operation = operationOf(request);
    calls = { ...calls, total: calls.total + 1, [operation]: (calls[operation] ?? 0) + 1 };
    const fault = takeFault(operation);
    try {
      requireSignature(request, region);
      if (!admit())
        throw new KmsException("ThrottlingException", "You have exceeded the rate at which you may call KMS.");
      return { reply: { status: 200, fields: keys.perform(operation, parse(body)) }, fault };
    } catch (error) {
      if (!(error instanceof KmsException)) throw error;
      return { reply: { status: 400, fields: { __type: error.type, message: error.message } }, fault };
    }
  };

  const server = createServer((request, response) => {
    perform(request)
      .then(({ reply, fault }) => answer(response, reply, fault))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the emulator has no port");

  return {
    endpoint: `http://127.0.0.1:${String(address.port)}`,
    region,
    createKey: (key) => keys.create(key),
    exportKey: (arn) => keys.export(arn),
    setKeyState: (arn, state) => {
      keys.setState(arn, state);
    },
    setSignatureShape: (shape) => {
      keys.shape = shape;
    },
    setFault: (fault, scope = {}) => {
      active = fault && { fault, operation: scope.operation, left: scope.times ?? Infinity };
    },
    get calls() {
      return calls;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Reply {
  readonly status: number;
  readonly fields: KmsFields;
}

async function answer(response: ServerResponse, reply: Reply, fault: KmsFault | undefined): Promise<void> {
  const body = JSON.stringify(reply.fields);
  switch (fault?.kind) {
    case undefined:
      send(response, reply.status, body);
      return;
    case "delay":
      await delay(fault.ms, undefined, { ref: false });
      send(response, reply.status, body);
      return;
    case "error":
      if (fault.date !== undefined) response.setHeader("date", fault.date);
      send(response, fault.status, JSON.stringify({ __type: fault.type, message: fault.message ?? "" }));
      return;
    case "garbage":
      send(
        response,
        fault.status,
        fault.body.replace("$", () => body),
      );
      return;
    case "patch": {
      const fields = typeof fault.fields === "function" ? fault.fields(reply.fields) : fault.fields;
      send(response, reply.status, JSON.stringify({ ...reply.fields, ...fields }));
      return;
    }
    case "reset":
      response.destroy();
      return;
    case "drop":
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": body.length });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
  response.end(body);
}

function operationOf(request: IncomingMessage): string {
  const target = request.headers["x-amz-target"];
  return /^TrentService\.([A-Za-z]+)$/.exec(String(target))?.[1] ?? "unknown";
}

function requireSignature(request: IncomingMessage, region: string): void {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new KmsException("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  }
  const shape =
    /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/kms\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/;
  const scope = shape.exec(authorization)?.[1];
  if (scope === undefined) throw new KmsException("IncompleteSignatureException", "not a Version 4 signature");
  if (scope !== region) {
    throw new KmsException(
      "InvalidSignatureException",
      `Credential should be scoped to a valid region, not '${scope}'.`,
    );
  }
}

function quotaOf(quota: KmsEmulatorOptions["quota"]): () => boolean {
  if (quota === undefined) return () => true;
  let startedMs = -Infinity;
  let admitted = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs - startedMs >= (quota.perMs ?? 1_000)) {
      startedMs = nowMs;
      admitted = 0;
    }
    admitted += 1;
    return admitted <= quota.requests;
  };
}

function parse(body: string): KmsFields {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value));
  } catch {
    // Told below.
  }
  throw new KmsException("SerializationException", "the body is not a JSON object");
}
