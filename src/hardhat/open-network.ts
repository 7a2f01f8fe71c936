import type { NetworkConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Transport } from "../ports/transport.ts";
import { secretsOf } from "../rpc/redact.ts";
import { type ProviderPlace, providerTransport } from "./provider-transport.ts";

export interface OpenNetwork {
  readonly name: string;
  readonly transport: Transport;
  readonly networkConfig: NetworkConfig;
  close(): Promise<void>;
}

const inProcessTimeoutMs = 300_000;
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Connects to the network that was chosen on the command line, or to the default one.
 *
 * @param name - another one than that.
 * @throws `ERR_CONFIG_INVALID` there is no such network, or its configuration does not do.
 */
export async function openNetwork(
  { network, config, globalOptions }: HardhatRuntimeEnvironment,
  name: string = chosenName(globalOptions),
): Promise<OpenNetwork> {
  if (!Object.hasOwn(config.networks, name)) throw unusable(name, "is not in the Hardhat configuration");
  try {
    const connection = await network.create(name);
    const { provider, networkConfig } = connection;
    const place: ProviderPlace =
      networkConfig.type === "http"
        ? await httpPlace(await networkConfig.url.getUrl(), networkConfig.httpHeaders, networkConfig.timeout)
        : { origin: `hardhat://${name}`, secrets: [], timeoutMs: inProcessTimeoutMs };
    const transport = providerTransport(provider, place);
    return { name, transport, networkConfig, close: () => connection.close() };
  } catch (error) {
    // Hardhat's message may quote the URL; its number does not.
    const number = typeof error === "object" && error !== null && "number" in error ? Number(error.number) : undefined;
    throw unusable(name, `could not be opened${number === undefined ? "" : ` (HHE${String(number)})`}`);
  }
}

/** Hardhat's type knows no absence, and its option has no default. */
function chosenName({ network = "default" }: { readonly network?: string | undefined }): string {
  return network;
}

function httpPlace(url: string, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<ProviderPlace> {
  const parsed = new URL(url);
  const secrets = secretsOf(parsed, Object.entries(headers));
  return Promise.resolve({ origin: parsed.origin, secrets, timeoutMs: Math.min(timeoutMs, longestTimeoutMs) });
}

function unusable(name: string, what: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `The network "${name.slice(0, 40)}" ${what}. Nothing was sent; see "networks" in the Hardhat configuration.`,
  );
}
