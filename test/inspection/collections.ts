import { AbiCoder, Interface } from "ethers";
import { kip17Abi } from "../../src/inspection/scene/kip17-abi.ts";
import type { RpcRequest, Transport } from "../../src/ports/transport.ts";
import { http } from "../../src/rpc/http.ts";
import { caverKip17 } from "../harness/creation-code.ts";

const kip17 = new Interface([...kip17Abi.map(String)]);

/** The bytecode that a version of caver-js deploys, with its constructor's arguments. */
export function caverBytecode(installedAs: "caver-js" | "caver-js-1.9"): string {
  return withArguments(caverKip17(installedAs).bytecode, ["string", "string"], ["Old", "OLD"]);
}

/** Creation bytecode with what the constructor takes. */
export function withArguments(bytecode: string, types: readonly string[], values: readonly unknown[]): string {
  return `${bytecode}${AbiCoder.defaultAbiCoder().encode(types, values).slice(2)}`;
}

/** The call of a function of KIP-17's. */
export function data(name: string, ...args: readonly unknown[]): string {
  return kip17.encodeFunctionData(name, args);
}

/** What answers JSON-RPC in a test. */
export interface Node {
  readonly url: string;
  /** Any method; throws what the node refuses. */
  request(method: string, ...params: unknown[]): Promise<unknown>;
}

/** An account that brings about what is then looked at. */
export interface Deployer {
  readonly address: string;
  /** @returns the contract's address. */
  deploy(code: string): Promise<string>;
  send(to: string, data: string): Promise<void>;
}

export interface RecordingTransport extends Transport {
  readonly seen: readonly RpcRequest[];
}

/** Keeps what it is asked. */
export function recording(url: string): RecordingTransport {
  const inner = http(url);
  const seen: RpcRequest[] = [];
  return {
    origin: inner.origin,
    seen,
    close: () => inner.close(),
    request: (request, options) => {
      seen.push(request);
      return inner.request(request, options);
    },
  };
}
