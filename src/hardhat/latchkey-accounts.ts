import type { HardhatHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { isRecord } from "../units/is-record.ts";
import { type EthersSigner, ethersSigner, type SigningAccount } from "../chains/evm/index.ts";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Signer } from "../ports/signer.ts";
import { isHex } from "../units/bytes.ts";
import { Turns } from "../units/turns.ts";
import { invalidRequest, withoutQuotes } from "./accounts-refusal.ts";
import { sendTransaction } from "./accounts-send.ts";
import { signTransaction } from "./accounts-sign.ts";
import { parseTypedData } from "./accounts-typed-data.ts";

export interface LatchkeyAccountsOptions {
  /** Called once, when an account is first asked for; again if it failed. What it opens, it may close. */
  readonly signers: () => Promise<readonly (SigningAccount | Signer)[]>;
  /** Names in the Hardhat configuration. Left out: all networks of type "http". */
  readonly networks?: readonly string[];
}

type NetworkHooks = HardhatHooks["network"];
type Accounts = ReadonlyMap<string, EthersSigner>;

/**
 * A Hardhat plugin: Latchkey's signers, `kmsSigner()`'s or wallets' accounts, are accounts of Hardhat's networks, before all others. So
 * whatever sends through Hardhat signs in the vault: `eth_accounts` lists them, a transaction from one of them is filled in, signed and
 * sent as bytes, and transactions (`eth_signTransaction`), messages (EIP-191) and typed data (EIP-712) are signed for them. A transaction without `from` is the network's
 * configured `from`'s, else the first of them's. All else is left to Hardhat.
 *
 * A simulated network takes part only where it is named: `hardhat node` opens one to every page in this machine's browsers, which could then
 * ask for signatures.
 *
 * Sends of an account take turns in a connection, and the node is asked for each nonce. Two connections, or two processes, to one node do
 * not know of each other: there two sends at once may get the same nonce, and the node refuses one.
 *
 * @returns requests that throw Hardhat's errors, the signer's, and for what cannot be signed `ERR_CHAIN_INTENT_INVALID`,
 * `ERR_CHAIN_ADDRESS_INVALID`, `ERR_CHAIN_ID_MISMATCH`, `ERR_CHAIN_FEE_TOO_HIGH`, before anything is signed.
 * @throws `ERR_CONFIG_INVALID` malformed options; when Hardhat starts, a network that is not configured.
 */
export function latchkeyAccounts(options: LatchkeyAccountsOptions): HardhatPlugin {
  const { signers, networks } = parseOptions(options);
  return {
    id: ["latchkey-accounts", ...(networks ?? [])].join("-"),
    npmPackage: "latchkey",
    hookHandlers: {
      hre: () =>
        Promise.resolve({
          default: () =>
            Promise.resolve({
              created: ({ config }) => {
                const unknown = networks?.find((name) => !Object.hasOwn(config.networks, name));
                if (unknown === undefined) return Promise.resolve();
                return Promise.reject(invalid(`no network "${unknown.slice(0, 40)}" is in the Hardhat configuration`));
              },
            }),
        }),
      network: () =>
        Promise.resolve({ default: () => Promise.resolve({ onRequest: requestHandler(signers, networks) }) }),
    },
  };
}

function requestHandler(
  signers: LatchkeyAccountsOptions["signers"],
  networks: readonly string[] | undefined,
): NetworkHooks["onRequest"] {
  const turns = new Turns();
  let opening: Promise<Accounts> | undefined;
  const opened = async (): Promise<Accounts> => {
    try {
      return await (opening ??= openAccounts(signers));
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };

  return async (context, connection, request, next) => {
    const { networkConfig, networkName } = connection;
    const isServed = networks?.includes(networkName) ?? networkConfig.type === "http";
    if (!isServed || !methods.has(request.method)) return await next(context, connection, request);
    const accounts = await opened();
    const [first] = accounts.keys();
    if (first === undefined) return await next(context, connection, request);

    const params: readonly unknown[] = Array.isArray(request.params) ? request.params : [];
    const answer = (result: unknown) => ({ jsonrpc: "2.0", id: request.id, result }) as const;
    const accountAt = (address: unknown): EthersSigner | undefined => accounts.get(String(address).toLowerCase());
    const sign = async (address: unknown, work: (signer: EthersSigner) => Promise<unknown>) => {
      const signer = accountAt(address);
      return signer === undefined ? await next(context, connection, request) : answer(await work(signer));
    };

    switch (request.method) {
      case "eth_sendTransaction": {
        const from = isRecord(params[0]) ? params[0]["from"] : undefined;
        return await sign(from ?? networkConfig.from ?? first, (signer) =>
          turns.take(`${String(connection.id)} ${signer.address}`, () =>
            sendTransaction(signer, connection, params[0]),
          ),
        );
      }
      case "eth_signTransaction": {
        const from = isRecord(params[0]) ? params[0]["from"] : undefined;
        return await sign(from, (signer) => signTransaction(signer, params[0]));
      }
      case "personal_sign":
        return await sign(params[1], (signer) => signMessage(signer, params[0]));
      case "eth_sign":
        return await sign(params[0], (signer) => signMessage(signer, params[1]));
      case "eth_signTypedData_v4":
        return await sign(params[0], (signer) => signTypedData(signer, params[1]));
      default: {
        // Not every node knows eth_requestAccounts, and a gateway has no accounts at all.
        const response = await next(context, connection, { ...request, method: "eth_accounts" });
        const others: readonly unknown[] =
          "result" in response && Array.isArray(response.result) ? response.result : [];
        return answer([...accounts.keys(), ...others.filter((each) => accountAt(each) === undefined)]);
      }
    }
  };
}

const methods = new Set([
  "eth_accounts",
  "eth_requestAccounts",
  "eth_sendTransaction",
  "eth_signTransaction",
  "eth_sign",
  "personal_sign",
  "eth_signTypedData_v4",
]);

/** They sign alone: what they need to know of a network, its connection is asked for. */
async function openAccounts(signers: LatchkeyAccountsOptions["signers"]): Promise<Accounts> {
  const given: unknown = await signers();
  if (!isList(given)) throw invalid("signers() does not give a list");
  const opened = await Promise.all(given.map((each) => ethersSigner(each, null)));
  return new Map(opened.map((signer) => [signer.address.toLowerCase(), signer]));
}

async function signMessage(signer: EthersSigner, message: unknown): Promise<string> {
  if (!isHex(message)) throw invalidRequest("has a message that is not hexadecimal bytes");
  return await signer.signMessage(Buffer.from(message.slice(2), "hex"));
}

async function signTypedData(signer: EthersSigner, given: unknown): Promise<string> {
  const { domain, types, message } = parseTypedData(given);
  return await withoutQuotes("has typed data whose values are not of its types", () =>
    signer.signTypedData(domain, types, message),
  );
}

// Whoever writes the configuration in JavaScript may give anything.

function parseOptions(options: LatchkeyAccountsOptions): LatchkeyAccountsOptions {
  if (!isRecord(options) || typeof options.signers !== "function") throw invalid("signers is a function");
  const { networks } = options;
  if (networks === undefined || (Array.isArray(networks) && networks.length > 0 && networks.every(isName)))
    return options;
  throw invalid("networks is a list of names, and not an empty one");
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isList(value: unknown): value is readonly (SigningAccount | Signer)[] {
  return Array.isArray(value);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `latchkeyAccounts: ${what}. Nothing was signed or sent.`);
}
