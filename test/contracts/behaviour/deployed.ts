import { getAddress, Interface, Result } from "ethers";
import hre from "hardhat";
import { type Log, type Receipt, Reverted, type TestChain } from "./chain.ts";

/** An event or an error: its name, then its arguments. */
export type Named = readonly [name: string, ...args: unknown[]];

/** A contract on a chain. A method is a name, or a signature where the name has overloads. */
export interface Deployed {
  readonly address: string;
  readonly abi: Interface;
  /** One value as it is, several as an array. */
  read(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Sends from an account; gives the contract's own events. */
  send(from: string, method: string, ...args: readonly unknown[]): Promise<readonly Named[]>;
  /** As `send`, and gives the whole receipt. */
  receipt(from: string, method: string, ...args: readonly unknown[]): Promise<Receipt>;
  /** Sends what must revert, and gives the error. */
  refusal(from: string, method: string, ...args: readonly unknown[]): Promise<Named>;
  /** The events of this contract among logs. */
  events(logs: readonly Log[]): readonly Named[];
  data(method: string, ...args: readonly unknown[]): string;
}

async function artifactOf(name: string): Promise<{ readonly abi: Interface; readonly bytecode: string }> {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  return { abi: new Interface(abi), bytecode };
}

export async function deploy(chain: TestChain, name: string, ...args: readonly unknown[]): Promise<Deployed> {
  const { abi, bytecode } = await artifactOf(name);
  return await deployCode(chain, abi, bytecode, args);
}

export async function deployCode(
  chain: TestChain,
  abi: Interface,
  bytecode: string,
  args: readonly unknown[],
): Promise<Deployed> {
  const { contractAddress } = await chain.send({ data: bytecode + abi.encodeDeploy(args).slice(2) });
  return deployedAt(chain, abi, getAddress(contractAddress));
}

export function deployedAt(chain: TestChain, abi: Interface, address: string): Deployed {
  const data = (method: string, ...args: readonly unknown[]): string => abi.encodeFunctionData(method, args);
  const receipt = (from: string, method: string, ...args: readonly unknown[]): Promise<Receipt> =>
    chain.send({ from, to: address, data: data(method, ...args) });
  const events = (logs: readonly Log[]): readonly Named[] =>
    logs.filter((log) => log.address.toLowerCase() === address.toLowerCase()).map((log) => eventOf(abi, log));
  return {
    address,
    abi,
    data,
    receipt,
    events,
    read: async (method, ...args) => {
      const values = plain(
        abi.decodeFunctionResult(method, await chain.call({ to: address, data: data(method, ...args) })),
      );
      return values.length === 1 ? values[0] : values;
    },
    send: async (...args) => events((await receipt(...args)).logs),
    refusal: async (...args) => {
      try {
        await receipt(...args);
      } catch (error) {
        if (error instanceof Reverted) return errorOf(abi, error.data);
        throw error;
      }
      throw new Error(`${args[1]} was not refused.`);
    },
  };
}

const common = new Interface([
  "error Error(string message)",
  "error Panic(uint256 code)",
  "error Custom(uint256 number)",
]);

/** An error that nobody knows is given as `raw` with its data. */
export function errorOf(abi: Interface, data: string): Named {
  for (const known of [abi, common]) {
    const parsed = data.length < 10 ? null : known.parseError(data);
    if (parsed !== null) return [parsed.name, ...plain(parsed.args)];
  }
  return ["raw", data];
}

function eventOf(abi: Interface, log: Log): Named {
  const parsed = abi.parseLog(log);
  return parsed === null ? ["raw", log.data] : [parsed.name, ...plain(parsed.args)];
}

function plain(result: Result): readonly unknown[] {
  const values: readonly unknown[] = result.toArray();
  return values.map((value) => (value instanceof Result ? plain(value) : value));
}
